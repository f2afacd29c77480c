"""Progress of deep research on standard error: one line a step, and a status line below that changes in place."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

from research_agent.memory import RunEvent
from research_agent.messages import research_lines
from research_agent.text.sanitize import one_line

__all__ = ["ResearchProgress"]

WIDTH = 100  # characters of a line


class ResearchProgress:
    """
    Event hook that appends a line for each step that ended and each conflict, and keeps one status line.

    `status` says what was spent; it is asked for at each event. Without a terminal nothing is written.
    """

    def __init__(self, stream: TextIO = sys.stderr, status: Callable[[], str] = lambda: "") -> None:
        self.status = status
        self._stream, self._on_terminal = stream, stream.isatty()
        self._shown, self._steps, self._began = 0, 0, time.monotonic()

    def __call__(self, event: RunEvent) -> None:
        """Show an event, if it is one to be seen."""
        if not self._on_terminal:
            return
        self._steps += event.kind == "StepFinished"
        if line := _line(event):
            self._clear()
            self._stream.write(f"{one_line(line)[:WIDTH]}\n")
        self._show_status(event)
        self._stream.flush()

    def note(self, line: str) -> None:
        """Append a line of the command's own."""
        if self._on_terminal:
            self._clear()
            self._stream.write(f"{one_line(line)}\n")
            self._stream.flush()

    def close(self) -> None:
        """Take the status line away."""
        if self._on_terminal:
            self._clear()
            self._stream.flush()

    def _show_status(self, event: RunEvent) -> None:
        if event.kind == "RunFinished":
            return self._clear()
        self._clear()
        told = f"{time.monotonic() - self._began:.0f} s, {_counted(self._steps, 'step')} done{self.status()}"
        self._stream.write(told)
        self._shown = len(told)
        return None

    def _clear(self) -> None:
        if self._shown:
            self._stream.write(f"\r{' ' * self._shown}\r")
            self._shown = 0


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _line(event: RunEvent) -> str:
    """What is told of an event in one line; "" for nothing."""
    data = event.data
    match event.kind:
        case "StepFinished":
            count = data["witnesses"]
            found = f"{count} witness{'es' * (count != 1)}" if count else research_lines.FOUND_NOTHING()
            gaps = [gap for gap in data["gaps"] if gap != "no evidence"]
            return f"{data['text']} - {'; '.join([found, *gaps])}"
        case "ConflictFound":
            return research_lines.DISAGREE(ours=data["ours"], theirs=data["theirs"])
        case "PlanChanged" if isinstance(data["steps"], list):
            return research_lines.MORE_STEPS(n=len(data["steps"]), steps="; ".join(data["steps"]))
        case "SectionChecked":
            heading = data["heading"] or research_lines.THE_REPORT()
            return research_lines.WRITTEN(heading=heading, sentences=_counted(data["sentences"], "sentence"))
        case _:
            return ""
