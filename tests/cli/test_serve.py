"""`research-agent serve` as a process: one line, its signals, what it refuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner

from research_agent.cli import cli
from research_agent.testing import FakeOllama
from research_agent_devtools.harness.processes import are_gone, family
from research_agent_devtools.world import World

PROGRAM = [sys.executable, "-m", "research_agent", "serve", "--no-browser"]


@contextmanager
def started(home: Path, *options: str, **environ: str) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """The process, its base URL and its token; what it still is at the end is killed."""
    env = {**os.environ, "RESEARCH_AGENT_HOME": str(home), **environ}
    with subprocess.Popen(
        [*PROGRAM, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            base, _, token = line.strip().partition("/?token=")
            assert token, process.communicate(timeout=60)
            yield process, base, token
        finally:
            process.kill()


def asked(base: str, path: str, token: str, body: object = None) -> urllib.request.Request:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    return urllib.request.Request(base + path, data, headers)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        pytest.param(signal.SIGINT, 130, id="int"),
        pytest.param(signal.SIGTERM, 0, id="term", marks=pytest.mark.variant),
        pytest.param(signal.SIGHUP, 0, id="hup", marks=pytest.mark.variant),
    ],
)
def test_a_signal_keeps_the_turn_tells_the_stream_and_leaves_nobody_behind(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    world, ollama = World(), FakeOllama(rate=1, first_token=0)
    with world.in_thread(), ollama.in_thread():
        environ = {**world.environ, **ollama.environ, "RESEARCH_AGENT_SOURCES": "wikipedia"}
        with started(tmp_path, **environ) as (process, base, token):
            body = {"question": "What is photosynthesis?", "session": "s", "stream": True}
            with urllib.request.urlopen(asked(base, "/api/ask", token, body), timeout=60) as reply:
                for line in reply:
                    if line == b"event: Token\n":
                        break
                children = family(process.pid)
                process.send_signal(number)
                rest = reply.read()
            out, err = process.communicate(timeout=30)
            assert (out, err) == ("", "")
            assert process.returncode == code
            assert are_gone(children)
            assert b"event: Ended\n" in rest
            assert json.loads(rest.rpartition(b"data: ")[2])["how"] == "interrupted"
        with started(tmp_path, **environ) as (process, base, token):
            with urllib.request.urlopen(asked(base, "/api/sessions/s", token), timeout=60) as reply:
                assert [turn["status"] for turn in json.load(reply)["turns"]] == ["interrupted"]


def test_it_is_up_before_there_is_a_model_and_says_one_line(tmp_path: Path) -> None:
    """A model that does not answer holds nothing up: the probe of it goes on behind the server."""
    with started(tmp_path, "--offline") as (process, base, token):
        with urllib.request.urlopen(f"{base}/api/health", timeout=60) as reply:
            assert json.load(reply) == {"status": "ok"}
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=60) == ("", "")
        assert token not in "".join(map(str, cast("list[str]", process.args)))


def test_what_cannot_be_opened_ends_it_with_a_line(tmp_path: Path) -> None:
    env = {**os.environ, "RESEARCH_AGENT_HOME": str(tmp_path), "RESEARCH_AGENT_SOURCES": "nowhere"}
    run = subprocess.run(PROGRAM, capture_output=True, text=True, env=env, timeout=60)
    assert run.returncode == 2
    assert "nowhere" in run.stderr
    assert "Traceback" not in run.stderr


def test_other_machines_are_let_in_with_a_password_alone(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1", "example.org"):
        run = CliRunner().invoke(cli, ["serve", "--host", host, "--no-browser"])
        assert run.exit_code == 2, host
        assert "no password" in run.stderr
    with started(tmp_path, "--host", "0.0.0.0", RESEARCH_AGENT_SERVE_PASSWORD="correct horse") as (_, base, token):
        assert base.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(asked(base, "/api/sessions", token), timeout=60) as reply:
            assert json.load(reply)["total"] == 0


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with started(tmp_path) as (_, base, _token):
        run = CliRunner().invoke(cli, ["serve", "--port", base.rpartition(":")[2], "--no-browser"])
    assert run.exit_code == 2
    assert "cannot be listened on" in run.stderr


def test_without_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("research_agent.cli.serve.NEEDED", ("fastapi", "no_such_server"))
    run = CliRunner().invoke(cli, ["serve"])
    assert run.exit_code == 1
    assert "no_such_server is missing" in run.stderr
    assert "[serve]'" in run.stderr


def test_tokens_of_users_are_made_listed_and_taken_back() -> None:
    made = CliRunner().invoke(cli, ["serve", "--add-token", "ada"])
    assert made.exit_code == 0
    assert len(made.stdout.strip()) == 43
    listed = CliRunner().invoke(cli, ["serve", "--list-tokens"])
    assert listed.stdout.startswith("ada\t20")
    assert made.stdout.strip() not in listed.stdout
    assert CliRunner().invoke(cli, ["serve", "--add-token", "ada"]).exit_code == 2
    assert CliRunner().invoke(cli, ["serve", "--remove-token", "ada"]).exit_code == 0
    assert CliRunner().invoke(cli, ["serve", "--list-tokens"]).stdout == ""
    assert CliRunner().invoke(cli, ["serve", "--list-tokens", "--add-token", "x"]).exit_code == 2
