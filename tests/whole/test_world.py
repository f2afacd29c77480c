"""The whole program as people run it, in a world on loopback: overlap, every fault in turn, real servers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from research_agent.pipeline import research
from research_agent.runtime import open_runtime
from research_agent.settings import load_settings
from research_agent.testing import FakeOllama
from research_agent_devtools.harness.quickest import TRIES
from research_agent_devtools.world import SOURCES, World

pytestmark = pytest.mark.usefixtures("patient_probe")

QUESTION = "What is the transformer architecture in machine learning?"
OF_SCIENCE = "What did researchers write about the transformer architecture in machine learning?"
USUAL = {"RESEARCH_AGENT_SOURCES": "wikipedia,hackernews,encyclopedia"}


def ask(*options: str, **environ: str) -> tuple[int, dict[str, Any], str, float]:
    """Exit code, the JSON object, standard error and seconds of one `research-agent ask --json`."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "research_agent", "ask", *options, "--json"],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, **environ},
    )
    return done.returncode, json.loads(done.stdout), done.stderr, time.perf_counter() - started


def check_quotes(answer: Mapping[str, Any], home: Path) -> None:
    """Every quote stands, to the character, in the exported text of its document."""
    shown = subprocess.run(
        [sys.executable, "-m", "research_agent", "sessions", "export", answer["session"], "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "RESEARCH_AGENT_HOME": str(home)},
    )
    texts = {document["id"]: document["text"] for document in json.loads(shown.stdout)["documents"]}
    for citation in answer["citations"]:
        assert texts[citation["document"]][citation["start"] : citation["end"]] == citation["quote"]


def test_wikipedia_hacker_news_and_ollama_make_a_cited_answer(tmp_path: Path) -> None:
    with World().in_thread() as world, FakeOllama().in_thread() as ollama:
        home = tmp_path / "fresh"
        environ = {**world.environ, **ollama.environ, **USUAL}
        code, answer, errors, _ = ask(QUESTION, **environ, RESEARCH_AGENT_HOME=str(home))
    assert (code, answer["status"], errors) == (0, "complete", "")
    assert answer["model"] == "ollama:llama3.2:latest"
    assert {source["name"]: source["status"] for source in answer["sources"]} == {
        "wikipedia": "ok", "hackernews": "ok", "encyclopedia": "skipped",
    }  # fmt: skip
    assert any("Transformer" in citation["title"] for citation in answer["citations"])
    assert all("num_ctx" in request.body["options"] for request in ollama.requests)
    check_quotes(answer, home)


def test_a_question_of_science_is_asked_of_papers_too_and_the_answer_says_why(tmp_path: Path) -> None:
    with World(sources=SOURCES).in_thread() as world, FakeOllama().in_thread() as ollama:
        environ = {**world.environ, **ollama.environ, "RESEARCH_AGENT_SOFT_DEADLINE": "60"}
        environ |= {"RESEARCH_AGENT_HOME": str(tmp_path / "h"), "RESEARCH_AGENT_DEADLINE": "60"}
        code, answer, _, _ = ask(OF_SCIENCE, **environ)
    assert code == 0
    why = {source["name"]: source["why"] for source in answer["sources"] if source["status"] == "ok"}
    assert why["wikipedia"] == why["feed"] == "asked for every question"
    papers = {name for name, reason in why.items() if reason == "question about science"}
    assert papers == {"arxiv", "openalex"}, "the two best of a kind"
    assert len(answer["sources"]) <= 5
    check_quotes(answer, tmp_path / "h")


@pytest.mark.anyio
async def test_the_wall_time_is_that_of_the_critical_path() -> None:
    """Model calls and the slowest fetch are waited for; all else hides behind them. Sequential is the broken twin."""
    total, fetch, limit = await timed(sequential=True)
    assert total > limit
    for _ in range(TRIES):  # what else runs on the machine only ever adds to the time
        overlapped, parallel_fetch, limit = await timed(sequential=False)
        if overlapped <= limit and fetch >= 2.5 * parallel_fetch:
            break
    assert overlapped <= limit
    assert fetch >= 2.5 * parallel_fetch


async def timed(*, sequential: bool) -> tuple[float, float, float]:
    """Seconds of the whole turn and of its fetch, and what the whole may take: the critical path and a little."""
    delay, topics, first = 0.6, 0.5, 0.5
    async with World(delay=delay) as world, FakeOllama(topics=topics, first_token=first, rate=80) as ollama:
        environ = {**os.environ, **world.environ, **ollama.environ, "RESEARCH_AGENT_DEADLINE": "60"}
        async with open_runtime(load_settings(environ, sequential=sequential)) as runtime:
            timings = (await research(QUESTION, runtime=runtime)).timings
        spoken = max((request.end or 0.0) - request.start for request in ollama.requests if request.kind == "synthesis")
    return timings["total"], timings["fetch"], 1.15 * (topics + delay + spoken) + 0.3


@pytest.mark.anyio
@pytest.mark.parametrize("fault", ["error_line", "no_done", "html", "500", "reset"])
async def test_a_model_at_fault_leaves_extracts(fault: str) -> None:
    """Whatever breaks Ollama - mid-stream or before - the sources' words remain, with exit 4."""
    async with World() as world, FakeOllama(fault=fault) as ollama:
        settings = load_settings({**os.environ, **world.environ, **ollama.environ}, model="ollama:llama3.2")
        async with open_runtime(settings) as runtime:
            answer = await research(QUESTION, runtime=runtime)
    assert answer.status == "extracts"
    assert answer.citations


def test_an_unknown_model_is_named_with_the_line_that_brings_it(tmp_path: Path) -> None:
    with World().in_thread() as world, FakeOllama().in_thread() as ollama:
        environ = {**world.environ, **ollama.environ, "RESEARCH_AGENT_HOME": str(tmp_path / "h")}
        code, answer, _, _ = ask(QUESTION, "--model", "ollama:nope", **environ)
        assert (code, answer["status"]) == (4, "extracts")
        code, answer, _, _ = ask(QUESTION, "--model", "nope", **environ)
    assert code == 2
    assert answer["error"]["type"] == "UnknownModelError"
    assert "ollama:" in answer["error"]["hint"]


def test_the_second_ask_needs_no_network_until_it_is_told_to_be_fresh(tmp_path: Path) -> None:
    """And deleting the session leaves nothing of it that services answered."""
    home = tmp_path / "h"
    with FakeOllama().in_thread() as ollama:
        environ = {**ollama.environ, **USUAL, "RESEARCH_AGENT_HOME": str(home)}
        with World().in_thread() as world:
            environ |= world.environ
            ask(QUESTION, **environ)
            asked = len(world.requests)
            code, answer, _, _ = ask(QUESTION, "--session", "s", **environ)
            assert (code, answer["status"], len(world.requests)) == (0, "complete", asked)
            assert all(0 <= source["stored"] < 3600 for source in answer["sources"] if source["documents"])
            code, answer, _, _ = ask(QUESTION, "--fresh", **environ)
            assert (code, answer["sources"][0]["stored"], len(world.requests)) == (0, None, 2 * asked)
        code, answer, _, _ = ask(QUESTION, "--offline", **environ)
        assert (code, answer["status"]) == (0, "offline")
        delete = [sys.executable, "-m", "research_agent", "sessions", "delete", "s"]
        subprocess.run(delete, check=True, capture_output=True, env={**os.environ, **environ})
        code, answer, _, _ = ask(QUESTION, "--offline", **environ)
        assert (code, answer["status"]) == (3, "none")


@pytest.mark.mediawiki
def test_a_real_mediawiki_answers_unchanged(wiki: str, tmp_path: Path) -> None:
    with FakeOllama().in_thread() as ollama:
        home = tmp_path / "h"
        environ = {**ollama.environ, "RESEARCH_AGENT_WIKIPEDIA_URL": wiki, "RESEARCH_AGENT_HOME": str(home)}
        environ["RESEARCH_AGENT_DEADLINE"] = "100"  # PHP without a cache takes its time on a busy machine
        code, answer, _, _ = ask("What is photosynthesis?", "--source", "wikipedia", **environ)
    assert (code, answer["status"]) == (0, "complete")
    assert all(citation["url"].startswith(wiki) for citation in answer["citations"])
    check_quotes(answer, home)


@pytest.mark.parts
@pytest.mark.judge
@pytest.mark.reader
def test_photosynthesis_on_the_embedded_default(parts_home: Path, tmp_path: Path) -> None:
    """Nothing but what setup brought: a cited answer from the article, JSON as in the contract."""
    home = tmp_path / "h"
    home.mkdir()
    (home / "parts").symlink_to(parts_home / "parts")
    code, answer, errors, _ = ask("What is photosynthesis?", "--offline", RESEARCH_AGENT_HOME=str(home))
    assert (code, answer["status"], errors) == (0, "offline", "")
    assert any(citation["title"] == "Photosynthesis" for citation in answer["citations"])
    assert set(answer) == {
        "session", "turn", "question", "answer", "text", "answer_from", "status", "citations", "unsupported",
        "answer_span", "partly", "contradicted", "removed", "computed", "single_site", "sources", "restriction",
        "analysis", "model", "timings", "replaces", "follow_ups",
    }  # fmt: skip
    assert answer["model"] == "llamacpp:smollm2-135m-instruct"
    check_quotes(answer, home)


@pytest.mark.parts
@pytest.mark.judge
@pytest.mark.reader
@pytest.mark.variant
def test_the_electrical_transformer_answers_nothing_about_machine_learning(parts_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "h"
    home.mkdir()
    (home / "parts").symlink_to(parts_home / "parts")
    code, answer, _, _ = ask(QUESTION, "--offline", RESEARCH_AGENT_HOME=str(home))
    assert not any(citation["title"] == "Transformer" for citation in answer["citations"])
    assert (code, answer["status"]) == (3, "unanswered")
