"""
Charset of text that names none: by its letters, as `charset_letters.py` weighs them.

The bytes are read in each charset. Of those of Latin script the likeliest is taken, by how rare it is, by its letters
beyond ASCII, and by how frequent those from a to z are in the language that has them; then that one stands against the
charsets of other scripts. A few words are enough in most languages.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator

from research_agent.documents.charset_letters import (
    LATIN,
    SCRIPTS,
    WIDE,
    ascii_evidence,
    capitals_likelihood,
    latin_evidence,
    letters_likelihood,
    script_fit,
    wide_fit,
)

__all__ = ["likelier", "likeliest"]

LATIN_CHARSETS = tuple(charset for charset, *_ in LATIN)
CHARSETS = (*LATIN_CHARSETS, *(charset for charset, _ in SCRIPTS), *WIDE)
PIECE = re.compile(rb"<[^<>]*>|\n")
DIGITS = re.compile(rb"[0-9]")
READ = 3000  # bytes of text, with some beyond ASCII in each piece
OF_A_PIECE = 2400
PLAIN = 0.5  # weight of the letters from a to z: one tells little, and their order alone is known
USUAL = 0.05  # by which another script must fit better than a Latin one
LANGUAGES = dict(SCRIPTS)
SURELY = 0.1  # by which capitals must be likelier
# "5 \u00b5m", "\u00a5500", "35 \u2030": signs of Windows-1252 by themselves, which are no letters of another alphabet.
SYMBOLS_ALONE = re.compile(
    rb"(?:[\x00-\x7f]|(?<![\x80-\xff])[\x80\x85-\x87\x89\x91-\x97\x99\xa0-\xbf\xd7\xf7](?![\x80-\xff]))*"
)


def likeliest(data: bytes, *, fitting: float = -math.inf) -> str:
    """
    The charset whose letters fit best; "" when even they do not fit as well as `fitting`.

    `data` may be markup, and holds bytes beyond ASCII.
    """
    best, fit = _best(_words(data), CHARSETS)
    return best if fit >= fitting else ""


def likelier(first: str, other: str, data: bytes) -> str:
    """Of two charsets that both read without errors the one whose letters fit; `first` where they cannot tell."""
    if not {first, other} <= {*CHARSETS}:
        return first
    text = _words(data)
    same = text.decode(first, "replace") == text.decode(other, "replace")
    return first if same else _best(text, (first, other))[0]


def _words(data: bytes) -> bytes:
    """The first texts between tags that hold bytes beyond ASCII."""
    return b"\n".join(_pieces(data))[:READ]


def _pieces(data: bytes) -> Iterator[bytes]:
    size = 0
    for piece in PIECE.split(data):
        if not piece.isascii():
            yield piece[:OF_A_PIECE]
            size += len(piece)
        if size >= READ:
            return


def _best(text: bytes, charsets: Collection[str]) -> tuple[str, float]:
    """The charset of these that fits best, and its fit; the first of the Latin ones, or of all, when none does."""
    if "cp1252" in charsets and SYMBOLS_ALONE.fullmatch(text):
        return "cp1252", 0.0
    best, most = _best_latin(text, charsets)
    for charset, languages in SCRIPTS:
        if charset in charsets:
            read = text.decode(charset, "replace")
            best, most = max((best, most), *((charset, script_fit(read, lang)) for lang in languages), key=_fit_of)
    if best in LANGUAGES:
        best = _in_capitals(text, charsets, best)
    for charset in WIDE:
        if charset in charsets:
            read = text.decode(charset, "replace")
            # Of four bytes in GB 18030 two are figures: what is a guess may not take any away.
            if len(DIGITS.findall(text)) == len(DIGITS.findall(read.encode("ascii", "ignore"))):
                best, most = max((best, most), (charset, wide_fit(read, charset)), key=_fit_of)
    return best, most


def _in_capitals(text: bytes, charsets: Collection[str], best: str) -> str:
    """
    The charset in which the text is all capitals, where that makes its letters likelier than in the one that fits best.

    What is capitals in one charset of Cyrillic or Greek is small letters in another, which are the more usual.
    """
    of_best = [letters_likelihood(text.decode(best, "replace"), lang) for lang in LANGUAGES[best]]
    likely = max(of_best, default=0.0)
    for charset, languages in SCRIPTS:
        if charset in charsets and charset != best:
            read = text.decode(charset, "replace")
            found = max(capitals_likelihood(read, lang) for lang in languages)
            if found > likely + SURELY:
                best, likely = charset, found - SURELY
    return best


def _best_latin(text: bytes, charsets: Collection[str]) -> tuple[str, float]:
    """The likeliest charset of Latin script, and its fit."""
    plain = ascii_evidence("".join(char for char in text.decode("ascii", "ignore").lower() if "a" <= char <= "z"))
    best, most, fits = next(iter(charsets)), -math.inf, -math.inf
    for charset, languages, rarity in LATIN:
        if charset not in charsets:
            continue
        read = text.decode(charset, "replace")
        for lang in languages:
            evidence, fit = latin_evidence(read, lang)
            evidence += rarity + PLAIN * plain[lang]
            if evidence > most + 1e-9:
                best, most, fits = charset, evidence, fit + USUAL
    return best, fits


def _fit_of(found: tuple[str, float]) -> float:
    return found[1]
