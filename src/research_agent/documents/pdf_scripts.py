"""Raised and lowered digits of a PDF, which has no markup: by size and baseline of its characters."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from research_agent.documents.superscripts import Item, Script, join_items

__all__ = ["with_scripts"]

SMALLER = 0.9  # of the size of the character before, which a script has at most
RISE = (0.08, 0.8)  # of that size, from which to which it is raised or lowered
NEAR = (-0.25, 0.25)  # of that size, how far apart the two stand
MOST = 20_000  # digits of a page that are looked at
# pdfium puts a line end where the baseline changes.
CANDIDATE = re.compile(r"(?<=[^\W_])(?P<gap>\r?\n)?(?P<digits>[-+\u2212\u2013]?\d+)")

FRACTION = re.compile(r"(?:\r?\n)?[/\u2044](?:\r?\n)?(?P<under>\d{1,2})(?!\d)")
GOES_ON = re.compile(r"\r?\n(?=[.,;:!?)\]])")


class _Box(NamedTuple):
    """Place of a character in points: `left` and `right` edge, `size` (height of its line) and baseline."""

    left: float
    right: float
    size: float
    baseline: float


def with_scripts(words: Any, text: str, within: Sequence[tuple[int, int]]) -> str:
    """
    Text of a page with its superscripts and subscripts as `join_items` says them.

    `words` is pdfium's page of text. Digits alone are looked at: letters that are raised change no number; and only
    those that lie `within` one of some spans, which are in order.
    """
    if words.count_chars() != len(text):  # characters beyond the first plane: places would not agree
        return text
    items: list[Item] = []
    at = looked_at = 0
    for match in _candidates(text, within):
        looked_at += len(match[0])
        if looked_at > MOST:
            break
        first, past = match.span("digits")
        befores = [match.start() - 1, *range(first, past - 1)]
        shifts = [_shift(words, place, before) for place, before in zip(range(first, past), befores, strict=True)]
        # Where the base ends in digits too, the script begins inside of the run.
        start = next((place for place, shift in enumerate(shifts, first) if shift), None)
        if start is None or start < at or (start > first and match["gap"]):
            continue
        end = next((place for place in range(start + 1, past) if _grows(words, place)), past)
        base = text[at : match.start()] if start == first else text[at:start]
        kind: Literal["sup", "sub"] = "sup" if shifts[start - first] > 0 else "sub"
        items += [base, Script(kind, text[start:end])]
        at = end
        if kind == "sup" and (fraction := FRACTION.match(text, end)):
            items += ["/", Script("sub", fraction["under"])]
            at = fraction.end()
        elif goes_on := GOES_ON.match(text, end):
            at = goes_on.end()
    return join_items([*items, text[at:]]) if items else text


def _candidates(text: str, within: Sequence[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """Digits that may be raised or lowered."""
    at = 0
    for match in CANDIDATE.finditer(text):
        while at < len(within) and within[at][1] <= match.start("digits"):
            at += 1
        if at == len(within):
            return
        if within[at][0] < match.end():
            yield match


def _shift(words: Any, at: int, before: int) -> int:
    """Whether a character is a superscript (1) or a subscript (-1) of one before it; 0 for neither."""
    one, other = _box(words, before), _box(words, at)
    if one.size <= 0 or other.size > SMALLER * one.size:
        return 0
    gap, rise = (other.left - one.right) / one.size, (other.baseline - one.baseline) / one.size
    if not (NEAR[0] <= gap <= NEAR[1] and RISE[0] <= abs(rise) <= RISE[1]):
        return 0
    return 1 if rise > 0 else -1


def _grows(words: Any, at: int) -> bool:
    """Whether a character is larger than the one before it: the script has ended."""
    return _box(words, at - 1).size <= SMALLER * _box(words, at).size


def _box(words: Any, at: int) -> _Box:
    pdfium = _raw()
    x, y, box = ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF()
    pdfium.FPDFText_GetCharOrigin(words.raw, at, ctypes.byref(x), ctypes.byref(y))
    pdfium.FPDFText_GetLooseCharBox(words.raw, at, ctypes.byref(box))
    return _Box(box.left, box.right, box.top - box.bottom, y.value)


def _raw() -> Any:
    """Pdfium's own functions, imported at the first PDF."""
    import pypdfium2.raw

    return pypdfium2.raw
