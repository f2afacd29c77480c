"""Words of a PDF page and their boxes, as it is shown: turned and cropped, in points from the top left."""

from __future__ import annotations

import ctypes
import re
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache, partial
from itertools import pairwise, repeat
from typing import Any, NamedTuple

from research_agent.documents import TooHeavyError
from research_agent.documents.pdf_scripts import SMALLER, with_scripts
from research_agent.messages import file_failures

__all__ = ["NO_TEXT", "SOFT", "TOKEN", "PageWords", "Word", "page_words"]

CHARACTERS = 200_000  # of a page
SOFT = "\ufffe\x02"  # pdfium's marks for a hyphen that only the end of the line put there
TOKEN = re.compile(f"[^\\s{SOFT}]+[{SOFT}]?")
# Control characters and halves of surrogate pairs are no text that could be stored.
NO_TEXT = re.compile("[\x00\x01\x03-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
DIGIT = re.compile(r"\d")
DIGITS = re.compile(r"(?<=[^\W_])\d+|(?<=[^\W_][-+\u2212\u2013])\d+")  # that may be raised, or lowered
SIGNED = re.compile(r"[-+\u2212\u2013]?\d")
NEAR = 0.25  # of a line's height, how far apart a number and its exponent stand at most
FONT_NAME = 100  # bytes of a font's name
BOLD = re.compile(rb"bold|black|heavy|demi", re.IGNORECASE)
FARTHEST = 1e9  # points, which no page is large
SAME = 0.05  # of a line's height, which is as good as nothing
PIXELS = 100  # device pixels a point, when pdfium is asked where points of a page are shown

Edges = tuple[list[float], list[float], list[float], list[float]]
"""Left, upper, right and lower edges of boxes."""
Place = Callable[[list[float], list[float]], Edges]


class Word(NamedTuple):
    """Word and its box in points; `line` is the number of the line that pdfium has it on, which may begin in bold."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    line: int
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class PageWords:
    """Words of a page in the order of its content; `width` x `height` points as it is shown."""

    width: float
    height: float
    words: list[Word]


def page_words(page: Any) -> PageWords:
    """Words of pdfium's page. Raises `TooHeavyError`; `PdfiumError` for a page that cannot be read."""
    width, height = page.get_size()
    layer = page.get_textpage()
    try:
        text = _text(layer)
        words, raised = _words(layer, text, _placing(page, width, height))
        if raised:
            changed = with_scripts(layer, text, raised)
            words = words if changed == text else _aligned(words, changed)
    finally:
        layer.close()
    return PageWords(width, height, _unbroken(words))


def _text(layer: Any) -> str:
    """Text of a page, one character for each of pdfium's."""
    count = layer.count_chars()
    if count > CHARACTERS:
        raise TooHeavyError(file_failures.PAGE_TOO_MUCH())
    text = layer.get_text_range() if count else ""
    if len(text) != count:
        of_char = _raw().FPDFText_GetUnicode
        text = "".join(
            chr(code) if code < 0x110000 else " " for code in map(of_char, [layer.raw] * count, range(count))
        )
    return NO_TEXT.sub(" ", text)


@dataclass(slots=True)
class _Tokens:
    """Words of a text: where each begins and ends, what it says and its line; and which digits may be raised."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    line_starts: dict[int, int] = field(default_factory=dict)
    digits: list[tuple[int, int]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)


def _words(layer: Any, text: str, place: Place) -> tuple[list[Word], list[tuple[int, int]]]:
    """Words with their boxes, and the spans of those that may end in a raised or lowered number."""
    tokens = _tokens(text)
    firsts = _boxes(layer, tokens.starts)
    lasts = _boxes(layer, [end - 1 for end in tokens.ends])
    bold = dict(zip(tokens.line_starts, _bold(layer, tokens.line_starts.values()), strict=True))
    fields = zip(tokens.texts, *place(firsts, lasts), tokens.lines, map(bold.__getitem__, tokens.lines), strict=True)
    words = list(map(partial(tuple.__new__, Word), fields))  # twice as fast as calling it
    return words, _raised(
        layer, tokens, words, [above - below for above, below in zip(firsts[1::4], firsts[3::4], strict=True)]
    )


def _raised(layer: Any, tokens: _Tokens, words: Sequence[Word], sizes: Sequence[float]) -> list[tuple[int, int]]:
    """Spans of words with smaller digits, or that are smaller ones right behind a larger word; in order."""
    raised = set()
    boxes = _boxes(layer, [place for _, place in tokens.digits])
    for (at, _), above, below in zip(tokens.digits, boxes[1::4], boxes[3::4], strict=True):
        if above - below <= SMALLER * sizes[at]:
            raised.add((tokens.starts[at], tokens.ends[at]))
    for at in tokens.numbers:
        size = sizes[at - 1] if at else 0.0
        if sizes[at] < SMALLER * size and abs(words[at].left - words[at - 1].right) < NEAR * size:
            raised.add((tokens.starts[at], tokens.ends[at]))
    return sorted(raised)


def _tokens(text: str) -> _Tokens:
    starts, texts = _split(text)
    tokens = _Tokens(starts, [start + len(token) for start, token in zip(starts, texts, strict=True)], texts)
    for at, token in enumerate(texts):
        if token.isalpha() or DIGIT.search(token) is None:
            continue
        for found in DIGITS.finditer(token):
            tokens.digits += [(at, starts[at] + place) for place in {found.start(), found.end() - 1}]
        if SIGNED.match(token):
            tokens.numbers.append(at)
    begin = first = 0
    for number, line in enumerate(text.split("\n")):
        begin += len(line) + 1
        if (past := bisect_left(tokens.starts, begin, first)) > first:
            tokens.line_starts[number] = tokens.starts[first]
            tokens.lines += repeat(number, past - first)
            first = past
    return tokens


def _split(text: str) -> tuple[list[int], list[str]]:
    """Where each token begins, and what it is."""
    if any(mark in text for mark in SOFT):
        found = list(TOKEN.finditer(text))
        return [match.start() for match in found], [match[0] for match in found]
    starts, texts, past = [], text.split(), 0
    for token in texts:  # the same, in a third of the time
        start = text.find(token, past)
        starts.append(start)
        past = start + len(token)
    return starts, texts


def _bold(layer: Any, places: Iterable[int]) -> list[bool]:
    """Whether the characters at places are of a bold font, as its name says."""
    pdfium, name = _raw(), ctypes.create_string_buffer(FONT_NAME)
    known: dict[bytes, bool] = {b"": False}
    bold = []
    for at in places:
        name[0] = b"\0"  # of one without a name nothing is written
        pdfium.FPDFText_GetFontInfo(layer.raw, at, name, FONT_NAME, None)
        if (called := name.value) not in known:
            known[called] = BOLD.search(called) is not None
        bold.append(known[called])
    return bold


def _boxes(layer: Any, places: Sequence[int]) -> list[float]:
    """Left, top, right, bottom, in the page's own points, of each of the characters at places; in one go, for speed."""
    numbers = array("f", bytes(16 * len(places)))
    first, _ = numbers.buffer_info()
    handle = ctypes.cast(layer.raw, ctypes.c_void_p).value
    deque(map(_box_of(), repeat(handle), places, range(first, first + 16 * len(places), 16)), maxlen=0)
    boxes = numbers.tolist()
    if not -FARTHEST < sum(boxes) < FARTHEST:  # infinite ones too, and those that are no numbers
        boxes = [edge if -FARTHEST < edge < FARTHEST else 0.0 for edge in boxes]
    return boxes


@cache
def _box_of() -> Callable[[int | None, int, int], int]:
    """Pdfium's function for the box of a character, with plain addresses: called a thousand times a page."""
    address = ctypes.cast(_raw().FPDFText_GetLooseCharBox, ctypes.c_void_p).value
    return ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(address or 0)


def _aligned(words: list[Word], text: str) -> list[Word]:
    """Words of a text that differs from that of `words` in its scripts: "10", "6" there is "10^6" here."""
    tokens = TOKEN.findall(text)
    aligned: list[Word] = []
    changes = SequenceMatcher(None, [word.text for word in words], tokens, autojunk=False).get_opcodes()
    for change, first, past, one, other in changes:
        if change == "equal":
            aligned += words[first:past]
        elif other - one == past - first:  # "31", "/2" may be "3", "1/2": of one line, that no gap is looked for
            line = words[first].line
            pairs = zip(words[first:past], tokens[one:other], strict=True)
            aligned += [word._replace(text=token, line=line) for word, token in pairs]
        elif change != "delete":
            boxes = words[first:past] or aligned[-1:] or words[:1]
            whole = Word(
                "",
                min(word.left for word in boxes),
                min(word.top for word in boxes),
                max(word.right for word in boxes),
                max(word.bottom for word in boxes),
                boxes[0].line,
            )
            aligned += [whole._replace(text=token) for token in tokens[one:other]]
    return aligned


def _unbroken(words: list[Word]) -> list[Word]:
    """
    Words that pdfium does not break, where letters are drawn one by one: "4" and "12" side by side are 412.

    It ends a line there, though nothing stands between, and the next letter begins where the last one ends.
    """
    if not any(one[5] != two[5] and _go_on(one, two) for one, two in pairwise(words)):  # most are of one line
        return words
    whole = words[:1]
    now = before = words[0].line  # the line of the words that are joined, and that of the last one of them
    for word in words[1:]:
        last = whole[-1]
        if _go_on(last._replace(line=before), word):
            now, before = last.line, word.line
            edges = min(last.left, word.left), min(last.top, word.top), max(last.right, word.right)
            whole[-1] = Word(last.text + word.text, *edges, max(last.bottom, word.bottom), now, last.is_bold)
        else:
            now = now if word.line == before else word.line
            before = word.line
            whole.append(word._replace(line=now))
    return whole


def _go_on(one: Word, two: Word) -> bool:
    """Whether a word of the next line of pdfium's goes on where one ends."""
    if one.line == two.line or one.text[-1] in SOFT:
        return False
    height = one.bottom - one.top
    is_level = abs(one.top - two.top) < SAME * height and abs(one.bottom - two.bottom) < SAME * height
    return is_level and -2 * SAME * height < two.left - one.right < SAME * height


def _placing(page: Any, width: float, height: float) -> Place:
    """
    Function from two lists of boxes in the page's own points (left, top, right, bottom, ...) to the edges as shown.

    They are of the first and the last characters of words, which are of one height where the page is upright.
    """
    (x0, y0), (x1, y1), (x2, y2) = (_shown(page, width, height, *point) for point in ((0, 0), (1000, 0), (0, 1000)))
    a, b, c, d = (x1 - x0) / 1000, (y1 - y0) / 1000, (x2 - x0) / 1000, (y2 - y0) / 1000

    def upright(firsts: list[float], lasts: list[float]) -> Edges:
        return (
            [x0 + left for left in map(min, firsts[0::4], lasts[0::4])],
            [y0 - top for top in firsts[1::4]],
            [x0 + right for right in map(max, firsts[2::4], lasts[2::4])],
            [y0 - bottom for bottom in firsts[3::4]],
        )

    def turned(firsts: list[float], lasts: list[float]) -> Edges:
        edges: Edges = ([], [], [], [])
        for at in range(0, len(firsts), 4):
            corners = firsts[at : at + 2], firsts[at + 2 : at + 4], lasts[at : at + 2], lasts[at + 2 : at + 4]
            xs = [a * x + c * y + x0 for x, y in corners]
            ys = [b * x + d * y + y0 for x, y in corners]
            for edge, value in zip(edges, (min(xs), min(ys), max(xs), max(ys)), strict=True):
                edge.append(value)
        return edges

    return upright if abs(b) < 0.01 and abs(c) < 0.01 and a > 0 > d else turned  # most are upright


def _shown(page: Any, width: float, height: float, x: float, y: float) -> tuple[float, float]:
    """Where a point of the page is shown, in points from the top left."""
    pdfium = _raw()
    right, down = ctypes.c_int(), ctypes.c_int()
    size = round(width * PIXELS), round(height * PIXELS)
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, *size, 0, x, y, ctypes.byref(right), ctypes.byref(down))
    return right.value / PIXELS, down.value / PIXELS


def _raw() -> Any:
    """Pdfium's own functions, imported at the first PDF."""
    import pypdfium2.raw

    return pypdfium2.raw
