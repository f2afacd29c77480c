"""The environment is whole for this program, and without clients' variables for a library that is being imported."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from research_agent.settings import load_settings, proxy_variables, without_client_variables
from research_agent.settings.environment import environment


def test_a_variable_is_hidden_from_libraries_and_seen_by_this_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "[::1]")
    monkeypatch.setenv("all_proxy", "socks5://127.0.0.1:1")
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    before = dict(os.environ)
    with without_client_variables():
        assert {"NO_PROXY", "all_proxy", "OLLAMA_HOST"}.isdisjoint(os.environ)
        assert proxy_variables() == {"NO_PROXY": "[::1]", "all_proxy": "socks5://127.0.0.1:1"}
        assert load_settings().chat.ollama_host == "127.0.0.1:9"
        assert environment() == before
    assert dict(os.environ) == before


def test_it_is_back_after_an_import_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "x")
    with pytest.raises(ImportError), without_client_variables():
        raise ImportError
    assert os.environ["NO_PROXY"] == "x"


def test_what_somebody_sets_meanwhile_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "old")
    with without_client_variables():
        os.environ["NO_PROXY"] = "new"
    assert os.environ["NO_PROXY"] == "new"


def test_no_thread_ever_misses_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or a request would go around it."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:1")
    seen: set[str] = set()
    ended = threading.Event()

    def read() -> None:
        while not ended.is_set():
            seen.add(proxy_variables().get("HTTPS_PROXY", "none"))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for _ in range(300):
            with without_client_variables():
                pass
    finally:
        ended.set()
        reader.join()
    assert seen == {"http://proxy:1"}


@pytest.mark.parametrize(
    ("variables", "seen"),
    [
        ({"HTTPS_PROXY": "http://a"}, {"HTTPS_PROXY": "http://a"}),
        ({"https_proxy": " http://a "}, {"https_proxy": "http://a"}),
        ({"HTTPS_PROXY": "http://upper", "https_proxy": "http://lower"}, {"https_proxy": "http://lower"}),
        ({"HTTPS_PROXY": "http://upper", "https_proxy": ""}, {}),
        ({"ALL_PROXY": "", "NO_PROXY": "  "}, {}),
        ({"FTP_PROXY": "http://a", "HTTPS_PROXY_": "x"}, {}),
    ],
)
def test_lower_case_goes_first_and_an_empty_one_switches_off(
    variables: dict[str, str], seen: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_variables() == seen


def test_the_clients_that_libraries_open_on_import_do_not_break_it(field: Path) -> None:
    """One process for all, since it is the first import that counts; the plain one is the broken twin."""
    rows = [line.split()[0].partition("=") for line in (field / "env.md").read_text("utf-8").splitlines() if line]
    more = [("OLLAMA_HOST", "", "::1"), ("OLLAMA_HOST", "", "http://a:x"), ("SSL_CERT_FILE", "", "/nowhere/ca.pem")]
    script = f"""
import asyncio, importlib, os, sys
from research_agent.llm.calls import import_quietly
for name, _, value in {[*rows, *more]!r}:
    os.environ[name] = value
    try:
        importlib.import_module("ollama")
    except Exception:
        print("twin broken")
    for module in [module for module in sys.modules if module.partition(".")[0] == "ollama"]:
        del sys.modules[module]
    print(asyncio.run(import_quietly("ollama")).__name__)
    assert os.environ.pop(name) == value
    for module in [module for module in sys.modules if module.partition(".")[0] == "ollama"]:
        del sys.modules[module]
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=100, check=False)
    assert run.stderr == ""
    assert run.stdout.split("\n")[:-1] == ["twin broken", "ollama"] * 6
