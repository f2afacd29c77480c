"""Lines at the bottom of a terminal that are repainted in place, from the first one that changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.console import Console

__all__ = ["PaintedLines", "rendered"]


def rendered(console: Console, draw: Callable[[], None]) -> list[str]:
    """What `draw` prints on the console, as lines that each set their own style."""
    with console.capture() as captured:
        draw()
    return captured.get().removesuffix("\n").split("\n")


class PaintedLines:
    """
    The lines; below them the cursor waits at the beginning of the next one.

    A terminal can be written to only where it shows: what has scrolled away stays as it is.
    """

    def __init__(self, console: Console) -> None:
        self.lines: list[str] = []
        self._console = console
        self._width = 0

    @property
    def gone(self) -> int:
        """How many of the lines have scrolled away, or all of them if the terminal has another width now."""
        if self._width != self._console.width:
            return len(self.lines)
        return max(0, len(self.lines) - self._console.height + 1)

    def show(self, lines: Sequence[str], *, whatever_is_gone: bool = False) -> bool:
        """
        Paint these instead; False, and nothing is painted, when a line that changed can no longer be reached.

        `whatever_is_gone`: then those stand as they are, and the others are painted.
        """
        if whatever_is_gone:
            self.lines[: self.gone] = lines[: self.gone]
        same = next((at for at, pair in enumerate(zip(self.lines, lines, strict=False)) if pair[0] != pair[1]), None)
        if same is None:
            same = min(len(self.lines), len(lines))
        up = len(self.lines) - same
        if same < self.gone:
            return False
        back = f"\x1b[{up}A\r\x1b[J" if up else ""
        self._console.file.write(back + "".join(f"{line}\n" for line in lines[same:]))
        self._console.file.flush()
        self.lines, self._width = list(lines), self._console.width
        return True

    def leave(self) -> None:
        """Let the lines stand; what is painted next comes below."""
        self.lines = []
