"""What every response has, whatever its route."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.rendering.jinja import environment
from research_agent.web.page.assets import asset
from research_agent.web.page.html_responses import load_templates
from research_agent_devtools.harness.web_server import PLENTY, serving

pytestmark = pytest.mark.anyio


async def test_every_answer_says_what_a_browser_may_do_with_it(tmp_path: Path) -> None:
    async with serving(tmp_path, limits=PLENTY) as served:
        for path, headers in (("/api/health", {}), ("/", {}), ("/api/sessions", served.bearer), ("/nowhere", {})):
            reply = await served.http.get(served.url + path, headers=headers)
            assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
            assert "unsafe" not in reply.headers["Content-Security-Policy"]
            assert reply.headers["X-Content-Type-Options"] == "nosniff"
            assert reply.headers["Referrer-Policy"] == "no-referrer"
            assert reply.headers["Cache-Control"] == "no-store"
            assert "Server" not in reply.headers
            assert not [name for name in reply.headers if name.lower().startswith("access-control")]


async def test_an_address_with_a_slash_behind_it_is_another_and_is_not_said_back(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        for path in ("/mcp/", "/api/sources/"):
            reply = await served.http.get(f"{served.url}{path}?q=word", headers=served.bearer, allow_redirects=False)
            assert (reply.status, reply.headers.get("Location")) == (404, None)


async def test_a_static_file_is_sent_once_compressed_and_kept_by_its_hash(tmp_path: Path) -> None:
    async with serving(tmp_path, limits=PLENTY) as served:
        for name in ("page.css", "page.js"):
            reply = await served.http.get(
                served.url + asset(name), headers={**served.bearer, "Accept-Encoding": "gzip"}
            )
            assert reply.headers["Cache-Control"] == "private, max-age=31536000, immutable"
            assert reply.headers["Content-Encoding"] == "gzip"
            assert (await reply.text()).startswith(('"use strict"', "/*"))
        for other in ("/static/page.css", "/static/page.css?v=0", asset("page.css") + "&x=1"):
            reply = await served.http.get(served.url + other, headers=served.bearer)
            assert reply.headers["Cache-Control"] == "no-store", "another file may be there tomorrow"
        gone = await served.http.get(served.url + "/static/no.css?v=0", headers=served.bearer)
        assert (gone.status, gone.headers["Cache-Control"]) == (404, "no-store")


def test_no_page_waits_for_its_template() -> None:
    load_templates()
    templates = environment("research_agent.web.page")
    assert templates.cache is not None
    assert len(templates.cache) >= len(templates.list_templates()) > 25
