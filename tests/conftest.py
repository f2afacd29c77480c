"""Fixtures of the whole suite."""

from __future__ import annotations

import gc
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from helpers import blocking, mediawiki
from helpers.postgres_server import PostgresServer, postgres_server
from helpers.shared_build import build_once

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

# The same examples in every run, however long one takes: a busy machine is no counterexample.
hypothesis.settings.register_profile(
    "same", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("same")

# A shell starts what runs behind it with Ctrl-C ignored, and every child inherits that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # and nohup with the end of the terminal
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


# All that is imported for the tests stays until their end: the collector need not go through it again and again.
gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture
def anyio_backend() -> str:
    """The product runs on asyncio (aiohttp does)."""
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def no_blocking_calls() -> Iterator[None]:
    """A call of the product that blocks the event loop fails the test; the exemptions are in `helpers.blocking`."""
    with blocking.forbidden():
        yield


@pytest.fixture(autouse=True)
def folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many tests have no home to speak of, `Path()`: what they store is not the next one's, nor the project's."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def models_of_the_test(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words choose and rules judge, but in tests marked `reader` or `judge`: a model costs a second of each core."""
    for name in ("judge", "reader"):
        if request.node.get_closest_marker(name) is None:
            monkeypatch.setenv(f"RESEARCH_AGENT_{name.upper()}_FOLDER", "none")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A Postgres server; one for all tests of a process."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def parts_home() -> Path:
    """A home in which `research-agent setup` has run; made by `make parts`."""
    home = ROOT / ".cache" / "home"
    if not (home / "parts" / "encyclopedia" / "part.json").exists():
        pytest.skip("the embedded parts are missing; run: make parts")
    return home


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A temporary folder that all workers of this run share."""
    folder = tmp_path_factory.getbasetemp()
    return folder if worker_id == "master" else folder.parent


@pytest.fixture(scope="session")
def tiny_shelf(run_folder: Path) -> Path:
    """A package index with tiny parts, that nobody writes to."""
    from research_agent_devtools.harness import package_index

    return build_once(run_folder / "tiny-index", package_index.write_index)


@pytest.fixture
def tiny_index(tiny_shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index of the test's own, which pip uses, with setup's catalogue pinned to it."""
    from research_agent.setup import parts
    from research_agent_devtools.harness import package_index
    from research_agent_devtools.samples import onnx_models

    index = Path(shutil.copytree(tiny_shelf, tmp_path / "index"))
    for name, value in package_index.environment(index).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(parts, "PARTS", package_index.catalogue(index))
    monkeypatch.setattr("research_agent.encoders.embedder.BUNDLED_DIMENSIONS", onnx_models.DIMENSIONS)
    # So small a model is no faster in int8, or now and then: the choice is the same in every run.
    monkeypatch.setattr("research_agent.encoders.precision.FASTER", 0.0)
    monkeypatch.setattr("research_agent.encoders.precision.OVERLAP", 0.0)
    return index


@pytest.fixture(scope="session")
def tiny_home(tiny_shelf: Path, run_folder: Path) -> Path:
    """A home in which setup has run over the tiny index; to be copied."""
    from research_agent_devtools.harness import setup_process

    def set_up(home: Path) -> None:
        run = setup_process.run(tiny_shelf, home, "setup")
        assert run.returncode == 0, run.stderr

    return build_once(run_folder / "tiny-home", set_up)


@pytest.fixture(scope="session")
def recorded() -> Path:
    """Recorded bodies of the public APIs, kept beside the project."""
    folder = SHARED / "recorded"
    if not folder.is_dir():
        pytest.skip("the recorded bodies are not beside the project")
    return folder


@pytest.fixture(scope="session")
def field() -> Path:
    """Inputs that broke the tools of other people, kept beside the project."""
    folder = SHARED / "field"
    if not folder.is_dir():
        pytest.skip("the field files are not beside the project")
    return folder


@pytest.fixture(scope="session")
def wiki() -> Iterator[str]:
    """The base URL of a real MediaWiki on loopback, with the articles of the fake world and a few more."""
    if reason := mediawiki.missing():
        pytest.skip(reason)
    with mediawiki.serving(ROOT / ".cache" / "mediawiki") as url:
        yield url


@pytest.fixture
def patient_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that answers is found, however busy the machine is on which it has a second for it."""
    monkeypatch.setattr("research_agent.llm.ollama_probe.SECONDS", 60.0)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees, or writes into, what the person who runs it has configured."""
    import os

    for name in list(os.environ):
        if name.startswith(("RESEARCH_AGENT_", "OLLAMA_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_")):
            monkeypatch.delenv(name)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RESEARCH_AGENT_WEB_SEARCH", "off")  # a test that searches the web says so, and has one
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("RESEARCH_AGENT_HOME", str(tmp_path / "home"))
