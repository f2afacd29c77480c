"""Deep research on the page: a plan as a form that works without a script, steps, bars, and the report."""

from __future__ import annotations

import re
from pathlib import Path

import aiohttp
import pytest

from research_agent.testing import FakeChat
from research_agent.web.auth import MAIN
from research_agent_devtools.harness.scripted_engine import QUESTION
from research_agent_devtools.harness.web_server import Served, serving

pytestmark = pytest.mark.anyio


async def page(served: Served, path: str) -> str:
    reply = await served.http.get(served.url + path, headers=served.bearer)
    assert reply.status == 200, await reply.text()
    return await reply.text()


async def send(served: Served, path: str, data: dict[str, str]) -> aiohttp.ClientResponse:
    login = await served.http.get(f"{served.url}/?token={served.state.auth.token}", allow_redirects=False)
    cookie = {name: morsel.value for name, morsel in login.cookies.items()}
    headers = {"Origin": served.url}
    return await served.http.post(served.url + path, data=data, headers=headers, cookies=cookie, allow_redirects=False)


async def test_a_plan_is_shown_edited_and_run_to_a_report(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=FakeChat(replies=("",))) as served:
        assert "Make a plan" in await page(served, "/research")
        planned = await send(served, "/research", {"question": QUESTION, "budget": "quick"})
        path = planned.headers["Location"]
        run = path.partition("id=")[2]
        shown = await page(served, path)
        assert "Nothing was searched for yet." in shown
        plan = re.search(r'<textarea id="plan"[^>]*>(.*?)</textarea>', shown, re.DOTALL)
        assert plan is not None
        fields = {"id": run, "version": "1", "plan": plan[1] + "9. How long is the river Lumen?", "start": "1"}
        assert (await send(served, "/research/plan", fields)).status == 303
        assert (await send(served, "/research/plan", {**fields, "version": "1"})).status == 412
        async for _ in served.state.deep_runs.follow(MAIN, run, heartbeat=1.0):
            pass
        report = await page(served, path)
        assert 'class="turn"' in report
        assert "How long is the river Lumen?" in report
        assert re.search(r"Spent|searches", report)
        ended = await served.get(f"/research/state?id={run}")
        assert ended.headers["HX-Redirect"] == f"/research/run?id={run}"
        assert QUESTION in await page(served, "/research")


async def test_the_budget_is_changed_by_a_form(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=FakeChat(replies=("",))) as served:
        planned = await send(served, "/research", {"question": QUESTION, "budget": "quick"})
        run = planned.headers["Location"].partition("id=")[2]
        assert (await send(served, "/research/budget", {"id": run, "budget": "9m,7req,0tok"})).status == 303
        assert "9 min, 7 searches" in await page(served, f"/research/run?id={run}")
        assert (await send(served, "/research/budget", {"id": run, "budget": "much"})).status == 400


async def test_what_cannot_be_planned_is_a_page_that_says_so(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=FakeChat(replies=("",))) as served:
        assert (await send(served, "/research", {"question": "", "budget": "quick"})).status == 400
        assert (await send(served, "/research", {"question": QUESTION, "budget": "much"})).status == 400
        assert (await served.get("/research/run?id=none")).status == 404
