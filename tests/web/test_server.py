"""The server process: its log, and the browser it opens."""

from __future__ import annotations

import sys
import threading
import webbrowser
from pathlib import Path

import pytest


def test_a_browser_is_opened_with_a_token_for_one_time_where_there_is_a_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from research_agent.web import server

    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    server.open_browser("http://127.0.0.1:1/?token=x")
    monkeypatch.setenv("DISPLAY", ":0")
    server.open_browser("http://127.0.0.1:1/?token=y")
    for thread in threading.enumerate():
        if thread.daemon and thread.name.startswith("open"):
            thread.join()
    assert opened == ["http://127.0.0.1:1/?token=y"]


def test_the_log_holds_no_secret() -> None:
    import logging

    from research_agent.settings import load_settings
    from research_agent.web import Authenticator, ServerState
    from research_agent.web.auth import TokenStore
    from research_agent.web.server import RedactingFormatter

    settings = load_settings({"OPENAI_API_KEY": "sk-canary-0123456789", "RESEARCH_AGENT_HOME": "."})
    state = ServerState(settings=settings, auth=Authenticator(tokens=TokenStore(Path())))
    try:
        raise ValueError(f"{settings.chat.openai_api_key} {state.auth.token}")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "with %s", ("sk-canary-0123456789",), sys.exc_info())
    line = RedactingFormatter(state).format(record)
    assert "ValueError: (hidden) (hidden)" in line
    assert "canary" not in line
