"""The package that docs/writing-a-source.md builds is installed as a stranger would, and searches."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from research_agent.errors import UnknownSourceError
from research_agent.settings import load_settings
from research_agent.sources import load_sources
from research_agent.sources.wikipedia import Wikipedia
from research_agent.testing.loopback_server import serve

ROOT = Path(__file__).parents[2]
PACKAGE = Path(__file__).parent / "research-agent-source-notes"
GUIDE = (ROOT / "docs" / "writing-a-source.md").read_text("utf-8")

TEXT = "In May {everybody} is on call."
NOTE = {"id": "7", "title": "Rota", "html": f"<p>{TEXT}</p>", "updated": "2026-04-30"}


def blocks() -> list[str]:
    return re.findall(r"^```\w+\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site")
    command = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target"]
    subprocess.run(
        [sys.executable, *command, str(target), str(PACKAGE)],
        check=True,
        timeout=300,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    return target


async def run(script: str, installed: Path, **environ: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-W", "error", "-c", script),
        env={**os.environ, "PYTHONPATH": str(installed), **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return output.decode()


def test_the_guide_and_the_package_are_the_same_text() -> None:
    for name, block in zip(["pyproject.toml", "research_agent_source_notes.py"], blocks(), strict=False):
        assert block == (PACKAGE / name).read_text("utf-8"), name
        assert f"`{name}`" in GUIDE


def test_the_guide_shows_the_contract_as_it_is() -> None:
    signature = "async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:"
    contract = (ROOT / "src" / "research_agent" / "sources" / "protocol.py").read_text("utf-8")
    assert signature in GUIDE
    assert signature in contract


@pytest.mark.anyio
async def test_the_guides_script_lists_the_source_and_searches_with_it(installed: Path) -> None:
    requests: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        requests.append(request.path_qs)
        return web.json_response({"notes": [NOTE]})

    app = web.Application()
    app.router.add_get("/search", answer)
    async with serve(app) as url:
        output = await run(blocks()[2], installed, RESEARCH_AGENT_NOTES_URL=url)
    names, *rest = output.splitlines()
    assert names.split(", ")[0] == "wikipedia"
    assert names.split(", ")[-1] == "notes"
    assert rest == [NOTE["title"], f"{url}/notes/7", TEXT]
    assert requests == ["/search?q=on+call"]


@pytest.mark.anyio
async def test_it_meets_the_protocol_and_says_what_it_lacks(installed: Path) -> None:
    script = (
        "import asyncio\n"
        "from research_agent.errors import SourceNotReadyError\n"
        "from research_agent.settings import load_settings\n"
        "from research_agent.sources import Source, load_sources\n"
        "[notes] = load_sources(load_settings(), ['notes'])\n"
        "assert isinstance(notes, Source)\n"
        "try: asyncio.run(notes.search(None, tools=None, limit=5))\n"
        "except SourceNotReadyError as error: print(error.hint)\n"
    )
    assert await run(script, installed) == "Set RESEARCH_AGENT_NOTES_URL to its address.\n"


MANY = """
import asyncio, sys
from research_agent.documents.isolated_reader import open_reader
from research_agent.errors import HttpLimitError
from research_agent.http import open_client
from research_agent.settings import load_settings
from research_agent.sources import Tools, load_sources
from research_agent.types import Topic

async def one(notes, tools, number):
    topic = Topic(text=f"call {number}", question="Who?")
    try:
        return len((await notes.search(topic, tools=tools.of(notes), limit=5)).documents)
    except HttpLimitError:
        return 0

async def main():
    settings = load_settings()
    [notes] = load_sources(settings, ["notes"])
    async with open_client(settings) as client, open_reader() as read, asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(notes, Tools(client=client, read=read), number)) for number in range(40)]
    print(sum(task.result() for task in tasks))

asyncio.run(main())
"""


@pytest.mark.anyio
async def test_its_limits_are_held_and_its_key_is_sent(installed: Path) -> None:
    under_way, most, keys = 0, 0, []

    async def answer(request: web.Request) -> web.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        keys.append(request.headers.get("Authorization"))
        await asyncio.sleep(0)
        under_way -= 1
        return web.json_response({"notes": [NOTE]})

    app = web.Application()
    app.router.add_get("/search", answer)
    async with serve(app) as url:
        assert await run(MANY, installed, RESEARCH_AGENT_NOTES_URL=url, RESEARCH_AGENT_DEADLINE="50") == "30\n"
        assert (len(keys), set(keys)) == (30, {None})
        assert most <= 2
        environ = {"RESEARCH_AGENT_NOTES_URL": url, "RESEARCH_AGENT_NOTES_KEY": "a-key-of-mine"}
        assert await run(MANY, installed, **environ, RESEARCH_AGENT_DEADLINE="50") == "40\n"
        assert set(keys[30:]) == {"Bearer a-key-of-mine"}
        listed = await listing(installed, **environ)
        assert listed["notes"]["key"] == "set"
        assert 230 <= listed["notes"]["left"]["minute"] <= 300  # those of more than a minute ago count no more
        assert "a-key-of-mine" not in str(listed)


async def listing(installed: Path, **environ: str) -> dict[str, dict[str, Any]]:
    script = "from research_agent.cli import cli; cli(['sources', '--json'])"
    return {source["name"]: source for source in json.loads(await run(script, installed, **environ))}


@pytest.mark.anyio
async def test_it_is_listed_like_ours(installed: Path) -> None:
    without, with_url = await listing(installed), await listing(installed, RESEARCH_AGENT_NOTES_URL="http://n.example")
    assert (without["notes"]["state"], with_url["notes"]["state"]) == ("needs address", "ready")
    assert "RESEARCH_AGENT_NOTES_URL" in without["notes"]["hint"]
    assert with_url["notes"].keys() == with_url["wikipedia"].keys()
    assert with_url["notes"]["url"] == "http://n.example"
    assert with_url["notes"]["limits"]["per_minute"] == 30
    assert with_url["notes"]["licence"] == "© the team"
    assert (with_url["notes"]["asked"], without["notes"]["asked"]) == (True, False)


def test_without_the_package_there_is_no_such_source() -> None:

    with pytest.raises(UnknownSourceError, match="'notes'") as caught:
        load_sources(load_settings({}), ["notes"])
    assert "wikipedia" in caught.value.hint


def pretend(folder: Path, package: str, entry_point: str) -> None:
    """What an installed package leaves behind, without the package."""
    info = folder / f"{package}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[research_agent.sources]\n{entry_point}\n")


def test_a_broken_package_is_named_not_a_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(tmp_path, "broken_source", "broken = nowhere_at_all:Source")
    monkeypatch.syspath_prepend(str(tmp_path))

    with pytest.raises(
        UnknownSourceError, match="'broken' could not be loaded: No module named 'nowhere_at_all'"
    ) as caught:
        load_sources(load_settings({}), ["broken"])
    assert caught.value.hint == "Update or uninstall broken_source."


def test_a_stranger_cannot_take_the_name_of_a_built_in_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(tmp_path, "impostor", "wikipedia = nowhere_at_all:Source")
    monkeypatch.syspath_prepend(str(tmp_path))

    [source] = load_sources(load_settings({}), ["wikipedia"])
    assert isinstance(source, Wikipedia)
