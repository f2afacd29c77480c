"""
Numbers of a workbook as a person sees them: percent, thousands, currency, fractions, days and times by their format.

A day in figures is written as 2024-03-05: how a program shows it depends on where it runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

__all__ = ["BUILT_IN", "displayed"]

BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "$#,##0;($#,##0)", 6: "$#,##0;($#,##0)",
    7: "$#,##0.00;($#,##0.00)", 8: "$#,##0.00;($#,##0.00)", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)", 41: '#,##0;(#,##0);"-"', 42: '$#,##0;$(#,##0);$"-"',
    43: '#,##0.00;(#,##0.00);"-"', 44: '$#,##0.00;$(#,##0.00);$"-"', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    48: "##0.0E+0", 49: "@",
}  # fmt: skip
TOKEN = re.compile(
    r'(?P<literal>"[^"]*"|\\.|_.|\*.)|(?P<bracket>\[[^\]]*\])|(?P<general>General)|(?P<half>AM/PM|A/P)'
    r"|(?P<exponent>E[+-]0+)"
    r"|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?)"
    r"|(?P<digits>[0#?][0#?,]*(?:\.[0#?,]*)?|\.[0#?]+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
CURRENCY = re.compile(r"\[\$([^\]-]*)")
SECTION = re.compile(r'((?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\\[])*)(?:;|$)', re.DOTALL)
MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
EPOCH, EPOCH_1904, LEAP = datetime(1899, 12, 30, tzinfo=UTC), datetime(1904, 1, 1, tzinfo=UTC), 60
LATEST = 2_958_466  # the day after 9999-12-31

Token = tuple[str, str]
"""Kind and text."""


def displayed(stored: str, code: str, *, is_1904: bool = False) -> str:
    """The number that is stored, as the format shows it; as it is where the format says nothing that is known."""
    try:
        value = Decimal(stored)
    except InvalidOperation:
        return stored
    if not value.is_finite() or abs(value.adjusted()) > 400:
        return stored
    sections = _sections(code)
    section, value = _chosen(sections, value)
    kinds = {kind for kind, _ in section}
    if "general" in kinds or not kinds or ("text" in kinds and "digits" not in kinds):
        return _around(section, general(value))
    if "date" in kinds or "elapsed" in kinds:
        said = _date(section, float(value), is_1904=is_1904)
        return said if said is not None else general(value)
    said = _number(section, value)
    return said if said is not None else general(value)


def general(value: Decimal) -> str:
    """A number without a format: as many digits as a workbook keeps."""
    rounded = Decimal(format(value, ".15g"))
    if rounded and not -10 < rounded.adjusted() < 21:
        return format(rounded.normalize(), "E")
    text = format(rounded, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=1000)
def _sections(code: str) -> tuple[tuple[Token, ...], ...]:
    """The tokens of each section of a format."""
    texts = [match[1] for match in SECTION.finditer(code[:500])]
    return tuple(tuple(_tokens(text)) for text in texts[:4]) or ((),)


def _tokens(text: str) -> Iterator[Token]:
    for match in TOKEN.finditer(text):
        kind, said = match.lastgroup or "", match[0]
        if kind == "literal":
            yield (
                "literal",
                said.strip('"') if said[0] == '"' else said[1:] if said[0] == "\\" else " " * (said[0] == "_"),
            )
        elif kind == "bracket":
            if elapsed := ELAPSED.fullmatch(said):
                yield "elapsed", elapsed[1].lower()
            elif CONDITION.fullmatch(said):
                yield "condition", said
            elif currency := CURRENCY.match(said):
                yield "literal", currency[1]
        elif kind == "other":
            yield "text" if said == "@" else "percent" if said == "%" else "literal", said
        else:
            yield kind, said.lower() if kind == "date" else said


def _chosen(sections: Sequence[tuple[Token, ...]], value: Decimal) -> tuple[tuple[Token, ...], Decimal]:
    """The section for a value, and the value that it shows: one for negative numbers shows no sign of its own."""
    conditions = [section for section in sections if any(kind == "condition" for kind, _ in section)]
    for section in conditions:
        if _holds(section, value):
            return section, value
    if conditions:
        return next((section for section in sections if section not in conditions), sections[-1]), value
    if value < 0 and len(sections) > 1 and sections[1]:
        return sections[1], -value
    if value == 0 and len(sections) > 2 and sections[2]:
        return sections[2], value
    return sections[0], value


def _holds(section: Sequence[Token], value: Decimal) -> bool:
    match = next(
        (found for kind, text in section if kind == "condition" and (found := CONDITION.fullmatch(text))), None
    )
    if match is None:
        return False
    sign, bound = match[1], Decimal(match[2])
    order = "<" if value < bound else ">" if value > bound else "="
    return order in sign


def _around(section: Sequence[Token], said: str) -> str:
    """What is said in the place of the number, with the literals around it."""
    before, after, is_said = "", "", False
    for kind, text in section:
        if kind in ("general", "text", "digits"):
            is_said = True
        elif kind in ("literal", "percent") and is_said:
            after += text
        elif kind in ("literal", "percent"):
            before += text
    return " ".join(f"{before}{said}{after}".split())


def _number(section: Sequence[Token], value: Decimal) -> str | None:
    """A number by its digits; None for a format that splits them, as telephone numbers are."""
    digits = [text for kind, text in section if kind == "digits"]
    if not digits:
        return " ".join("".join(text for kind, text in section if kind == "literal").split())
    value *= 100 ** sum(kind == "percent" for kind, _ in section)
    exponent = next((text for kind, text in section if kind == "exponent"), "")
    if exponent:
        said = _scientific(digits[0], exponent, value)
    elif len(digits) > 1 and any(text == "/" for _, text in section):
        return _fraction(section, value)
    elif len(digits) > 1:
        return None
    else:
        said = _fixed(digits[0], value)
    sign = "-" if value < 0 and re.search("[1-9]", said) else ""
    return sign + _around(section, said)


def _fixed(digits: str, value: Decimal) -> str:
    scale = len(digits) - len(digits.rstrip(","))
    whole, _, decimals = digits.replace(",.", ".").rstrip(",").partition(".")
    value = abs(value) / 1000**scale
    rounded = value.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP) if value.adjusted() < 25 else value
    text = format(rounded, "f")
    front, _, back = text.partition(".")
    kept = len(decimals.rstrip("#?"))
    back = back[:kept] + back[kept:].rstrip("0")
    front = front.lstrip("0").rjust(whole.count("0"), "0")
    if "," in whole:
        front = f"{int(front or 0):,}".rjust(len(front), "0") if front else ""
    return f"{front}.{back}" if back else front


def _scientific(digits: str, exponent: str, value: Decimal) -> str:
    if not value:
        return f"{_fixed(digits, value)}E+{'0' * (len(exponent) - 2)}"
    power = value.adjusted()
    whole = sum(char in "0#?" for char in digits.partition(".")[0])
    power -= power % whole if whole > 1 else 0  # "##0" counts in thousands
    sign = "-" if power < 0 else "+" if exponent[1] == "+" else ""
    return f"{_fixed(digits, value.scaleb(-power))}E{sign}{abs(power):0{len(exponent) - 2}d}"


def _fraction(section: Sequence[Token], value: Decimal) -> str:
    """A whole number and a fraction, 3 1/2."""
    shape = "".join("?" * len(text) if kind == "digits" else text for kind, text in section if kind != "percent")
    before, _, below = (part.strip() for part in shape.partition("/"))
    exact = Fraction(abs(value))
    near = exact.limit_denominator(10 ** max(1, below.count("?")) - 1)
    top, bottom = near.numerator, near.denominator
    if below.isdigit() and int(below):
        top, bottom = round(exact * int(below)), int(below)
    whole, rest = divmod(top, bottom) if " " in before else (0, top)
    sign = "-" if value < 0 and top else ""
    said = " ".join(filter(None, (str(whole) if whole or not rest else "", f"{rest}/{bottom}" if rest else "")))
    return sign + said


def _date(section: Sequence[Token], value: float, *, is_1904: bool) -> str | None:
    """A day, a time or both; None for a number that is none."""
    if not 0 <= value < LATEST:
        return None
    if (elapsed := next((text for kind, text in section if kind == "elapsed"), "")) != "":
        return _elapsed(section, elapsed, value)
    smallest = next((len(text.partition(".")[2]) for kind, text in section if kind == "date" and text[0] == "s"), 0)
    day = EPOCH_1904 if is_1904 else EPOCH + timedelta(days=value < LEAP)
    moment = day + timedelta(seconds=round(value * 86_400, smallest))
    letters = [text for kind, text in section if kind == "date"]
    is_minute = _minutes(letters)
    named = any(
        text[0] in "md" and len(text) >= 3 and not minute for text, minute in zip(letters, is_minute, strict=True)
    )
    if named:
        return _with_names(section, moment, is_minute)
    days = "".join(text[0] for text, minute in zip(letters, is_minute, strict=True) if text[0] in "ymd" and not minute)
    time = _time(section, moment, is_minute)
    return " ".join(filter(None, (_iso(days, moment), time)))


def _minutes(letters: Sequence[str]) -> list[bool]:
    """For each token whether it is minutes: an m behind hours or before seconds."""
    before, after = ["", *letters], [*letters[1:], ""]
    return [
        text[0] == "m" and (last.startswith("h") or following.startswith("s"))
        for last, text, following in zip(before, letters, after, strict=False)
    ]


def _iso(days: str, moment: datetime) -> str:
    if not days:
        return ""
    if days == "d":
        return str(moment.day)
    if set(days) == {"y"}:
        return f"{moment.year}"
    if set(days) == {"m"}:
        return str(moment.month)
    return f"{moment:%Y-%m}" if "d" not in days else f"{moment:%Y-%m-%d}"


def _time(section: Sequence[Token], moment: datetime, is_minute: Sequence[bool]) -> str:
    half = any(kind == "half" for kind, _ in section)
    parts = []
    for (_, text), minute in zip((token for token in section if token[0] == "date"), is_minute, strict=True):
        if text[0] == "h":
            parts.append(str((moment.hour + 11) % 12 + 1) if half else f"{moment.hour:02d}")
        elif text[0] == "s" or minute:
            parts.append(_seconds(text, moment) if text[0] == "s" else f"{moment.minute:02d}")
    return ":".join(parts) + (f" {moment:%p}" if half else "")


def _seconds(text: str, moment: datetime) -> str:
    places = len(text.partition(".")[2])
    return f"{moment.second:02d}" + (f".{moment.microsecond:06d}"[: places + 1] if places else "")


def _with_names(section: Sequence[Token], moment: datetime, is_minute: Sequence[bool]) -> str:
    """Day with the name of the month or of the day, in English, as the format has it."""
    said, minutes = "", iter(is_minute)
    half = any(kind == "half" for kind, _ in section)
    for kind, text in section:
        if kind == "date":
            said += _part(text, moment, minute=next(minutes), half=half)
        elif kind == "half":
            said += f"{moment:%p}"
        elif kind == "literal":
            said += text
    return " ".join(said.split())


def _part(text: str, moment: datetime, *, minute: bool, half: bool) -> str:
    count, hour = len(text), (moment.hour + 11) % 12 + 1 if half else moment.hour
    match text[0]:
        case "y":
            return str(moment.year)
        case "m" if not minute and count >= 3:
            name = MONTHS[moment.month - 1]
            return name[:3] if count == 3 else name[:1] if count == 5 else name
        case "d" if count >= 3:
            name = DAYS[moment.weekday()]
            return name[:3] if count == 3 else name
        case "s":
            return _seconds(text, moment)
    number = {"m": moment.minute if minute else moment.month, "d": moment.day, "h": hour}[text[0]]
    return f"{number:02d}" if count > 1 else str(number)


def _elapsed(section: Sequence[Token], unit: str, value: float) -> str:
    """Hours, minutes or seconds in all, then the smaller units."""
    smaller = [text[0] for kind, text in section if kind == "date"]
    seconds = round(value * 86_400)
    if unit[0] == "s":
        return str(seconds)
    if unit[0] == "m":
        return f"{seconds // 60}" + (f":{seconds % 60:02d}" if "s" in smaller else "")
    hours = f"{seconds // 3600}"
    if "m" not in smaller:
        return hours
    return f"{hours}:{seconds // 60 % 60:02d}" + (f":{seconds % 60:02d}" if "s" in smaller else "")
