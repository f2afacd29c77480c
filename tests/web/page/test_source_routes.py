"""Images of a source's page: none before they are asked for, then from the store; by a form, without a script."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest

from research_agent.documents.page_images import PageImage
from research_agent.errors import BodyError
from research_agent.sources import crawler
from research_agent.web.auth import MAIN
from research_agent.web.middleware import cookie_name
from research_agent_devtools.harness.scripted_engine import QUESTION
from research_agent_devtools.harness.web_server import Served, serving

pytestmark = pytest.mark.anyio

DATA = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480)
IMAGE = PageImage(
    url="https://notes.example/b.png", text='A "wide" river', type="image/png", width=640, height=480, data=DATA
)


def browser(served: Served) -> dict[str, str]:
    """The headers of a logged-in browser that sends a form of the page."""
    value = served.state.auth.exchange(served.state.auth.token)
    return {"Cookie": f"{cookie_name(served.port)}={value}", "Origin": served.url}


async def document_of(served: Served) -> str:
    answer = await (await served.post("/api/ask", {"question": QUESTION, "session": "s"})).json()
    return str(answer["citations"][0]["document"])


async def test_images_are_shown_when_they_are_asked_for_and_then_from_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []

    async def fetch(url: str, **_: Any) -> list[PageImage]:
        fetched.append(url)
        return [IMAGE]

    monkeypatch.setattr(crawler, "fetch_images", fetch)
    async with serving(tmp_path, users=("eve",)) as served:
        document = await document_of(served)
        place = f"/source?id=s&turn=1&n=1&document={document}"
        page = await (await served.get(place)).text()
        assert "Show images of this page" in page
        assert "<img" not in page
        assert fetched == []
        form = {"id": "s", "turn": "1", "n": "1", "document": document}
        for _ in range(2):  # the second time they are there
            reply = await served.http.post(
                f"{served.url}/source/images", data=form, headers=browser(served), allow_redirects=False
            )
            assert (reply.status, reply.headers["Location"]) == (303, f"{place}#images")
        assert fetched == ["https://notes.example/lumen"]
        page = await (await served.get(place)).text()
        assert f'<img src="/source/image?id=s&amp;turn=1&amp;n=1&amp;document={document}&amp;at=0" width="640"' in page
        assert 'alt="A &#34;wide&#34; river"' in page
        assert "Show images" not in page
        shown = await served.get(f"/source/image?id=s&turn=1&n=1&document={document}&at=0")
        assert (shown.content_type, await shown.read()) == ("image/png", DATA)
        assert shown.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        for wrong in ("&at=1", "&at=0&n=2", "&at=-1", "&at=x"):
            status = (await served.get(f"/source/image?id=s&turn=1&document={document}{wrong}")).status
            assert status in ((404, 400) if wrong != "&at=0&n=2" else (200,))
        place = f"{served.url}/source/image?id=s&turn=1&n=1&document={document}&at=0"
        assert (await served.http.get(place, headers=served.of("eve"))).status == 404
        assert (await served.http.get(place)).status == 401


async def test_why_there_are_none_is_said_and_offline_nothing_is_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = [BodyError("was not read: its robots.txt forbids it"), None]

    async def fetch(*_: Any, **__: Any) -> list[PageImage]:
        if error := errors.pop(0):
            raise error
        return []

    monkeypatch.setattr(crawler, "fetch_images", fetch)
    async with serving(tmp_path) as served:
        document = await document_of(served)
        form = {"id": "s", "turn": "1", "n": "1", "document": document, "beside": "1"}
        for line in ("The page was not read: its robots.txt forbids it.", "No image of the page can be shown"):
            reply = await served.http.post(f"{served.url}/source/images", data=form, headers=browser(served))
            page = await reply.text()
            assert line in page
            assert "<html" not in page, "it is the panel beside the answer"
        served.state.settings = served.state.settings.with_changes(offline=True)
        page = await (await served.get(f"/source?id=s&turn=1&n=1&document={document}")).text()
        assert "Show images" not in page
        memory = await served.state.stores.memory(MAIN)

        async def fetch_late(*_: Any, **__: Any) -> list[PageImage]:
            await memory.images.keep(document, [IMAGE])  # a second click, which came first
            raise BodyError("came too late")

        monkeypatch.setattr(crawler, "fetch_images", fetch_late)
        await served.http.post(f"{served.url}/source/images", data=form, headers=browser(served))
        assert await memory.images.of(document) == (IMAGE,)
