"""Input of the chat: pipes, completion, history, and no echo while an answer streams."""

from __future__ import annotations

import asyncio
import os
import pty
import termios
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from research_agent.cli.line_editor import open_editor, open_lines, without_echo

pytestmark = pytest.mark.anyio


async def test_lines_of_a_pipe_are_questions_and_a_backslash_joins_them() -> None:
    with piped(b"one\ntwo \\\r\nmore\n", b"\xff\\\nlast") as read:
        assert [line async for line in lines_of(open_lines(read))] == ["one", "two \nmore", "\ufffd\nlast"]


async def test_a_silent_pipe_does_not_hold_up_the_end() -> None:
    with piped(close=False) as read:
        waiting = asyncio.wait_for(open_lines(read)(), 0.05)
        with pytest.raises(TimeoutError):
            await waiting


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
