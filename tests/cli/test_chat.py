"""The conversation: one loop, one warm runtime; Ctrl-C costs an answer, never the session."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from pathlib import Path

import pytest

from helpers.chat_session import converse, stored, typed
from helpers.pseudo_terminal import terminal
from research_agent.cli.chat import chat
from research_agent.engine import Engine
from research_agent.errors import StoreError
from research_agent.events import Planned, Token
from research_agent.memory import open_memory
from research_agent.settings import load_settings
from research_agent.testing import FakeOllama
from research_agent_devtools.harness.scripted_engine import QUESTION, engine, stopped_by
from research_agent_devtools.world import World

pytestmark = pytest.mark.anyio


QUESTION_OF_THE_WORLD = "What is attention in machine learning?"


PROMPTED = "\x1b[?2004h"  # bracketed paste is switched on: the line editor listens


async def test_questions_of_a_conversation_are_turns_of_one_session(capsys: pytest.CaptureFixture[str]) -> None:
    assert await converse(QUESTION, "  ", "Does the Lumen freeze?", session=None) == 0
    async with open_memory(load_settings().store) as memory:
        [info] = await memory.sessions()
    assert info.turns == 2
    assert capsys.readouterr().err.count(f"session {info.id}, turn") == 2


async def test_continue_goes_on_with_the_newest_session() -> None:
    await converse(QUESTION, session="older")
    await converse(QUESTION, session="newer")
    assert await chat(load_settings(), newest=True, load=engine, ask=typed(QUESTION)) == 0
    assert len(await stored("newer")) == 2


async def test_ctrl_c_stops_the_answer_and_keeps_the_session(capsys: pytest.CaptureFixture[str]) -> None:
    once = stopped_once(signal.SIGINT, of=engine())
    assert await converse(QUESTION, KeyboardInterrupt(), QUESTION, with_engine=once) == 0
    assert [turn.answer.status for turn in await stored()] == ["interrupted", "complete"]
    assert "stopped; what was written is kept" in capsys.readouterr().err


async def test_ctrl_c_before_a_word_was_written_claims_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    await converse(QUESTION, with_engine=stopped_by(signal.SIGINT, at=Planned, of=engine()))
    assert capsys.readouterr().err == "stopped\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGHUP, marks=pytest.mark.variant)])
async def test_an_end_from_outside_keeps_what_was_written_and_exits_130(number: signal.Signals) -> None:
    assert await converse(QUESTION, QUESTION, with_engine=stopped_by(number, at=Token, of=engine())) == 130
    assert [turn.answer.status for turn in await stored()] == ["interrupted"]


async def test_sigterm_at_the_prompt_ends_the_conversation() -> None:
    async def ask() -> str:
        signal.raise_signal(signal.SIGTERM)
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    assert await chat(load_settings(), load=engine, ask=ask) == 130


async def test_an_error_is_said_and_the_conversation_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert await converse("x" * 10_000, "/nonsense", "/export pdf", "/save", "/model llama", QUESTION) == 0
    told = capsys.readouterr()
    assert told.err.count("error: ") == 5
    assert "/help lists them" in told.err
    assert "The Lumen is 412 kilometres long. [1]" in told.out


async def test_a_store_that_cannot_be_opened_ends_it_at_once(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    waiting = asyncio.Event()

    async def ask() -> str:
        await waiting.wait()
        raise AssertionError("unreachable")

    with pytest.RaisesGroup(StoreError, flatten_subgroups=True):
        await chat(load_settings(), load=engine, ask=ask)


async def test_a_store_that_cannot_be_opened_is_no_stop_of_somebodys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    with pytest.RaisesGroup(StoreError, flatten_subgroups=True):
        await chat(load_settings(), load=engine, ask=typed(QUESTION))
    assert capsys.readouterr() == ("", "")


async def test_the_prompt_does_not_wait_for_the_runtime() -> None:
    asked, loaded = threading.Event(), []

    def load() -> Engine:
        loaded.append(asked.wait(60))  # in a thread: blocking here must not hold up the prompt
        return engine()

    async def ask() -> str:
        asked.set()
        raise EOFError

    assert await chat(load_settings(), load=load, ask=ask) == 0
    assert loaded in ([True], [])  # opened after the prompt, or given up because the user had left


def test_in_a_real_terminal() -> None:
    """The prompt, a streamed draft, Ctrl-C in mid-answer, completion, the history file, Ctrl-D."""
    world, ollama = World(), FakeOllama(rate=5)
    with world.in_thread(), ollama.in_thread(), terminal({**os.environ, **world.environ, **ollama.environ}) as tty:
        tty.until("Ctrl-D leaves")
        tty.until("downloads them once")
        tty.until(PROMPTED)
        tty.send(f"{QUESTION_OF_THE_WORLD}\r")
        tty.until("draft")
        tty.until("attention")
        tty.send("\x03")
        tty.until("what was written is kept")
        tty.until(PROMPTED)
        tty.send("/so\t")
        tty.until("urces")
        tty.send("\r")
        tty.until("Hacker News")
        tty.until(PROMPTED)
        tty.send("\x04")
        assert tty.wait() == 0
    history = load_settings().home / "history"
    assert "+What is attention in machine learning?" in history.read_text()
    assert history.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("command", [[], pytest.param(["ask", QUESTION_OF_THE_WORLD], marks=pytest.mark.variant)])
async def test_a_terminal_that_is_closed_ends_it_and_keeps_what_was_streamed(command: list[str]) -> None:
    world, ollama = World(), FakeOllama(rate=5)
    told = {**os.environ, "RESEARCH_AGENT_CONTACT": "me@example.org"}
    with world.in_thread(), ollama.in_thread():
        with terminal({**told, **world.environ, **ollama.environ}, *command) as tty:
            if not command:
                tty.until(PROMPTED)
                tty.send(f"{QUESTION_OF_THE_WORLD}\r")
            tty.until("draft")
            tty.until("attention")
            tty.hang_up()
            assert tty.wait() == 130
    async with open_memory(load_settings().store) as memory:
        (session,) = await memory.sessions()
    assert [turn.answer.status for turn in await stored(session.id)] == ["interrupted"]


def test_a_terminal_that_is_closed_at_the_prompt_ends_the_conversation() -> None:
    with terminal({**os.environ, "RESEARCH_AGENT_CONTACT": "me@example.org"}) as tty:
        tty.until(PROMPTED)
        tty.hang_up()
        assert tty.wait() in {0, 130}  # the end of the input, or the signal: whichever is heard first


async def test_a_closed_terminal_is_no_reason_to_stop_for_who_ignores_it() -> None:
    """As under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert await converse(QUESTION, with_engine=stopped_by(signal.SIGHUP, at=Token, of=engine())) == 0
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
    assert [turn.answer.status for turn in await stored()] == ["complete"]


def stopped_once(number: signal.Signals, *, of: Engine) -> Engine:
    """The signal arrives in the first turn only."""
    turns = iter([stopped_by(number, of=of).research])
    return of._replace(research=lambda *args, **given: next(turns, of.research)(*args, **given))
