"""Input of the chat: a line editor on a terminal, plain lines otherwise."""

from __future__ import annotations

import asyncio
import os
import re
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from research_agent.files import write_atomically
from research_agent.text.sanitize import clean

if TYPE_CHECKING:
    from prompt_toolkit.completion import CompleteEvent, Completer, Completion
    from prompt_toolkit.document import Document
    from prompt_toolkit.history import History
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

__all__ = ["HISTORY", "Completions", "ReadLine", "delete_questions", "open_editor", "open_lines", "without_echo"]

PROMPT = "> "
HISTORY = "history"
"""Name of the history file in the home folder."""

Completions = Callable[[], Mapping[str, Iterable[str]]]
"""Returns the completions: slash commands, and for each what can follow it."""
ReadLine = Callable[[], Awaitable[str]]
"""Returns the next question; raises `EOFError` at the end and `KeyboardInterrupt` at a Ctrl-C."""


def open_editor(history: Path, words: Completions) -> ReadLine:
    """Line editor with a history file and completion."""
    from prompt_toolkit import PromptSession

    session: PromptSession[str] = PromptSession(
        PROMPT,
        history=_open_history(history),
        completer=_completer(words),
        complete_while_typing=False,
        key_bindings=_keys(),
        multiline=True,
        prompt_continuation="  ",
        enable_history_search=True,
    )
    return session.prompt_async


def open_lines(descriptor: int) -> ReadLine:
    """
    Reader of lines from a pipe or file; a backslash at the end of a line joins the next one.

    A daemon thread reads the bare descriptor: a silent pipe blocks neither signals nor the exit.
    """
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | None] = asyncio.Queue()

    def read() -> None:
        rest = b""
        with suppress(RuntimeError):  # the loop is closed
            while chunk := os.read(descriptor, 65536):
                *whole, rest = (rest + chunk).split(b"\n")
                for line in whole:
                    loop.call_soon_threadsafe(lines.put_nowait, line.decode("utf-8", "replace"))
            for last in (rest.decode("utf-8", "replace") or None, None):
                loop.call_soon_threadsafe(lines.put_nowait, last)

    threading.Thread(target=read, daemon=True, name="stdin").start()

    async def ask() -> str:
        text = ""
        while (line := await lines.get()) is not None:
            text += line.rstrip("\r")
            if not text.endswith("\\"):
                return text
            text = text[:-1] + "\n"
        if text:
            lines.put_nowait(None)
            return text
        raise EOFError

    return ask


@contextmanager
def without_echo(descriptor: int) -> Iterator[None]:
    """Context without terminal echo: what is typed waits for the next prompt instead of mixing with the output."""
    if not os.isatty(descriptor):
        yield
        return
    import termios

    before = termios.tcgetattr(descriptor)
    local = before[3] & ~termios.ECHO
    termios.tcsetattr(descriptor, termios.TCSANOW, [*before[:3], local, *before[4:]])
    try:
        yield
    finally:
        with suppress(termios.error):  # closed meanwhile
            termios.tcsetattr(descriptor, termios.TCSANOW, before)


def delete_questions(history: Path, questions: Iterable[str]) -> None:
    """
    Delete these questions from the history file. Raises `OSError` if it cannot be written.

    An entry is a line `# DATE`, then each line of the text after a `+`: the format of prompt_toolkit's `FileHistory`.
    """
    if not history.exists():
        return
    deleted = set(map(clean, questions))
    before = history.read_bytes().decode("utf-8", "replace")
    entries = re.split(r"^(?=# )", before, flags=re.MULTILINE)
    remaining = "".join(entry for entry in entries if _text_of(entry) not in deleted)
    if remaining != before:
        write_atomically(history, remaining.encode())


def _text_of(entry: str) -> str:
    return clean("\n".join(line[1:] for line in entry.split("\n") if line.startswith("+")))


def _open_history(file: Path) -> History:
    """History file with mode 0600; a history in memory where it cannot be written."""
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    class CleanHistory(FileHistory):
        """File history that replaces lone surrogates, which a terminal can send and a file cannot hold."""

        def store_string(self, string: str) -> None:
            super().store_string(clean(string))

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600))
        file.chmod(0o600)
    except OSError:
        return InMemoryHistory()
    return CleanHistory(str(file))


def _completer(words: Completions) -> Completer:
    from prompt_toolkit.completion import Completer, Completion

    class SlashCompleter(Completer):
        """Completer of slash commands at the start of a line, then of their arguments."""

        def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
            text = document.text_before_cursor
            command, space, rest = text.partition(" ")
            if not text.startswith("/") or "\n" in text:
                return
            candidates, typed = (words().get(command, ()), rest) if space else (words(), command)
            for word in candidates:
                if word.startswith(typed):
                    yield Completion(word, start_position=-len(typed))

    return SlashCompleter()


def _keys() -> KeyBindings:
    """Key bindings: Enter sends, after a backslash it begins a new line as Alt-Enter does; Tab completes at once."""
    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.key_binding import KeyBindings

    keys = KeyBindings()

    @keys.add("enter")
    def enter(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.document.text_before_cursor.endswith("\\"):
            buffer.delete_before_cursor()
            buffer.insert_text("\n")
        else:
            buffer.validate_and_handle()

    @keys.add("escape", "enter")
    def alt_enter(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    @keys.add("tab")
    def tab(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.complete_state:
            buffer.complete_next()
            return
        # The editor's own Tab completes in a task: an Enter right after it would send the text before the completion.
        completions = list(buffer.completer.get_completions(buffer.document, CompleteEvent(completion_requested=True)))
        if len(completions) == 1:
            buffer.apply_completion(completions[0])
        elif completions:
            buffer.start_completion(insert_common_part=True)

    return keys
