"""The fakes do what they say, so that a test that passes with them means something."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import Any

import pytest

import research_agent.testing
from research_agent.errors import SourceError
from research_agent.settings import load_settings
from research_agent.sources import Source, Tools
from research_agent.testing import FakeSource
from research_agent.types import Topic
from research_agent_devtools.world import World

TOPIC = Topic(text="x", question="x?")


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=60) as response:
        return json.load(response)


def test_every_public_name_can_be_had() -> None:
    assert all(getattr(research_agent.testing, name) for name in research_agent.testing.__all__)


def test_importing_the_fakes_imports_nothing_heavy() -> None:
    script = "import sys, research_agent.testing as t; print('aiohttp' in sys.modules, 'langchain_core' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"


def test_the_world_serves_other_processes_from_a_thread() -> None:
    world = World()
    with world.in_thread():
        assert get(f"{world.url}/api/rest_v1/page/summary/Macau")["title"] == "Macau"
        assert load_settings(world.environ).search.urls == {"wikipedia": world.url, "hackernews": world.url}
    with pytest.raises(urllib.error.URLError):
        get(world.url)


def test_a_redirect_is_logged_apart_so_that_requests_can_be_counted() -> None:
    with World().in_thread() as world:
        get(f"{world.url}/api/rest_v1/page/summary/BERT")
        assert [request.endpoint for request in world.requests] == ["redirect", "summary"]
        assert all(request.end is not None and request.end >= request.start for request in world.requests)


def test_own_articles_replace_the_worlds() -> None:
    with World(articles={"Teapot": "A teapot pours."}, stories=[]).in_thread() as world:
        pages = get(f"{world.url}/w/api.php?gsrsearch=teapot")["query"]["pages"]
        assert [page["extract"] for page in pages] == ["A teapot pours."]
        assert get(f"{world.url}/w/api.php?gsrsearch=macau") == {"batchcomplete": True}
        assert get(f"{world.url}/api/v1/search?query=transformer")["hits"] == []


def test_a_hanging_world_still_ends() -> None:
    with World(faults={"all": "hang"}).in_thread() as world, pytest.raises(TimeoutError):
        urllib.request.urlopen(f"{world.url}/w/api.php", timeout=0.2)


def test_a_dripping_world_is_left_without_a_trace(caplog: pytest.LogCaptureFixture) -> None:
    with World(faults={"all": "drip"}).in_thread() as world:
        with urllib.request.urlopen(f"{world.url}/w/api.php", timeout=60) as response:
            response.read(1)
        give_up = time.monotonic() + 60
        while world.requests[0].end is None:  # the answer goes on until the server sees that nobody reads
            assert time.monotonic() < give_up
            time.sleep(0.01)
    assert caplog.records == []


@pytest.mark.parametrize("options", [{"faults": {"wikipedia": "tired"}}, {"delay": {"gopher": 1.0}}])
def test_a_misspelt_fault_or_endpoint_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no such"):
        World(**options)


@pytest.mark.anyio
async def test_a_fake_source_gives_what_it_was_told_and_notes_what_it_was_asked() -> None:
    source = FakeSource("notes", ["one", "two"], problems=["half"])
    assert isinstance(source, Source)
    found = await source.search(TOPIC, tools=Tools(client=None), limit=1)  # type: ignore[arg-type]
    assert [document.text for document in found.documents] == ["one"]
    assert found.problems == ("half",)
    assert source.topics == [TOPIC]


@pytest.mark.anyio
async def test_a_fake_source_fails_as_it_was_told() -> None:
    with pytest.raises(SourceError, match="was out"):
        await FakeSource(error=SourceError("was out")).search(TOPIC, tools=Tools(client=None), limit=1)  # type: ignore[arg-type]
