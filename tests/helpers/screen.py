"""A terminal as far as the program uses one: text, line breaks, going up some lines, erasing below."""

from __future__ import annotations

import io
import re

from rich.console import Console

__all__ = ["Screen"]

PIECES = re.compile(r"\x1b\[(\d*)([A-Za-z])|(\r)|(\n)|([^\x1b\r\n]+)")


class Screen(io.StringIO):
    """Stream that shows what is written as `height` lines of `width` columns; `lines` are all, scrolled away or not."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__()
        self.width, self.height = width, height
        self.lines = [""]
        self.row = 0
        self.console = Console(
            file=self, width=width, height=height, force_terminal=True, color_system=None, legacy_windows=False,
            highlight=False, markup=False, emoji=False,
        )  # fmt: skip

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        at = 0
        while at < len(text):
            match = PIECES.match(text, at)
            assert match is not None, repr(text[at : at + 20])
            at = match.end()
            number, command, carriage, newline, words = match.groups()
            if command == "A":
                self.row -= int(number or 1)
                assert self.row >= max(0, len(self.lines) - self.height), "it went up beyond what the screen shows"
            elif command == "J":
                del self.lines[self.row + 1 :]
                self.lines[self.row] = ""
            elif newline:
                self.row += 1
                self.lines += [""] * (self.row == len(self.lines))
            elif words:
                self.lines[self.row] += words
                assert len(self.lines[self.row]) <= self.width, self.lines[self.row]
            else:
                assert carriage or command == "m", command
        return len(text)

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines)

    @property
    def visible(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines[-self.height :])
