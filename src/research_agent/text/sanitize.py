"""Sanitizing for a terminal, the wire, a log: control characters, lone surrogates, URLs and the credentials in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import quote

__all__ = ["clean", "encodable", "escaped_url", "one_line", "printable", "redacted_url"]

SURROGATE = re.compile("[\ud800-\udfff]")
URL_SAFE = "/:?#@!$&'()*+,;=%~-._"
# Characters that control a terminal or are invisible: C0 and C1 controls, bidirectional overrides and marks, zero-width
# characters, tag characters. The printable rest of an escape sequence stays, and shows as the odd text it is.
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
    """User input, stripped: U+FFFD for each lone surrogate, a space for each control character but tab and newline."""
    categories = ((char, unicodedata.category(char)) for char in text)
    cleaned = (
        "\ufffd" if category == "Cs" else " " if category == "Cc" and char not in "\n\t" else char
        for char, category in categories
    )
    return "".join(cleaned).strip()


def encodable(text: str) -> str:
    """Text that encodes to UTF-8: U+FFFD in place of each lone surrogate, so offsets stay as they are."""
    return SURROGATE.sub("\ufffd", text)


def printable(text: str) -> str:
    """Text without control and invisible characters; line breaks and tabs stay."""
    return text.translate(_PRINTABLE)


def one_line(text: str) -> str:
    """`printable` text on one line: stripped, each run of whitespace one space."""
    return " ".join(printable(text).split())


def redacted_url(url: str) -> str:
    """URL without credentials, query and fragment; "(hidden)" when its odd shape may come from a password."""
    scheme, _, rest = url.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if rest.count("@") > authority.count("@") or authority.count("@") > 1:
        return "(hidden)"
    host = authority.rpartition("@")[2]
    return f"{scheme}://{host}{re.split(r'[?#]', rest.removeprefix(authority), maxsplit=1)[0]}"


def escaped_url(url: str) -> str:
    """URL fit to print on one line: percent-encoded where it would end early, be Markdown, or control a terminal."""
    scheme, separator, rest = printable(url).partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    start = quote(f"{scheme}{separator}{authority}", safe=f"{URL_SAFE}[]")  # brackets of an IPv6 host
    return start + quote(rest.removeprefix(authority), safe=URL_SAFE)
