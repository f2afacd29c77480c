"""The page without a script: forms, redirects, errors as pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.web.middleware import cookie_name
from research_agent_devtools.harness.scripted_engine import QUESTION
from research_agent_devtools.harness.web_server import Served, serving

pytestmark = pytest.mark.anyio


def browser(served: Served) -> dict[str, str]:
    """The headers of a logged-in browser that sends a form of the page."""
    value = served.state.auth.exchange(served.state.auth.token)
    return {"Cookie": f"{cookie_name(served.port)}={value}", "Origin": served.url}


async def test_a_question_is_asked_awaited_read_and_deleted_by_forms_alone(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        headers = browser(served)

        async def send(path: str, **fields: str) -> str:
            place = served.url + path
            reply = await served.http.post(place, data=fields, headers=headers, allow_redirects=False)
            assert reply.status == 303, await reply.text()
            return reply.headers["Location"]

        place = await send("/ask", question=QUESTION, session="s")
        run = place.partition("run=")[2].partition("#")[0]
        assert place == f"/session?id=s&run={run}#run"
        page = await (await served.http.get(f"{served.url}/run/wait?id={run}", headers=headers)).text()
        assert "412 kilometres" in page
        assert await send("/run/stop", id=run) == f"/session?id=s&run={run}"
        assert "412 kilometres" in await (await served.get("/session/turn?id=s&turn=1")).text()
        assert QUESTION in await (await served.get("/sessions?q=lumen")).text()
        assert await send("/session/delete", id="s") == "/sessions"
        assert (await served.get("/session?id=s")).status == 404

        home = await (await served.get("/")).text()
        assert all(f'name="{field}"' in home for field in ("sites", "exclude_sites", "since", "until"))
        wrong = {"question": QUESTION, "since": "soon"}
        reply = await served.http.post(f"{served.url}/ask", data=wrong, headers=headers)
        assert (reply.status, "is not a date" in await reply.text()) == (400, True)
        place = await send("/ask", question=QUESTION, sites="b.example, notes.example", exclude_sites=" ", since="")
        run = place.partition("run=")[2].partition("#")[0]
        page = await (await served.http.get(f"{served.url}/run/wait?id={run}", headers=headers)).text()
        assert "Only texts of b.example or notes.example were used" in page
        assert "412 kilometres" in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/session?id=none", 404),
        ("/session", 400),
        ("/session/turn?id=none&turn=x", 400),
        ("/session/export?id=none&format=exe", 400),
        ("/source?id=none&turn=1&document=x", 404),
        ("/run/wait?id=none", 404),
    ],
)
async def test_an_error_is_a_page(tmp_path: Path, path: str, status: int) -> None:
    async with serving(tmp_path) as served:
        reply = await served.get(path)
        assert (reply.status, reply.content_type) == (status, "text/html")
        assert 'role="alert"' in await reply.text()


async def test_settings_and_doctor_are_pages(tmp_path: Path) -> None:
    async with serving(tmp_path, environ={"OPENAI_API_KEY": "sk-canary-0123456789"}) as served:
        assert "canary" not in await (await served.get("/settings")).text()
        assert 'hx-get="/doctor/checks"' in await (await served.get("/doctor")).text()


async def test_a_source_tells_its_site_and_the_question_can_be_asked_without_it(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        answer = await (await served.post("/api/ask", {"question": QUESTION, "session": "s"})).json()
        document = answer["citations"][0]["document"]
        page = await (await served.get(f"/source?id=s&turn=1&n=1&document={document}")).text()
        assert "<dt>Site</dt><dd>notes.example · unknown\N{NO-BREAK SPACE}kind · https</dd>" in page
        assert 'name="exclude_sites" value="notes.example"' in page
        assert "Ask again without notes.example" in page
        assert (
            "notes.example · unknown\N{NO-BREAK SPACE}kind · https" in await (await served.get("/session?id=s")).text()
        )
        form = {"question": QUESTION, "session": "s", "exclude_sites": "notes.example"}
        reply = await served.http.post(f"{served.url}/ask", data=form, headers=browser(served), allow_redirects=False)
        run = reply.headers["Location"].partition("run=")[2].partition("#")[0]
        page = await (await served.http.get(f"{served.url}/run/wait?id={run}", headers=browser(served))).text()
        assert "Only texts not of notes.example were used, as you asked." in page


async def test_a_browser_that_goes_to_no_page_is_shown_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("research_agent.doctor.checks.setting_states", broken)
    lost = "not part of this site"
    shown = {"/nosuch": (404, lost), "/ask": (405, lost), "/static/no.css": (404, lost), "/settings": (500, "log")}
    async with serving(tmp_path) as served:
        go = {**browser(served), "Sec-Fetch-Mode": "navigate"}
        for path, (status, said) in shown.items():
            reply = await served.http.get(served.url + path, headers=go)
            assert (reply.status, reply.content_type) == (status, "text/html"), path
            assert said in await reply.text()
            assert (await served.get(path)).content_type == "application/json", path
        assert (await served.http.get(f"{served.url}/api/nosuch", headers=go)).content_type == "application/json"
