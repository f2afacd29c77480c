"""
Rich text (.rtf) as HTML, by the grammar of the format: groups, control words, characters of code pages and of Unicode.

Destinations that are no text (fonts, pictures, headers, instructions of fields) are skipped, as is any that begins
with \\* and is not known.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape

from research_agent.documents import UnreadableFileError
from research_agent.documents.formats.html_text import tell_html
from research_agent.documents.formats.rich_text_pages import RichTextPages
from research_agent.documents.formats.rich_text_words import (
    CHARSETS,
    CODE_PAGES,
    KEPT,
    SHOWN,
    SIGNS,
    SKIPPED,
    SYMBOLS,
)
from research_agent.documents.formats.text_builder import CHARACTERS, TextBuilder
from research_agent.messages import file_failures

__all__ = ["read_rich_text"]

TOKEN = re.compile(
    r"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<byte>[0-9A-Fa-f]{2})|\\(?P<sign>[^A-Za-z])"
    r"|(?P<brace>[{}])|(?P<end>[\r\n]+)|(?P<text>[^\\{}\r\n]+)",
    re.DOTALL,
)
DEEPEST = 500
HEADING = re.compile(r"\s*heading (\d)\b", re.IGNORECASE)


@dataclass(slots=True)
class _State:
    """What holds in a group: where its text goes, and how it looks."""

    destination: str = ""
    codec: str = ""
    fallback: int = 1  # characters behind \u that stand in for it
    script: str = ""
    is_hidden: bool = False


def read_rich_text(data: bytes, told: TextBuilder) -> None:
    """Tell of a document."""
    reader = _Reader()
    reader.read(data.decode("latin-1"))
    document = reader.document
    told.title, told.author = (document.kept.get(name, "").strip() for name in ("title", "author"))
    told.published = document.kept.get("creatim", "")
    tell_html("".join(document.html), told)


class _Reader:
    def __init__(self) -> None:
        self.document = RichTextPages()
        self._state = _State()
        self._groups: list[_State] = []
        self._codec = "cp1252"
        self._pending = bytearray()
        self._standing_in = 0
        self._is_optional = False
        self._date: dict[str, int] = {}

    def read(self, text: str) -> None:
        """Read the whole document."""
        place = 0
        while (match := TOKEN.match(text, place)) is not None and self.document.length < CHARACTERS:
            place = match.end()
            kind = match.lastgroup
            if kind in ("text", "byte"):
                self._characters(match["text"] or chr(int(match["byte"], 16)))
                continue
            if kind == "end":
                continue
            self._flush()
            if kind == "brace":
                self._brace(match["brace"])
            elif kind == "sign":
                self._sign(match["sign"])
            else:
                number = match["number"]
                place += self._word(match["word"], int(number) if number else None)
        self._flush()
        if self.document.row:
            self.document.end_row()
        self._state = _State()
        self.document.in_table = False
        self._end_paragraph()
        self.document.end_table()

    def _characters(self, text: str) -> None:
        while text and self._standing_in:
            text, self._standing_in = text[1:], self._standing_in - 1
        self._is_optional = False
        self._pending += text.encode("latin-1")

    def _brace(self, brace: str) -> None:
        self._standing_in = 0
        if brace == "{":
            if len(self._groups) >= DEEPEST:
                raise UnreadableFileError(file_failures.TOO_DEEP(), file_failures.REPAIR())
            self._groups.append(replace(self._state))
        elif self._groups:
            inner, self._state = self._state, self._groups.pop()
            if inner.destination != self._state.destination:
                self._end_destination(inner.destination)

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._is_optional = True
        elif sign in "\r\n":
            self._end_paragraph()
        elif sign in SYMBOLS:
            self._say(SYMBOLS[sign])

    def _word(self, word: str, number: int | None) -> int:
        """Do what a control word says; how many bytes behind it are data."""
        is_optional, self._is_optional = self._is_optional, False
        if word == "bin":
            return max(0, number or 0)
        if word in KEPT or word in SKIPPED or (is_optional and word not in SHOWN):
            self._state.destination = self._state.destination or (word if word in KEPT else "-")
        elif word == "u" and number is not None:
            self._say(chr(number % 65_536))
            self._standing_in = self._state.fallback
        elif word in SIGNS:
            self._say(SIGNS[word])
        elif (act := ACTS.get(word)) is not None:
            act(self, 1 if number is None else number)
        return 0

    def _flush(self) -> None:
        """Say the bytes that wait, in their code page."""
        if self._pending:
            text = bytes(self._pending).decode(self._state.codec or self._codec, "replace")
            self._pending.clear()
            self._say(text)

    def _say(self, text: str) -> None:
        document, state = self.document, self._state
        if state.destination == "stylesheet":
            if match := HEADING.match(text):
                document.styles[document.style] = int(match[1])
        elif state.destination in ("title", "author"):
            document.kept[state.destination] = document.kept.get(state.destination, "") + text[:1000]
        elif state.destination in ("", "footnote") and not state.is_hidden:
            said = escape(text, quote=False)
            said = f"<{state.script}>{said}</{state.script}>" if state.script else said
            (document.note if state.destination else document.paragraph).append(said)
            document.length += len(text)

    # Paragraphs and tables

    def _end_paragraph(self, number: int = 1) -> None:
        if self._state.destination or self.document.in_table:
            self._break_line()
        else:
            self.document.end_paragraph()

    def _break_line(self, number: int = 1) -> None:
        if not self._state.destination:
            self.document.paragraph.append("<br>")
        elif self._state.destination == "footnote":
            self.document.note.append(" ")

    def _end_destination(self, destination: str) -> None:
        if destination == "footnote":
            self.document.end_note()
        elif destination == "creatim":
            self._end_date()

    def _end_date(self) -> None:
        year, month, day = (self._date.get(name, 0) for name in ("yr", "mo", "dy"))
        if year:
            self.document.kept["creatim"] = f"{year:04d}-{month:02d}-{day:02d}"

    # Control words

    def _set_code_page(self, number: int) -> None:
        self._codec = _known(CODE_PAGES.get(number, f"cp{number}"))

    def _set_font(self, number: int) -> None:
        self.document.font = number
        if self._state.destination != "fonttbl":
            self._state.codec = self.document.fonts.get(number, "")

    def _set_charset(self, number: int) -> None:
        if self._state.destination == "fonttbl" and number in CHARSETS:
            self.document.fonts[self.document.font] = CHARSETS[number]

    def _set_style(self, number: int) -> None:
        self.document.style = number
        if not self._state.destination:
            self.document.level = self.document.styles.get(number, 0)

    def _set_outline(self, number: int) -> None:
        if self._state.destination == "stylesheet":
            self.document.styles.setdefault(self.document.style, number + 1 if number < 9 else 0)
        elif not self._state.destination:
            self.document.level = number + 1 if 0 <= number < 9 else 0

    def _set_script(self, script: str) -> None:
        self._state.script = script

    def _plain(self, number: int) -> None:
        self._state.script, self._state.is_hidden = "", False

    def _paragraph_default(self, number: int) -> None:
        if not self._state.destination:
            self.document.level, self.document.in_table = 0, False

    def _begin_row(self, number: int) -> None:
        self.document.is_header = False

    def _set_header(self, number: int) -> None:
        self.document.is_header = True

    def _set_in_table(self, number: int) -> None:
        self.document.in_table = True

    def _set_fallback(self, number: int) -> None:
        self._state.fallback = max(0, min(number, 10))

    def _set_hidden(self, number: int) -> None:
        self._state.is_hidden = number != 0

    def _set_date(self, name: str, number: int) -> None:
        if self._state.destination == "creatim":
            self._date[name] = max(0, min(number, 9999))


def _known(codec: str) -> str:
    try:
        codecs.lookup(codec)
    except LookupError:
        return "cp1252"
    return codec


Act = Callable[[_Reader, int], None]
ACTS: dict[str, Act] = {
    "par": _Reader._end_paragraph,
    "sect": _Reader._end_paragraph,
    "page": _Reader._end_paragraph,
    "line": _Reader._break_line,
    "cell": lambda reader, number: reader.document.end_cell(),
    "nestcell": lambda reader, number: reader._say("; "),
    "row": lambda reader, number: reader.document.end_row(),
    "trowd": _Reader._begin_row,
    "trhdr": _Reader._set_header,
    "intbl": _Reader._set_in_table,
    "pard": _Reader._paragraph_default,
    "plain": _Reader._plain,
    "ansicpg": _Reader._set_code_page,
    "mac": lambda reader, number: reader._set_code_page(10000),
    "pc": lambda reader, number: reader._set_code_page(437),
    "pca": lambda reader, number: reader._set_code_page(850),
    "f": _Reader._set_font,
    "fcharset": _Reader._set_charset,
    "s": _Reader._set_style,
    "outlinelevel": _Reader._set_outline,
    "super": lambda reader, number: reader._set_script("sup" if number else ""),
    "sub": lambda reader, number: reader._set_script("sub" if number else ""),
    "up": lambda reader, number: reader._set_script("sup" if number > 0 else ""),
    "dn": lambda reader, number: reader._set_script("sub" if number > 0 else ""),
    "nosupersub": lambda reader, number: reader._set_script(""),
    "uc": _Reader._set_fallback,
    "v": _Reader._set_hidden,
    "yr": lambda reader, number: reader._set_date("yr", number),
    "mo": lambda reader, number: reader._set_date("mo", number),
    "dy": lambda reader, number: reader._set_date("dy", number),
}
