"""Words of a PDF page and their boxes, as it is shown: turned and cropped, in points from the top left."""

from __future__ import annotations

import ctypes
import re
from array import array
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import repeat
from typing import Any, NamedTuple

from research_agent.documents import TooHeavyError
from research_agent.documents.pdf_scripts import SMALLER, with_scripts

__all__ = ["NO_TEXT", "SOFT", "TOKEN", "PageWords", "Word", "page_words"]

CHARACTERS = 200_000  # of a page
SOFT = "\ufffe\x02"  # pdfium's marks for a hyphen that only the end of the line put there
TOKEN = re.compile(f"[^\\s{SOFT}]+[{SOFT}]?")
# Control characters and halves of surrogate pairs are no text that could be stored.
NO_TEXT = re.compile("[\x00\x01\x03-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
ENDS_IN_DIGIT = re.compile(r"[^\W_][-+\u2212\u2013]?\d+(?=\D*$)")
SIGNED = re.compile(r"[-+\u2212\u2013]?\d")
NEAR = 0.25  # of a line's height, how far apart a number and its exponent stand at most
FONT_NAME = 100  # bytes of a font's name
BOLD = re.compile(rb"bold|black|heavy|demi", re.IGNORECASE)
PIXELS = 100  # device pixels a point, when pdfium is asked where points of a page are shown

Box = tuple[float, float, float, float]
Place = Callable[[Box, Box], Box]


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
            changed = with_scripts(layer, text, within=raised)
            words = words if changed == text else _aligned(words, changed)
    finally:
        layer.close()
    return PageWords(width, height, words)


def _text(layer: Any) -> str:
    """Text of a page, one character for each of pdfium's."""
    count = layer.count_chars()
    if count > CHARACTERS:
        raise TooHeavyError("has a page with too much text")
    text = layer.get_text_range() if count else ""
    if len(text) != count:
        of_char = _raw().FPDFText_GetUnicode
        text = "".join(
            chr(code) if code < 0x110000 else " " for code in map(of_char, [layer.raw] * count, range(count))
        )
    return NO_TEXT.sub(" ", text)


def _words(layer: Any, text: str, place: Place) -> tuple[list[Word], list[tuple[int, int]]]:
    """Words with their boxes, and the spans of those that may end in a raised or lowered number."""
    words: list[Word] = []
    raised: list[tuple[int, int]] = []
    tokens, digits = _tokens(text)
    firsts = _boxes(layer, [start for start, _, _, _ in tokens])
    lasts = _boxes(layer, [end - 1 for _, end, _, _ in tokens])
    ends = dict(zip(digits, _boxes(layer, list(digits.values())), strict=True))
    right_before = size_before = 0.0
    line_before, is_bold = -1, False
    for (start, end, token, line), first, last in zip(tokens, firsts, lasts, strict=True):
        size = first[1] - first[3]
        if start in ends and ends[start][1] - ends[start][3] <= SMALLER * size:
            raised.append((start, end))
        left, top, right, bottom = place(first, last)
        if size < SMALLER * size_before and SIGNED.match(token) and abs(left - right_before) < NEAR * size_before:
            raised.append((start, end))
        right_before, size_before = right, size
        if line != line_before:
            line_before, is_bold = line, _is_bold(layer, start)
        words.append(Word(token, left, top, right, bottom, line, is_bold))
    return words, raised


def _tokens(text: str) -> tuple[list[tuple[int, int, str, int]], dict[int, int]]:
    """Start, end, text and line of each word; and by the start of those that end in digits, where their last one is."""
    tokens: list[tuple[int, int, str, int]] = []
    digits: dict[int, int] = {}
    begin = 0
    for number, line in enumerate(text.split("\n")):
        for match in TOKEN.finditer(line):
            token, (start, end) = match[0], match.span()
            tokens.append((begin + start, begin + end, token, number))
            if not token.isalpha() and (found := ENDS_IN_DIGIT.search(token)):
                digits[begin + start] = begin + start + found.end() - 1
        begin += len(line) + 1
    return tokens, digits


def _is_bold(layer: Any, at: int) -> bool:
    """Whether a character is of a bold font, as its name says."""
    name = ctypes.create_string_buffer(FONT_NAME)
    _raw().FPDFText_GetFontInfo(layer.raw, at, name, FONT_NAME, None)
    return BOLD.search(name.value) is not None


def _boxes(layer: Any, places: Sequence[int]) -> Iterator[Box]:
    """Boxes (left, top, right, bottom) in the page's own points of characters at places; in one go, for speed."""
    numbers = array("f", bytes(16 * len(places)))
    first, _ = numbers.buffer_info()
    handle = ctypes.cast(layer.raw, ctypes.c_void_p).value
    deque(map(_box_of(), repeat(handle), places, range(first, first + 16 * len(places), 16)), maxlen=0)
    each = iter(numbers)
    return zip(each, each, each, each, strict=True)


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
        if change == "equal" or other - one == past - first:
            aligned += [word._replace(text=tokens[one + at]) for at, word in enumerate(words[first:past])]
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


def _placing(page: Any, width: float, height: float) -> Place:
    """Function from two boxes in the page's own points (left, top, right, bottom) to theirs as it is shown."""
    (x0, y0), (x1, y1), (x2, y2) = (_shown(page, width, height, *point) for point in ((0, 0), (1000, 0), (0, 1000)))
    a, b, c, d = (x1 - x0) / 1000, (y1 - y0) / 1000, (x2 - x0) / 1000, (y2 - y0) / 1000
    if abs(b) < 0.01 and abs(c) < 0.01 and a > 0 > d:  # upright, as most are

        def upright(first: Box, last: Box) -> Box:
            left, top, right, bottom = first
            left_2, top_2, right_2, bottom_2 = last
            return (
                x0 + (min(left_2, left)),
                y0 - (max(top_2, top)),
                x0 + (max(right_2, right)),
                y0 - (min(bottom_2, bottom)),
            )

        return upright

    def turned(first: Box, last: Box) -> Box:
        corners = (first[:2], first[2:], last[:2], last[2:])
        xs = [a * x + c * y + x0 for x, y in corners]
        ys = [b * x + d * y + y0 for x, y in corners]
        return min(xs), min(ys), max(xs), max(ys)

    return turned


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
