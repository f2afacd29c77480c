"""
Numerals: one spelling and one value for what is written in several ways, "10⁶" and "10^6", "3½" and "3 1/2".

An exponent is no digit of the number before it, and a fraction no number of its own: "10^6" is never read as 106 or 10.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["NUMERAL", "restored_powers", "spelled_out", "value_of"]

# Fractions of measures; "5/12", "9/11" and "24/7" are two numbers, as a date's are.
_PROPER = (
    r"(?:1/(?:[2-9]|10|16|32|64)|2/[3579]|3/(?:[4578]|10|16|32)|4/[579]|5/(?:[6-9]|16|32)|7/(?:[89]|10|16|32)"
    r"|9/(?:10|16|32))(?![\d/]|[.,]\d)"
)
NUMERAL = (
    rf"(?<![\w.,^])(?P<numeral>(?>(?P<fraction>(?<!/){_PROPER})"
    r"|(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?P<decimals>\.\d+)?"
    r"(?:(?P<tens>\s?[×·⋅*x]\s?10)?\^(?P<power>[-+]?\d{1,4}(?!\d)|\([^()\s]{1,20}\)|[A-Za-z]\w*)"
    rf"|[ -](?P<rest>{_PROPER}))?))"
)
"""
Pattern of a numeral, after `spelled_out`: digits, decimals, a power or a fraction. Its groups are those of `value_of`.
"""

_RAISED = "\u2070\u00b9\u00b2\u00b3\u2074-\u2079"
_SIGNS = "\u207a\u207b"
_ODD = re.compile(f"[{_RAISED}\u00bc-\u00be\u2044\u2150-\u215e\u2189\u00a0\u2007\u2009\u202f\u2212]")
_POWER = re.compile(f"(?<=[\\w)])[{_SIGNS}]?[{_RAISED}]+")
_FRACTION = re.compile("(\\d?)([\u00bc-\u00be\u2150-\u215e\u2189])")
_GROUPS = re.compile(r"(?<![\d.,])\d{1,3}(?:[\u00a0\u2007\u2009\u202f]\d{3})+(?!\d)")
_BRACES = re.compile(r"\^\{([-+\u2212]?\w{1,9})\}")
_GROUPING = re.compile(r"[\u00a0\u2007\u2009\u202f]")
# What a text lost that was raised: "6.02×1023" has no other reading, "2×105" has.
_LOST_POWER = re.compile(
    r"(?<![\d.,])([1-9]\.\d+\s?[×⋅·xX]\s?10)(?:([1-9]\d?)|[\u2212\u2013-]([1-9]\d?))(?![\d.,]*\d)"
    r"|(?<![\d.,])([1-9]\s?[×⋅]\s?10)[\u2212\u2013]([1-9]\d?)(?![\d.,]*\d)"
)


def spelled_out(text: str) -> str:
    """Text whose raised digits, fractions of one character and grouped digits are spelled in ASCII."""
    if "^{" in text:
        text = _BRACES.sub(r"^\1", text)
    if text.isascii() or not _ODD.search(text):
        return text
    text = _GROUPS.sub(lambda match: _GROUPING.sub(",", match[0]), text)
    text = _POWER.sub(lambda match: f"^{unicodedata.normalize('NFKC', match[0])}", text)
    text = _FRACTION.sub(lambda match: f"{match[1]} {unicodedata.normalize('NFKC', match[2])}".lstrip(), text)
    return re.sub("(?<=\\^)\u2212", "-", text.replace("\u2044", "/"))


def restored_powers(text: str) -> str:
    """Text in which powers of ten that lost their markup are powers again: "6.02×1023" was 6.02×10^23."""
    if "10" not in text:
        return text
    return _LOST_POWER.sub(_restored, text)


def value_of(match: re.Match[str]) -> float | str:
    """Value of a match of `NUMERAL`; its spelling where that is no number that can be reckoned with, as in "2^n"."""
    if match["fraction"]:
        return _ratio(match["fraction"])
    value = float(match["whole"].replace(",", "") + (match["decimals"] or ""))
    if match["rest"]:
        return value + _ratio(match["rest"])
    if not match["power"]:
        return value
    try:
        power = int(match["power"].strip("()"))
        return value * 10.0**power if match["tens"] else value**power
    except (ValueError, OverflowError, ZeroDivisionError):
        return re.sub(r"\s", "", match["numeral"])


def _ratio(fraction: str) -> float:
    over, _, under = fraction.partition("/")
    return int(over) / int(under)


def _restored(match: re.Match[str]) -> str:
    if match[4]:
        return f"{match[4]}^-{match[5]}"
    return f"{match[1]}^{match[2]}" if match[2] else f"{match[1]}^-{match[3]}"
