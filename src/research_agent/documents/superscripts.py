"""
Superscripts and subscripts as plain text: exponents as "10^6", fractions as "3 1/2", "H2O" as it is written.

What was raised or lowered is never read as digits of the number before it. Marks of notes are left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["SEAM", "Item", "Script", "Seam", "join_items"]

TAIL = 48  # characters before a script that decide how it is read
SMALL_PRINT = 12  # letters in a script of several words, from which it is small print
SIGN = "+\\-\u2212\u2013"
SLASHES = "/\u2044\u2215"
EXPONENT = re.compile(rf"[{SIGN}]?\d+(?:\.\d+)?")
CHARGE = re.compile(rf"\d*[{SIGN}]+")
NUMBERS = re.compile(r"\d+[a-z]?(?:\s*[,;\u2013\u2014-]\s*(?:\d+[a-z]?|[a-z]))+|\d+[a-z]?\s*[,;]")
SIMPLE = re.compile(rf"[{SIGN}]?[\w.*'\u2032]+")
ORDINAL = re.compile(r"st|nd|rd|th|er|re|e|[eè]me|[eè]re|nde?|os?", re.IGNORECASE)
BRACKETED = re.compile(
    r"\[.*\]|\(\s*(?:\d{1,3}|[a-z*])\s*\)|\d{1,3}\)|[([]?(?:note|nb|fn|ref)\.?\s*\d*[)\]]?", re.IGNORECASE | re.DOTALL
)
SIGNS_OF_NOTES = re.compile(r"[*\u2217\u204e\u2020\u2021\u00a7\u00b6#\u2016\u2606\u2605,;\s]+")
ELEMENT = re.compile(r"[A-Z][a-z]?(?![a-z])")
DEGREE = re.compile(r"\s?[CFKNESW]\b")
# Written-out units that have exponents; others have at most three letters.
LONG_UNIT = re.compile(r"(?:met(?:re|er)|foot|feet|inch(?:es)?|mile|yard|second|sec|parsec|pixel)s?", re.IGNORECASE)
LONG_UNIT_BEFORE = re.compile(r"(?:kilo|centi|milli|micro|nano|deci|mega)(?=met)", re.IGNORECASE)
# A formula in words, as "BMI = weight / height": what stands behind a sign of calculation has exponents.
RELATION = "=\u00d7\u22c5\u00f7\u221a\u221d\u2248"
WORD = r"(?:[^\W\d_]+|\([^()]*\))"
FORMULA = re.compile(
    rf"[{RELATION}]\s*(?:(?:{WORD}(?: {WORD}){{0,2}}|[\d.,]+)\s*[/+*{RELATION}{SIGN}]\s*)*{WORD}$|/\([^()]*\)$"
)
CALCULATED = re.compile(rf"\s*[{RELATION}]")
LETTERS = re.compile(r"[a-h](?:\s*,\s*[a-h])+")
# Raised cents, as shops write them: endings that marks of notes seldom are.
PRICE = re.compile(r"[$\u20ac\u00a3]\s?\d[\d.,]*$")
CENTS = re.compile(r"00|49|50|9[05789]")
SIGNS = {"TM": "\u2122", "SM": "\u2120", "tm": "\u2122", "(R)": "\u00ae"}


@dataclass(slots=True)
class Script:
    """Superscript or subscript; `is_mark` when its markup shows it to be the mark of a note."""

    kind: Literal["sup", "sub"]
    text: str
    is_mark: bool = False


class Seam:
    """Place where elements meet that are not one word: digits on both sides are two numbers."""


SEAM = Seam()
Item = str | Script | Seam


def join_items(items: Sequence[Item], *, in_table: bool = False) -> str:
    """The text of a run of inline content. In a table a letter after a figure is the mark of a note."""
    if all(isinstance(item, str) for item in items):
        return "".join(item for item in items if isinstance(item, str))
    return _Line(_merged(items), in_table).text()


def _merged(items: Sequence[Item]) -> list[Item]:
    """Items without empty ones; neighbours of one kind are one."""
    merged: list[Item] = []
    for item in items:
        if isinstance(item, Script) and item.kind == "sub" and merged[-1:] == ["\n"] and _is_raised(merged[-2:-1]):
            merged.pop()  # one above the other
        last = merged[-1] if merged else None
        if isinstance(item, str):
            if not item:
                continue
            if isinstance(last, str):
                merged[-1] = last + item
                continue
        elif (
            isinstance(item, Script)
            and isinstance(last, Script)
            and (last.kind, last.is_mark)
            == (
                item.kind,
                item.is_mark,
            )
        ):
            merged[-1] = Script(item.kind, last.text + item.text, item.is_mark)
            continue
        merged.append(item)
    return merged


def _is_raised(items: Sequence[Item]) -> bool:
    return bool(items) and isinstance(items[0], Script) and items[0].kind == "sup"


class _Line:
    """Line that grows item by item. `seam` says between what it needs a space next: "", "digits" or "words"."""

    def __init__(self, items: list[Item], in_table: bool) -> None:
        self._items = items
        self._in_table = in_table
        self._pieces: list[str] = []
        self._tail = ""
        self._seam = ""
        self._after_mark = False

    def text(self) -> str:
        at = 0
        while at < len(self._items):
            item = self._items[at]
            if isinstance(item, str):
                self._add(item)
                self._after_mark = False
            elif isinstance(item, Seam):
                self._seam = self._seam or "digits"
            elif taken := self._add_fraction(at):
                at += taken
                continue
            elif item.kind == "sup":
                self._add_superscript(item, self._following(at))
            else:
                self._add_subscript(" ".join(item.text.split()))
            at += 1
        return "".join(self._pieces)

    def _add(self, text: str, seam: str = "") -> None:
        if not text:
            return
        before, after = self._tail[-1:], text[0]
        if self._seam and _joins(before, after, digits_only=self._seam == "digits"):
            self._pieces.append(" ")
        self._pieces.append(text)
        self._tail = (self._tail + text)[-TAIL:]
        self._seam = seam

    def _following(self, at: int) -> str:
        """The text behind an item, and behind a subscript that stands below it, as in 235/92 U."""
        for after in self._items[at + 1 : at + 4]:
            if isinstance(after, str):
                return after[:TAIL]
        return ""

    def _add_fraction(self, at: int) -> int:
        """Add the fraction that begins at an item; the number of items that it takes, 0 for none."""
        top, after, bottom = (*self._items[at : at + 3], "", "")[:3]
        if not isinstance(top, Script) or top.kind != "sup" or top.is_mark or not top.text.strip():
            return 0
        below, taken = "", 0
        if isinstance(after, Script) and after.text[:1] in SLASHES:
            below, taken = after.text[1:], 2
        elif isinstance(after, str) and after.strip() in tuple(SLASHES) and isinstance(bottom, Script):
            below, taken = bottom.text if bottom.kind == "sub" else "", 3
        elif isinstance(after, str) and (match := re.match(r"\u2044(\d+)", after)):
            self._items[at + 1] = after[match.end() :]
            below, taken = match[1], 1
        if not below.strip():
            return 0
        fraction = f"{_grouped(top.text)}/{_grouped(below)}"
        if re.search(r"(?<![^\W\d_])[^\W\d_]$", self._tail) and top.text.strip().isdigit():  # a variable: x^(1/2)
            fraction = f"^({fraction})"
        elif re.search(r"[\w)]$", self._tail):
            self._seam = "words"
        self._add(fraction, "words")
        return taken

    # Superscripts

    def _add_superscript(self, script: Script, after: str) -> None:
        text = " ".join(script.text.split())
        was_mark, self._after_mark = self._after_mark, False
        if not text:
            return
        is_price = not script.is_mark and CENTS.fullmatch(text) and PRICE.search(self._tail)
        if not is_price and (
            script.is_mark
            or (was_mark and SIGNS_OF_NOTES.fullmatch(text))
            or self._is_mark(text, after, spaced=self._tail[-1:].isspace() or not self._tail)
        ):
            self._after_mark = True
            self._seam = "words"
            return
        if is_price:
            self._add(text if self._tail[-1] in ".," else f".{text}", "words")
        elif text in SIGNS:
            self._add(SIGNS[text])
        elif _is_small_print(text) and not text[0].isdigit():
            self._seam = "words"
            self._add(text, "words")
        elif not self._base() or not re.search(rf"[\w{SIGN}*\u2217\u2032\u2033'\u00b0\u00ae\u00a9\u00b1]", text):
            self._add(text, "" if ELEMENT.match(after) else "words")
        else:
            self._raise(text, after)

    def _base(self) -> str:
        """The word that a superscript stands on; a number, even where a space follows it. "" for none."""
        if re.search(r"\d\s$", self._tail):
            return self._tail.split()[-1]
        match = re.search(r"[^\s([{\u201c\u2018/\u00b7\u22c5\u00d7=<>~\u2248]+$", self._tail)
        return match[0] if match else ""

    def _raise(self, text: str, after: str) -> None:
        base = self._base()
        if self._tail[-1:].isspace() and (ELEMENT.match(after) or not EXPONENT.fullmatch(text)):
            self._add(text, "words" if text[-1].isdigit() and not ELEMENT.match(after) else "digits")
        elif text in ("o", "0", "\u00ba", "\u00b0") and base[-1].isdigit() and (text != "0" or DEGREE.match(after)):
            self._add("\u00b0")
        elif re.fullmatch(rf"[{SIGN}\u2032\u2033'\u00b0\u00ae\u00a9\u00b1*\u2217]+", text) or _is_ending(text, base):
            self._add(text, "digits")  # a charge, a prime, "th"
        else:
            self._strip()
            self._seam = ""
            self._add(f"^{_grouped(text)}", "words")

    def _strip(self) -> None:
        if self._pieces and self._tail[-1:].isspace():
            self._pieces[-1] = self._pieces[-1].rstrip()
            self._tail = self._tail.rstrip()

    def _is_mark(self, text: str, after: str, *, spaced: bool) -> bool:
        """Whether a superscript is the mark of a note, by its form and what it stands on."""
        base = self._base()
        is_variable = not spaced and re.search(r"(?<![^\W\d_])[^\W\d_]$", base) is not None
        if BRACKETED.fullmatch(text):
            return not (is_variable and text.startswith("("))
        if SIGNS_OF_NOTES.fullmatch(text):
            return not is_variable
        if not base:
            return text.isdigit() and ELEMENT.match(after) is None
        if spaced or is_variable:
            return False
        if text in ("2", "3") and (CALCULATED.match(after) or FORMULA.search(self._tail)):
            return False
        is_lettered = text.isalpha() or LETTERS.fullmatch(text) is not None
        return self._is_letter_mark(text, base) if is_lettered else self._is_number_mark(text, base)

    def _is_letter_mark(self, text: str, base: str) -> bool:
        if LETTERS.fullmatch(text):
            return base[-1].isdigit() or re.search(r"[^\W\d_]{4}$", base) is not None
        if not re.fullmatch("[a-z]", text):
            return False
        on_figure = base[-1].isdigit() and not re.search(r"[^\W\d_]\d+$", base)
        on_word = re.search(r"[^\W\d_]{4}$", base) is not None
        return base[-1] in "%.,;:" or (text <= "h" and ((on_figure and self._in_table) or on_word))

    def _is_number_mark(self, text: str, base: str) -> bool:
        if text == "1":  # no one writes the exponent one
            return True
        if NUMBERS.fullmatch(text):
            return re.search(r"(?<!\d)10$", base) is None
        if not EXPONENT.fullmatch(text) or text[0] in "+-\u2212\u2013":
            return False
        if base[-1] in ")]":
            inner = re.search(r"[(\[][^()\[\]]*.$", self._tail)
            return inner is None or re.search(r"[^\W\d_]{4}", inner[0]) is not None
        letters = re.search(r"[^\W\d_]*$", base)
        word = letters[0] if letters else ""
        if len(word) > 3 or (len(word) > 1 and len(text) > 1):
            return len(text) > 1 or LONG_UNIT.fullmatch(LONG_UNIT_BEFORE.sub("", word)) is None
        return base[-1] in "%.,;:!?\u201d\u2019\"'\u3002\u3001\u00b0"

    # Subscripts

    def _add_subscript(self, text: str) -> None:
        before = self._tail[-1:]
        if not text:
            return
        if _is_small_print(text):
            self._seam = "words"
            self._add(text, "words")
        elif not before or before.isspace() or before in SLASHES or before in "([{":
            self._add(text, "digits")
        elif before.isdigit() or text[0] in "+-\u2212\u2013=" or re.search(r"[\s+=\u2212<>]", text):
            self._seam = ""
            self._add(f"_{_grouped(text)}", "digits")
        else:
            self._add(text, "digits")


def _is_ending(text: str, base: str) -> bool:
    """Whether raised letters end the word or numeral before them, as in 19th, XIXe, Mme."""
    return text.isalpha() and bool(
        (base[-1].isdigit() and ORDINAL.fullmatch(text))
        or (base[-1].isalpha() and (len(text) > 1 or len(base) > 3))
        or re.fullmatch("[IVXLCDM]+", base)
    )


def _joins(before: str, after: str, *, digits_only: bool) -> bool:
    """Whether two characters would be taken for parts of one number or word."""
    if digits_only:
        return before.isdigit() and after.isdigit()
    return before.isalnum() and after.isalnum()


def _is_small_print(text: str) -> bool:
    return " " in text and sum(char.isalpha() for char in text) >= SMALL_PRINT


def _grouped(text: str) -> str:
    """Text of a script, in brackets unless it is one number or name; its minus is that of a keyboard."""
    text = " ".join(text.split())
    if _is_small_print(text):
        return text
    text = re.sub("^[\u2212\u2013]", "-", text)
    is_one = SIMPLE.fullmatch(text) or CHARGE.fullmatch(text) or re.fullmatch(r"\([^()]*\)", text)
    return text if is_one else f"({text})"
