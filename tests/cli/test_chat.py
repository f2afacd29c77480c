"""The conversation: one loop, one warm runtime; Ctrl-C costs an answer, never the session."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import threading
import time
import tomllib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from research_agent.cli.chat import WELCOME, chat
from research_agent.cli.contact import remember_contact, wants_contact
from research_agent.cli.line_editor import ReadLine, open_editor, open_lines, without_echo
from research_agent.cli.table import print_text
from research_agent.engine import Engine
from research_agent.errors import StoreError
from research_agent.events import Planned, Token
from research_agent.memory import open_memory
from research_agent.settings import load_settings
from research_agent.sources import load_sources
from research_agent.testing import FakeOllama, FakeSource
from research_agent.types import Turn
from research_agent_devtools.harness.scripted_engine import QUESTION, RIVER, engine, stopped_by
from research_agent_devtools.world import World

pytestmark = pytest.mark.anyio

QUESTION_OF_THE_WORLD = "What is attention in machine learning?"
PROMPTED = "\x1b[?2004h"  # bracketed paste is switched on: the line editor listens


def typed(*lines: str | BaseException) -> ReadLine:
    """A person who types these lines, or presses what raises; then leaves with Ctrl-D."""
    left = iter([*lines, EOFError()])

    async def ask() -> str:
        line = next(left)
        if isinstance(line, BaseException):
            raise line
        return line

    return ask


async def converse(*lines: str | BaseException, with_engine: Engine | None = None, session: str | None = "s") -> int:
    return await chat(
        load_settings(), session=session, load=lambda: with_engine or engine(), ask=typed(*lines), interactive=True
    )


async def stored(session: str = "s") -> tuple[Turn, ...]:
    async with open_memory(load_settings().store) as memory:
        return await memory.turns(session)


async def test_questions_of_a_conversation_are_turns_of_one_session(capsys: pytest.CaptureFixture[str]) -> None:
    assert await converse(QUESTION, "  ", "Does the Lumen freeze?", session=None) == 0
    async with open_memory(load_settings().store) as memory:
        [info] = await memory.sessions()
    assert info.turns == 2
    assert capsys.readouterr().out.count(f"session {info.id}, turn") == 2


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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
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


@pytest.mark.parametrize("command", ["/help", "/sources", "/model", "/export", "/export json", "/new", "/new other"])
async def test_slash_commands_answer(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert await converse(QUESTION, command, "/quit", AssertionError("asked after /quit")) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert {
        "/help": "Alt-Enter",
        "/sources": "notes  Notes, live, asked",
        "/model": "langchain:FakeChat",
        "/export": "# How long is the river Lumen?",
        "/export json": '"session": "s"',
        "/new": "begins a session",
        "/new other": "goes to session other",
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


@pytest.mark.parametrize("width", [20, 40, 80])
async def test_lines_on_a_terminal_are_broken_at_words(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(width))
    print_text(WELCOME)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width
    assert " ".join(lines) == WELCOME
    assert (len(lines) == 1) == (width == 80)


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
    assert "error: Ollama has no model 'zzz'.\nRun: ollama pull zzz\n" in told
    assert told.count("error: ") == 3


def engine_that_notes() -> tuple[list[str], Engine]:
    """The models that runtimes are opened with, and the engine that opens them."""
    opened: list[str] = []
    real = engine()

    def open_noting(settings, **given):  # type: ignore[no-untyped-def]
        opened.append(settings.chat.model)
        return real.open_runtime(settings, **given)

    return opened, real._replace(open_runtime=open_noting)


async def test_lines_of_a_pipe_are_questions_and_a_backslash_joins_them() -> None:
    with piped(b"one\ntwo \\\r\nmore\n", b"\xff\\\nlast") as read:
        assert [line async for line in lines_of(open_lines(read))] == ["one", "two \nmore", "\ufffd\nlast"]


async def test_a_silent_pipe_does_not_hold_up_the_end() -> None:
    with piped(close=False) as read:
        waiting = asyncio.wait_for(open_lines(read)(), 0.05)
        with pytest.raises(TimeoutError):
            await waiting


@pytest.mark.parametrize(
    "before", ["", "# mine\nmodel = 'ollama:x'\n", "[urls]\nwikipedia = 'http://127.0.0.1:1'\n", "lang = 'de'\r\n"]
)
@pytest.mark.parametrize("contact", ["me@example.org", ""])
def test_the_contact_is_remembered_and_the_rest_of_the_file_stays(tmp_path: Path, before: str, contact: str) -> None:
    file = tmp_path / "config" / "research-agent" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_bytes(before.encode())
    assert wants_contact(load_settings())
    remember_contact(file, contact)
    assert tomllib.loads(file.read_text()) == {**tomllib.loads(before), "contact": contact}
    assert file.read_bytes().endswith(before.encode())
    assert not wants_contact(load_settings())
    assert load_settings().http.contact == contact
    with pytest.raises(tomllib.TOMLDecodeError):  # the twin: a second answer below the first
        tomllib.loads(file.read_text() + f'contact = "{contact}"\ncontact = ""\n')


def test_nobody_is_asked_for_a_contact_that_is_not_needed() -> None:
    settings = load_settings()
    assert not wants_contact(settings.with_changes(offline=True))
    assert not wants_contact(settings.with_changes(sources=("encyclopedia",)))


def test_in_a_real_terminal() -> None:
    """The prompt, a streamed draft, Ctrl-C in mid-answer, completion, the history file, Ctrl-D."""
    world, ollama = World(), FakeOllama(rate=5)
    with world.in_thread(), ollama.in_thread(), terminal({**os.environ, **world.environ, **ollama.environ}) as tty:
        tty.until("contact")
        tty.send("me@example.org\r")
        tty.until("Ctrl-D leaves")
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
    assert load_settings().http.contact == "me@example.org"


@pytest.mark.parametrize("command", [[], ["ask", QUESTION_OF_THE_WORLD]])
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


@pytest.mark.parametrize("ends_with", [None, KeyboardInterrupt, ValueError])
def test_what_is_typed_while_an_answer_streams_is_not_shown_and_waits(ends_with: type[BaseException] | None) -> None:
    keyboard, screen = pty.openpty()
    before = termios.tcgetattr(screen)
    assert before[3] & termios.ECHO
    with suppress(KeyboardInterrupt, ValueError), without_echo(screen):
        assert termios.tcgetattr(screen)[3] == before[3] & ~termios.ECHO
        os.write(keyboard, b"next\n")
        assert os.read(screen, 100) == b"next\n"  # it has passed the terminal, which could have shown it
        if ends_with is not None:
            raise ends_with
    assert termios.tcgetattr(screen) == before
    os.write(screen, b"answer")
    assert os.read(keyboard, 100) == b"answer"
    os.close(keyboard)
    os.close(screen)


def test_a_pipe_has_nothing_to_switch_off() -> None:
    with piped(b"x") as read, without_echo(read):
        assert os.read(read, 1) == b"x"


@pytest.mark.parametrize(("keys", "sent"), [("/mo\t\r", "/model"), ("/new a\t\r", "/new alpha"), ("/s\t\r", "/s")])
async def test_tab_completes_before_the_next_key_is_read(tmp_path: Path, keys: str, sent: str) -> None:
    words = {"/model": (), "/sources": (), "/save": (), "/new": ("alpha", "beta")}
    with create_pipe_input() as keyboard, create_app_session(input=keyboard, output=DummyOutput()):
        ask = open_editor(tmp_path / "history", lambda: words)
        keyboard.send_text(keys)
        assert await ask() == sent


def stopped_once(number: signal.Signals, *, of: Engine) -> Engine:
    """The signal arrives in the first turn only."""
    turns = iter([stopped_by(number, of=of).research])
    return of._replace(research=lambda *args, **given: next(turns, of.research)(*args, **given))


async def lines_of(ask: Callable[[], Awaitable[str]]):  # type: ignore[no-untyped-def]
    while True:
        try:
            yield await ask()
        except EOFError:
            return


@contextmanager
def piped(*chunks: bytes, close: bool = True) -> Iterator[int]:
    read, write = os.pipe()
    for chunk in chunks:
        os.write(write, chunk)
    if close:
        os.close(write)
    try:
        yield read
    finally:
        if not close:
            os.close(write)


# Ctrl-C must reach it as it does from a keyboard.
IN_ITS_OWN_TERMINAL = """
import fcntl, runpy, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
runpy.run_module("research_agent", run_name="__main__", alter_sys=True)
"""


class Terminal:
    """A program in a pseudo-terminal: what it prints, and a keyboard."""

    def __init__(self, environ: dict[str, str], *arguments: str) -> None:
        self._master, slave = pty.openpty()
        self._seen = ""
        self.process = subprocess.Popen(
            [sys.executable, "-c", IN_ITS_OWN_TERMINAL, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", "COLUMNS": "80"},
            start_new_session=True,
        )
        os.close(slave)

    def send(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def until(self, text: str, *, seconds: float = 100) -> None:
        """Read on until `text` came, counted from where the last wait ended."""
        end = time.monotonic() + seconds
        while text not in self._seen:
            assert time.monotonic() < end, f"{text!r} did not come; seen: {self._seen!r}"
            if select.select([self._master], [], [], 0.2)[0]:
                self._seen += os.read(self._master, 65536).decode("utf-8", "replace")
        self._seen = self._seen.partition(text)[2]

    def hang_up(self) -> None:
        """Close the window."""
        os.close(self._master)
        self._master = -1

    def wait(self) -> int:
        return self.process.wait(100)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self._master >= 0:
            self.hang_up()


@contextmanager
def terminal(environ: dict[str, str], *arguments: str) -> Iterator[Terminal]:
    tty = Terminal(environ, *arguments)
    try:
        yield tty
    finally:
        tty.close()
