"""HTML export: one file that runs and loads nothing."""

from __future__ import annotations

import re

from helpers.stored_turns import INFO, stored_turn
from research_agent.rendering import export


def test_html_is_one_file_that_runs_and_loads_nothing() -> None:
    html = export("html", INFO, [stored_turn()]).decode()
    assert "default-src 'none'; style-src 'sha256-" in html
    assert not re.search(r"<script|<img|<link|\ssrc=|url\(|\son\w+=", html)
    target = re.search(r'class="mark" href="#([^"]+)"', html)
    assert target
    assert f'<blockquote id="{target[1]}">The Lumen is 412 kilometres long.</blockquote>' in html
