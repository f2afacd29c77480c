"""Builder of a file's text and of the places in it, told of them in order, within a limit of characters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from research_agent.documents.file_text import FileText, Place
from research_agent.messages import file_failures

__all__ = ["CHARACTERS", "MOST_BYTES", "Heading", "TextBuilder"]

CHARACTERS = 10_000_000
MOST_BYTES = 4 * CHARACTERS
"""Bytes of a text that hold as many characters in any charset: what is beyond them is not even decoded."""
Heading = tuple[int, int, str]
"""Offset of a heading, its level and its words."""

LINE_ENDS = re.compile("\r\n?")
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
SURROGATE = re.compile("[\ud800-\udfff]")
LONGEST = 500  # characters of a label or of a line of metadata
DEEPEST = 99


class TextBuilder:
    """
    Text of one file, and its places; `file_text` gives what was told.

    Text beyond `characters` is left out, and a note says so; `is_full` says that nothing more is taken.
    """

    def __init__(self, characters: int = CHARACTERS) -> None:
        self.title = self.author = self.published = self.language = ""
        self.notes: list[str] = []
        self._limit, self._length, self._pieces = characters, 0, [""]
        self._headings: list[Heading] = []
        self._pages: list[tuple[int, str]] = []
        self._tables: list[Place] = []
        self._waiting: list[tuple[int, str]] = []

    @property
    def is_full(self) -> bool:
        """Whether the limit was reached."""
        return self._length >= self._limit

    @property
    def is_empty(self) -> bool:
        """Whether there is no text yet."""
        return not self._length

    @property
    def first_heading(self) -> str:
        """Words of the first heading; "" without one."""
        return self._headings[0][2] if self._headings else ""

    def paragraph(self, text: str) -> None:
        """Add a paragraph, or several, as they are; a blank line is put before it."""
        self._append(text.strip("\n"), "\n\n")

    def line(self, text: str) -> None:
        """Add a line below the last one."""
        self._append(text, "\n")

    def heading(self, label: str, level: int, *, is_shown: bool = True) -> None:
        """Begin a section; its heading stands in the text if `is_shown`."""
        if not (label := _one_line(label)):
            return
        self._waiting.append((max(1, min(level, DEEPEST)), label))
        if is_shown:
            self.paragraph(label)

    def page(self, label: str) -> None:
        """Begin a page."""
        if any(not level for level, _ in self._waiting):  # the last page is empty
            self._settle(self._length)
            self._pages = self._pages if self._length else []
        self._waiting.append((0, _one_line(label)))

    def table(self, rows: Iterable[str], caption: str = "") -> None:
        """Add a table, a row a line."""
        start = -1
        for row in rows:
            at = self._append(row, "\n\n" if start < 0 else "\n")
            start = at if start < 0 else start
            if self.is_full:
                break
        if start >= 0:
            self._tables.append(Place(kind="table", start=start, end=self._length, label=_one_line(caption)))

    def source(self, text: str, headings: Sequence[Heading] = ()) -> None:
        """Add a text as it was written, with its headings by their offsets in it."""
        text = sound(text)
        lead = len(text) - len(text.lstrip("\n"))
        if (begin := self._append(text.strip("\n"), "\n\n")) < 0:
            return
        self._headings += [
            (start, level, _one_line(label))
            for offset, level, label in headings
            if (start := begin + max(0, offset - lead)) < self._length and label.strip()
        ]

    def note(self, line: str) -> None:
        """Add a line for the user, once."""
        if line not in self.notes:
            self.notes.append(line)

    def file_text(self) -> FileText:
        """All that was told."""
        self._settle(self._length)
        text = "".join(self._pieces)
        places = [*self._page_spans(text), *self._sections(text), *self._tables]
        places.sort(key=lambda place: (place.start, -place.end))
        return FileText(
            text=text,
            places=tuple(places),
            title=_one_line(self.title),
            author=_one_line(self.author),
            published=_one_line(self.published),
            language=_one_line(self.language),
            notes=tuple(self.notes),
        )

    def _append(self, text: str, separator: str) -> int:
        """Add a text behind a separator; where it begins, -1 when nothing was added."""
        text = sound(text)
        if not text.strip() or self.is_full:
            return -1
        separator = separator if self._length else ""
        left = self._limit - self._length - len(separator)
        if len(text) > left:
            self._limit = self._length if left <= 0 else self._limit
            self.note(file_failures.FIRST_CHARACTERS(most=self._limit))
            text = text[: max(0, left)]
        if not text:
            return -1
        start = self._length + len(separator)
        self._settle(start)
        self._pieces += [separator, text]
        self._length = start + len(text)
        return start

    def _settle(self, start: int) -> None:
        """Let what waits for its text begin here."""
        for level, label in self._waiting:
            if level:
                self._headings.append((start, level, label))
            else:
                self._pages.append((start, label))
        self._waiting.clear()

    def _page_spans(self, text: str) -> list[Place]:
        ends = [start for start, _ in self._pages[1:]] + [len(text)]
        return [
            Place(kind="page", start=start, end=_before_space(text, start, end), label=label)
            for (start, label), end in zip(self._pages, ends, strict=False)
        ]

    def _sections(self, text: str) -> list[Place]:
        """Headings with the end of what stands below them: the next of the same or a higher level."""
        found: list[Place] = []
        after: list[Place] = []  # those that end what is before them
        ordered = sorted(self._headings, key=lambda heading: heading[0])
        for start, level, label in reversed(ordered):
            while after and after[-1].level > level:
                after.pop()
            end = _before_space(text, start, after[-1].start if after else len(text))
            place = Place(kind="heading", start=start, end=end, label=label, level=level)
            found.append(place)
            after.append(place)
        return found[::-1]


def sound(text: str) -> str:
    """Text with line feeds, without control characters, halves of a surrogate pair joined."""
    if "\r" in text:
        text = LINE_ENDS.sub("\n", text)
    if SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return CONTROLS.sub("", text)


def _before_space(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


def _one_line(text: str) -> str:
    return " ".join(sound(text[: 4 * LONGEST]).split())[:LONGEST]
