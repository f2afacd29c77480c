"""The server process: its log, and the browser it opens."""

from __future__ import annotations

import errno
import os
import socket
import sys
import threading
import webbrowser
from pathlib import Path

import pytest

from research_agent.errors import UsageError
from research_agent.web import server
from research_agent.web.server import bind, bind_usual


def test_a_browser_is_opened_with_a_token_for_one_time_where_there_is_a_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
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


def test_the_usual_port_is_taken_or_the_next_free_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with bind("127.0.0.1", 0, password="") as free:
        usual = free.getsockname()[1]
    monkeypatch.setattr(server, "USUAL_PORT", usual)
    with bind_usual("127.0.0.1", password="") as first, bind_usual("127.0.0.1", password="") as second:
        assert first.getsockname()[1] == usual
        assert usual < second.getsockname()[1] < usual + server.NEXT_PORTS
    with pytest.raises(UsageError, match="no password"):
        bind_usual("0.0.0.0", password="")


def test_a_port_that_is_taken_is_said_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError) as raised:
            bind("127.0.0.1", port, password="")
    assert raised.value.message == f"127.0.0.1:{port} cannot be listened on: {os.strerror(errno.EADDRINUSE)}."
