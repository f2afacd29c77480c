"""A page that the user named and that is gone: its archived copy, dated, at the archive's address; once, and polite."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import web

from helpers.in_process_reader import Reading
from research_agent.documents.notices import MISSING, REASONS
from research_agent.errors import BodyError, HttpConnectionError, HttpStatusError, SourceError
from research_agent.http import open_client
from research_agent.messages import failures
from research_agent.settings import Settings
from research_agent.sources import Found, SourceSettings, Tools, load_sources
from research_agent.sources.web import Web
from research_agent.sources.web_archive import is_gone, may_be_told, stamp_in
from research_agent.testing.loopback_server import serve
from research_agent.types import Topic
from research_agent_devtools.harness.unwritable_home import NOWHERE

pytestmark = pytest.mark.anyio

STAMP = "20240102030405"
PAGE = b"<title>Tides</title><p>The Moon moves the sea.</p>"
# Not recorded: shapes from the archive's documentation.
COPY = {"status": "200", "available": True, "timestamp": STAMP, "url": f"http://web.archive.org/web/{STAMP}/x"}
FOUND = {"url": "x", "archived_snapshots": {"closest": COPY}}
NONE: dict[str, Any] = {"url": "x", "archived_snapshots": {}}


async def read(
    available: Any = FOUND, *, status: int = 404, copy: tuple[int, bytes] = (200, PAGE), archive: bool = True
) -> tuple[Found | SourceError, list[str], str]:
    """What becomes of a page with that status, the paths that were asked for, and the server's address."""
    paths: list[str] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        paths.append(request.path)
        if request.path.endswith("/wayback/available"):
            body = available if isinstance(available, bytes) else json.dumps(available).encode()
            return web.Response(body=body, content_type="application/json")
        if "/web/" in request.path:
            return web.Response(status=copy[0], body=copy[1], content_type="text/html")
        return web.Response(status=status, body=PAGE if status == 200 else b"", content_type="text/html")

    app = web.Application()
    app.router.add_get("/{path:.*}", handle)
    async with serve(app) as base, open_client(Settings.of(home=NOWHERE, deadline=30.0), trusted=[base]) as client:
        own = {"web_archive": SourceSettings(url=f"{base}/archive")}
        source = Web(SourceSettings(web_archive=archive, engines=own))
        topic = Topic(text="tides", question=f"What does {base}/tides#top say?")
        try:
            found: Found | SourceError = await source.search(topic, tools=Tools(client=client, read=Reading()), limit=5)
        except SourceError as error:
            found = error
    return found, paths, base


async def test_the_copy_says_of_which_day_it_is_and_is_cited_at_the_archives_address() -> None:
    found, paths, base = await read()
    assert isinstance(found, Found)
    (copy,) = found.documents
    assert copy.text == "The Moon moves the sea."
    assert copy.title == "Tides (archived copy of 2024-01-02)"
    assert copy.url == f"{base}/archive/web/{STAMP}/{base}/tides"
    assert copy.attribution == "127.0.0.1, copy of the Internet Archive"
    assert (copy.details["archived"], copy.details["original"]) == ("2024-01-02", f"{base}/tides#top")
    assert copy.published == "2024-01-02"
    (line,) = found.problems
    assert line.endswith("(HTTP 404); its copy of 2024-01-02 in the Internet Archive was read")
    assert paths == ["/tides", "/archive/wayback/available", f"/archive/web/{STAMP}id_/{base}/tides"]


@pytest.mark.parametrize(
    ("more", "asked", "says"),
    [
        ({"status": 200}, 1, ""),
        ({"archive": False}, 1, "(HTTP 404)"),
        ({"status": 500}, 1, "(HTTP 500)"),
        ({"status": 403}, 1, "(HTTP 403)"),
        ({"status": 410, "available": NONE}, 2, "(HTTP 410), and the Internet Archive has no copy of it"),
        ({"available": b"<html>"}, 2, "and the Internet Archive answered with HTML"),
        ({"available": {"x": 1}}, 2, "and the Internet Archive answered without a list of copies"),
        ({"copy": (503, b"")}, 3, "and the Internet Archive had an internal error (HTTP 503)"),
        ({"copy": (200, b"")}, 3, "and the Internet Archive "),
    ],
)
async def test_only_what_is_gone_is_asked_for_and_only_once(more: Mapping[str, Any], asked: int, says: str) -> None:
    found, paths, _ = await read(**more)
    assert len(paths) == asked
    if says:
        assert isinstance(found, SourceError)
        assert says in found.message
    else:
        assert isinstance(found, Found)


@pytest.mark.parametrize(
    ("error", "gone"),
    [
        (HttpStatusError("x", status=404), True),
        (HttpStatusError("x", status=410), True),
        (HttpStatusError("x", status=401), False),
        (HttpConnectionError(failures.DNS_FAILED()), True),
        (HttpConnectionError("refused the connection"), False),
        (BodyError(REASONS[MISSING]()), True),
        (BodyError("has no readable text"), False),
    ],
)
def test_what_counts_as_gone(error: SourceError, gone: bool) -> None:
    assert is_gone(error) is gone


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://tides.example.org/moon?page=2", True),
        ("http://8.8.8.8/x", True),
        ("https://me:pw@tides.org/moon", False),
        ("https://wiki.corp/moon", False),
        ("https://printer/moon", False),
        ("http://192.168.0.7/moon", False),
        ("http://[::1]/moon", False),
        ("http://10.1/moon", False),
        ("https://tides.org/moon?token=0123456789abcdef0123456789abcdef", False),
        ("https://docs.tides.org/d/1aB2cD3eF4gH5iJ6kL7mN8oP9qR/view", False),
        ("https://tides.org/2026/List_of_the_highest_Tides_in_2026/0123456789abcdef0123456789abcdef.html", True),
    ],
)
def test_an_address_of_the_users_own_network_or_with_a_secret_is_told_to_nobody(url: str, told: bool) -> None:
    assert may_be_told(url) is told


@pytest.mark.parametrize(
    "closest",
    [
        *(None, [], "x", {}, {**COPY, "available": False}, {**COPY, "status": "404"}, {**COPY, "timestamp": 2024}),
        *({**COPY, "timestamp": "20241399000000"}, {**COPY, "timestamp": "../../etc"}, {**COPY, "available": "yes"}),
    ],
)
def test_an_odd_copy_is_none(closest: Any) -> None:
    assert stamp_in({"archived_snapshots": {"closest": closest}}) == ""
    assert stamp_in(FOUND) == STAMP


@pytest.mark.parametrize("body", [None, [], 3, {"archived_snapshots": []}, {"archived_snapshots": None}])
def test_a_body_that_is_no_answer_is_a_failure(body: Any) -> None:
    with pytest.raises(BodyError):
        stamp_in(body)


@pytest.mark.parametrize(("said", "asks"), [("auto", True), ("off", False)])
def test_one_setting_turns_it_off(said: str, asks: bool) -> None:
    (source,) = load_sources(Settings.of(home=NOWHERE, web_archive=said), ["web"])
    assert isinstance(source, Web)
    assert (source.archive is not None) is asks
