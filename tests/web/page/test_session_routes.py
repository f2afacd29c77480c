"""Stored sessions by plain forms: title, pin, versions of a question, the name of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from research_agent.web.middleware import cookie_name
from research_agent.web.page.session_routes import _file_name
from research_agent_devtools.harness.scripted_engine import QUESTION, answer
from research_agent_devtools.harness.web_server import serving


@pytest.mark.anyio
async def test_a_session_is_renamed_pinned_and_shows_the_latest_version(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        memory = await served.state.stores.memory("main")
        for changes in ({"question": "First?"}, {"question": "Second?"}, {"question": "First?", "replaces": 1}):
            given: dict[str, Any] = changes
            await memory.remember(answer(**given))
        value = served.state.auth.exchange(served.state.auth.token)
        headers = {"Cookie": f"{cookie_name(served.port)}={value}", "Origin": served.url}

        async def send(path: str, referer: str = "", **fields: str) -> tuple[int, str]:
            told = {**headers, "Referer": referer}
            reply = await served.http.post(served.url + path, data=fields, headers=told, allow_redirects=False)
            return reply.status, reply.headers.get("Location", await reply.text())

        assert await send("/session/rename", id="s", title="Rivers & hills") == (303, "/session?id=s")
        assert (await send("/session/rename", id="s", title=" "))[0] == 400
        assert (await send("/session/rename", id="none", title="x"))[0] == 404
        for referer, place in (
            (f"{served.url}/sessions?q=a", "/sessions?q=a"),
            (f"{served.url}//evil.example/x", "/evil.example/x"),
            ("https://evil.example/x", "/session?id=s"),
            ("", "/session?id=s"),
        ):
            assert await send("/session/pin", referer, id="s", pinned="1") == (303, place)
        listed = await (await served.get("/sessions")).text()
        assert "Pinned" in listed
        assert "Rivers &amp; hills" in listed
        assert ">Unpin<" in listed

        page = await (await served.get("/session?id=s")).text()
        assert [page.count(f'id="t{number}"') for number in (1, 2, 3)] == [0, 1, 1]
        assert page.index('id="t3"') < page.index('id="t2"')
        assert "2 of 2" in page
        assert "2 questions" in page
        assert 'href="/session?id=s&amp;show=1#t1"' in page
        old = await (await served.get("/session?id=s&show=1")).text()
        assert [old.count(f'id="t{number}"') for number in (1, 2, 3)] == [1, 1, 0]
        assert "1 of 2" in old
        assert 'id="t1"' in await (await served.get("/session/turn?id=s&turn=1")).text()
        assert (await served.get("/session/turn?id=s&turn=9")).status == 404

        whole = await served.get("/session/export?id=s&format=html")
        assert whole.headers["Content-Disposition"] == 'attachment; filename="rivers-hills.html"'
        text = await whole.text()
        assert "It does not freeze in winter." in text
        assert "<script" not in text
        one = await served.get("/session/export?id=s&format=markdown&turn=2")
        assert one.headers["Content-Disposition"] == 'attachment; filename="second.md"'


@pytest.mark.anyio
async def test_the_api_labels_a_session(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        answered = await (await served.post("/api/ask", {"question": QUESTION, "session": "s"})).json()
        assert (answered["replaces"], answered["follow_ups"]) == (0, [])
        body = {"title": "Rivers", "pinned": True}
        reply = await served.http.patch(f"{served.url}/api/sessions/s", json=body, headers=served.bearer)
        assert reply.status == 204
        [listed] = (await served.get_json("/api/sessions"))["sessions"]
        assert (listed["title"], listed["pinned"]) == ("Rivers", True)
        for changes in (body, {}):
            wrong = await served.http.patch(f"{served.url}/api/sessions/x", json=changes, headers=served.bearer)
            assert wrong.status == 404
        refusals: tuple[dict[str, Any], ...] = ({"model": "llamacpp:/etc/passwd"}, {"sources": ["none"]}, {"lang": "?"})
        for given in refusals:
            refused = await served.post("/api/ask", {"question": QUESTION, **given})
            assert (refused.status, given) == (400, given)
        again = await (
            await served.post("/api/ask", {"question": QUESTION, "session": "s", "replaces": 1, "strict": True})
        ).json()
        assert (again["turn"], again["replaces"]) == (2, 1)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("How long is the river Lumen?", "how-long-is-the-river-lumen"),
        ("月はなぜ", "research"),
        ('a"; filename="x\r\n../../etc', "a-filename-x-etc"),
        ("word " * 40, "word-word-word-word-word-word-word-word"),
    ],
)
def test_a_file_is_called_after_what_it_holds(title: str, name: str) -> None:
    assert _file_name(title) == name
