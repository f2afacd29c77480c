"""Slash commands of the chat: each answers, none overwrites a file that the chat did not write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from helpers.chat_session import converse, stored, typed
from research_agent.cli.chat import chat
from research_agent.engine import Engine
from research_agent.settings import load_settings
from research_agent.sources import load_sources
from research_agent.testing import FakeOllama, FakeSource
from research_agent_devtools.harness.scripted_engine import QUESTION, RIVER, engine

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "command",
    [
        "/help",
        "/sources",
        "/model",
        "/export",
        "/export json",
        "/new",
        "/new other",
        "/sessions",
        "/sessions lumen",
        "/sessions quasar",
        "/rename A river",
        "/removed",
    ],
)
async def test_slash_commands_answer(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert await converse(QUESTION, command, "/quit", AssertionError("asked after /quit")) == 0
    told = capsys.readouterr()
    assert "error" not in told.err
    assert {
        "/help": "Alt-Enter",
        "/sources": "notes  Notes, live, asked",
        "/model": "langchain:FakeChat",
        "/export": "# How long is the river Lumen?",
        "/export json": '"session": "s"',
        "/new": "begins a session",
        "/new other": "goes to session other",
        "/sessions": "s  1  How long is the river Lumen?",
        "/sessions lumen": "Open one: /new ID",
        "/sessions quasar": "No session has all of these words: quasar",
        "/rename A river": "Session s is now called 'A river'.",
        "/removed": "Nothing was removed from the last draft.",
    }[command] in told.out


async def test_sources_says_what_is_not_asked_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    found = load_sources(load_settings({}), ["searxng", "wikidata"])
    assert await converse("/sources", with_engine=engine(sources=found)) == 0
    told = capsys.readouterr().out
    assert "SearXNG, live, not asked: needs its address" in told
    assert "Wikidata, live, asked" in told


async def test_sources_shows_one_or_says_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    two = engine(sources=[FakeSource("notes", [RIVER]), FakeSource("files", [], live=False)])
    assert await converse("/sources nope", "/sources files", with_engine=two) == 0
    told = capsys.readouterr()
    assert told.err == "error: No source 'nope' is asked.\nAsked: notes, files.\n"
    assert told.out == "files  Files, local, asked\n"


async def test_new_begins_another_session() -> None:
    await converse(QUESTION, "/new other", QUESTION)
    assert len(await stored("s")) == len(await stored("other")) == 1


async def test_save_writes_the_session_and_never_over_a_strangers_file(tmp_path: Path) -> None:
    markdown, exported, precious = tmp_path / "a.md", tmp_path / "a.json", tmp_path / "precious"
    precious.write_text("keep me")
    await converse(QUESTION, *(f"/save {file}" for file in (markdown, markdown, exported, precious)))
    assert markdown.read_text().startswith("# How long")
    assert json.loads(exported.read_text())["session"] == "s"
    assert precious.read_text() == "keep me"


async def test_the_time_of_the_last_answer_is_told_and_traced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    traced, precious = tmp_path / "t.json", tmp_path / "precious"
    precious.write_text("keep me")
    await converse("/profile", QUESTION, "/profile", *(f"/trace {file}" for file in (traced, traced, precious)))
    told = capsys.readouterr().err
    assert "Nothing was asked yet." in told
    assert told.count("* critical path") == 1
    assert json.loads(traced.read_text())["traceEvents"]
    assert precious.read_text() == "keep me"


@pytest.mark.usefixtures("patient_probe")
async def test_another_model_is_opened_in_place_of_the_first() -> None:
    opened, noting = engine_that_notes()
    async with FakeOllama() as ollama:
        with_server = load_settings().with_changes(ollama_host=ollama.environ["OLLAMA_HOST"])
        await chat(
            with_server, session="s", load=lambda: noting, ask=typed(QUESTION, "/model ollama:llama3.2", QUESTION)
        )
    assert opened == ["", "ollama:llama3.2"]
    assert len(await stored()) == 2


@pytest.mark.usefixtures("patient_probe")
async def test_a_model_that_is_not_there_leaves_the_old_one(capsys: pytest.CaptureFixture[str]) -> None:
    opened, noting = engine_that_notes()
    lines = ("/model ollama:zzz", "/model llamacpp:/nowhere.gguf", "/model llamacpp:smollm2", QUESTION)
    async with FakeOllama() as ollama:
        with_server = load_settings().with_changes(ollama_host=ollama.environ["OLLAMA_HOST"])
        await chat(with_server, session="s", load=lambda: noting, ask=typed(*lines))
    assert opened == [""]
    assert len(await stored()) == 1
    told = capsys.readouterr().err
    assert "error: Ollama has no model 'zzz'.\nRun: research-agent models pull zzz\n" in told
    assert told.count("error: ") == 3


def engine_that_notes() -> tuple[list[str], Engine]:
    """The models that runtimes are opened with, and the engine that opens them."""
    opened: list[str] = []
    real = engine()

    def open_noting(settings, **given):  # type: ignore[no-untyped-def]
        opened.append(settings.chat.model)
        return real.open_runtime(settings, **given)

    return opened, real._replace(open_runtime=open_noting)


async def test_only_restricts_what_follows_until_it_is_off(capsys: pytest.CaptureFixture[str]) -> None:
    lines = ("/only", "/only --site other.example --since 2026-01-02", QUESTION, "/only off", QUESTION)
    await converse(*lines, *("/only --site nowhere", "/only --moon", "/only 'x"))
    told = capsys.readouterr()
    assert told.out.count("Texts of all sites and days are used.") == 2
    assert "Only texts of other.example, since 2026-01-02 were used, as you asked." in told.out
    first, second = [turn.answer for turn in await stored()]
    assert (first.citations, first.settings["site"], first.settings["since"]) == ((), "other.example", "2026-01-02")
    assert second.citations
    assert "site" not in second.settings
    assert "'nowhere' is not a site." in told.err
    assert "No such option" in told.err
    assert told.err.count("/only off") == 2
