"""The library's page: documents are uploaded, added and found; a page of a PDF is shown as it looks."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from research_agent.testing import FakeChat
from research_agent_devtools.harness.web_server import Served, serving
from research_agent_devtools.samples.pdf_files import pdf_of

pytestmark = pytest.mark.anyio


async def page(served: Served, path: str) -> str:
    reply = await served.http.get(served.url + path, headers=served.bearer)
    assert reply.status == 200, await reply.text()
    return await reply.text()


async def send(served: Served, path: str, data: aiohttp.FormData | dict[str, str]) -> aiohttp.ClientResponse:
    login = await served.http.get(f"{served.url}/?token={served.state.auth.token}", allow_redirects=False)
    cookie = {name: morsel.value for name, morsel in login.cookies.items()}
    headers = {"Origin": served.url}
    return await served.http.post(served.url + path, data=data, headers=headers, cookies=cookie, allow_redirects=False)


async def test_what_is_uploaded_is_read_and_found(tmp_path: Path) -> None:
    async with serving(tmp_path / "home", chat=FakeChat(replies=("",))) as served:
        assert "Add documents" in await page(served, "/library")
        data = aiohttp.FormData({"name": "own"})
        data.add_field("files", b"Owls hunt at night. Gulls live at the sea.", filename="birds.txt")
        data.add_field("files", pdf_of([["The Lumen bridge was opened in 1923."]]), filename="bridge.pdf")
        reply = await send(served, "/library/upload", data)
        assert (reply.status, reply.headers["Location"]) == (303, "/library?name=own")
        await served.state.library_syncs.settled()
        state = served.state.library_syncs.state("own")
        assert state is not None
        assert (state.failure, state.done, state.running) == ("", 2, False)
        kept = tmp_path / "home" / "uploads" / "own"
        assert sorted(file.name for file in kept.iterdir()) == ["birds.txt", "bridge.pdf"]
        shown = await page(served, "/library?name=own&q=when+do+owls+hunt")
        assert "Owls hunt at night." in shown
        assert "2 of 2 files ready" in shown
        found = (await served.get_json("/api/library/search?q=Lumen+bridge"))["results"][0]
        place = f"name=own&id={found['document']}&start={found['start']}&end={found['end']}"
        text = await page(served, f"/library/document?{place}")
        assert f'<mark id="quoted">{found["text"]}</mark>' in text
        picture = await served.get(f"/library/page?page=0&{place}")
        assert (picture.content_type, (await picture.read())[:4]) == ("image/png", b"\x89PNG")


async def test_what_is_asked_again_is_asked_of_the_same_library_and_file(tmp_path: Path) -> None:
    async with serving(tmp_path / "home", chat=FakeChat(replies=("",))) as served:
        data = aiohttp.FormData({"name": "own"}, quote_fields=False)
        data.add_field("files", b"Owls hunt at night.", filename="birds, 1.txt")
        await send(served, "/library/upload", data)
        await served.state.library_syncs.settled()
        kept = {"libraries": "own", "only": "&#34;birds, 1.txt&#34;"}
        asked = {"question": "When do owls hunt?", "libraries": "own", "only": '"birds, 1.txt"'}
        reply = await send(served, "/ask", asked)
        run = reply.headers["Location"].partition("run=")[2].partition("#")[0]
        shown = await page(served, f"/run/wait?id={run}")
        assert "of birds, 1.txt were used, as you asked" in shown
        for name, value in kept.items():
            assert f'name="{name}" value="{value}"' in shown


async def test_a_folder_is_added_and_taken_out_again(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "owl.md").write_text("# Owls\n\nOwls hunt at night.")
    async with serving(tmp_path / "home", chat=FakeChat(replies=("",))) as served:
        assert (await send(served, "/library/add", {"path": str(tmp_path / "none"), "name": "own"})).status == 400
        assert (await send(served, "/library/add", {"path": str(folder), "name": "../own"})).status == 400
        assert (await send(served, "/library/add", {"path": "", "name": "own"})).status == 400
        assert (await send(served, "/library/sync", {"name": "own"})).status == 400
        assert (await send(served, "/library/add", {"path": str(folder), "name": "own"})).status == 303
        await served.state.library_syncs.settled()
        assert "1 of 1 files ready" in await page(served, "/library")
        assert (await send(served, "/library/remove", {"path": str(folder), "name": "own"})).status == 303
        assert "0 of 0 files ready" in await page(served, "/library")
        assert (folder / "owl.md").exists()


async def test_it_is_the_owners_alone(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=FakeChat(replies=("",)), users=("ann",)) as served:
        assert (await served.get("/library", **served.of("ann"))).status == 404
