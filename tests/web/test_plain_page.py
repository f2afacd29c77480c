"""The page of a browser that is not let in: styled, self-contained, and with nothing of the request in it."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from research_agent.web.plain_page import plain_page
from research_agent_devtools.harness.web_server import serving


def test_its_policy_lets_in_its_own_style_and_nothing_else() -> None:
    page = plain_page("Sign in", "<b>first</b>", "second", form="<form></form>")
    style = re.search("<style>(.*)</style>", page.html, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in page.headers["Content-Security-Policy"]
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert "<p>&lt;b&gt;first&lt;/b&gt;</p>" in page.html
    assert '<p class="told">second</p><form></form>' in page.html


@pytest.mark.anyio
async def test_a_browser_without_a_token_sees_it(tmp_path: Path) -> None:
    async with serving(tmp_path, password="a long password") as served:
        reply = await served.http.get(served.url + "/sessions")
        text = await reply.text()
        assert (reply.status, reply.content_type) == (401, "text/html")
        assert "<h1>Sign in</h1>" in text
        assert "research-agent serve printed" in text
        assert "sha256-" in reply.headers["Content-Security-Policy"]
        login = await (await served.http.get(served.url + "/login")).text()
        assert '<form method="post" action="/login">' in login
        manifest = await served.get("/manifest.webmanifest")
        icons = (await manifest.json(content_type=None))["icons"]
        assert [(await served.get(icon["src"])).status for icon in icons] == [200, 200, 200]
