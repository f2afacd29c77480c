"""Sanitizing text for a terminal, a wire or a log: control characters, lone surrogates, credentials in URLs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

__all__ = ["bare_url", "clean", "encodable", "one_line", "printable"]

SURROGATE = re.compile("[\ud800-\udfff]")
# What acts on a terminal or hides from the eye: C0 and C1 controls, bidirectional overrides and marks, zero-width
# characters, tag characters. Their printable rest stays, so that an escape sequence shows as the odd text it is.
_INVISIBLE = (
    *(set(range(0x20)) - {0x09, 0x0A}),
    *range(0x7F, 0xA0),
    *(0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFFF9, 0xFFFC),
    *range(0xE0000, 0xE0080),
)
_PRINTABLE: Mapping[int, str | None] = {
    **dict.fromkeys(_INVISIBLE),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
    0x2028: "\n",
    0x2029: "\n",
}


def clean(text: str) -> str:
    """What a person typed, fit for every wire: lone surrogates become U+FFFD, control characters a space."""
    kinds = ((char, unicodedata.category(char)) for char in text)
    fit = ("\ufffd" if kind == "Cs" else " " if kind == "Cc" and char not in "\n\t" else char for char, kind in kinds)
    return "".join(fit).strip()


def encodable(text: str) -> str:
    """The text with U+FFFD in place of each lone surrogate: libraries want UTF-8, offsets stay as they are."""
    return SURROGATE.sub("\ufffd", text)


def printable(text: str) -> str:
    """The text without anything that acts on a terminal or hides from the eye; line breaks and tabs stay."""
    return text.translate(_PRINTABLE)


def one_line(text: str) -> str:
    """`printable` text on one line: each run of whitespace becomes one space, none stays at the ends."""
    return " ".join(printable(text).split())


def bare_url(url: str) -> str:
    """Scheme, host, port and path. Where a password could be the reason for an odd shape, nothing at all."""
    scheme, _, rest = url.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if rest.count("@") > authority.count("@") or authority.count("@") > 1:
        return "(hidden)"
    host = authority.rpartition("@")[2]
    return f"{scheme}://{host}{re.split(r'[?#]', rest.removeprefix(authority), maxsplit=1)[0]}"
