"""What a question asks the measure of (time, length, weight, speed, money), and what a figure measures by its unit."""

from __future__ import annotations

import re

__all__ = ["MONEY", "TIME", "measure_asked", "measure_of", "measures", "same_measure"]

TIME = r"(?:seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|decades?|century|centuries|nights?)"
LENGTH = r"(?:[kcm]?m|(?:kilo|centi|milli)?met(?:re|er)s?|miles?|feet|foot|ft|inch(?:es)?|yards?|light-years?)"
WEIGHT = r"(?:[km]?g|(?:kilo|milli)?grams?|kilos?|tons?|tonnes?|lbs?|ounces?|oz|stones?)"
MONEY = r"(?:dollars?|euros?|cents?|pence|yen|francs?)"
SPEED = rf"(?:km/h|kph|mph|k?m/s|k?m\s?[⋅·]\s?[hs]|knots?|{LENGTH} (?:per|an|a) (?:hour|second|minute))"
AREA = r"(?:(?:[kcm]?m|mi|ft)(?:²|\^?2)|(?:sq\.?|square)\s?[a-z]+|hectares?|acres?)"
VOLUME = r"(?:(?:[kcm]?m|mi|ft)(?:³|\^?3)|cubic\s[a-z]+|(?:milli)?lit(?:re|er)s?|gallons?)"
SHARE = r"(?:per\s?cent|percent|%)"
POWER = r"(?:[kMG]?Wh?|[kmM]?V|(?:kilo|mega|giga)?watts?|volts?)"
TEMPERATURE = r"(?:°\s?[CF]|degrees?)"
MEMORY = r"(?:[kKMGT]i?B|(?:kilo|mega|giga|tera)bytes?)"
UNITS = {
    name: re.compile(rf"{unit}(?!\w)", flags)
    for name, unit, flags in (
        ("speed", SPEED, re.IGNORECASE),
        ("area", AREA, re.IGNORECASE),
        ("volume", VOLUME, re.IGNORECASE),
        ("money", MONEY, re.IGNORECASE),
        ("share", SHARE, re.IGNORECASE),
        ("time", TIME, re.IGNORECASE),
        ("length", LENGTH, re.NOFLAG),
        ("weight", WEIGHT, re.NOFLAG),
        ("power", POWER, re.NOFLAG),
        ("temperature", TEMPERATURE, re.NOFLAG),
        ("memory", MEMORY, re.NOFLAG),
    )
}
"""Units by what they measure, the more particular ones first; one that is not here may be of anything."""
ASKED = {
    name: re.compile(asked, re.IGNORECASE)
    for name, asked in (
        ("speed", r"\bhow fast\b|\b(?:speed|velocity)\b"),
        ("money", r"\b(?:price|costs?|fees?)\b|\bhow much\b.*\b(?:pay|earn|charge|cash|money)\b"),
        ("weight", r"\bhow heavy\b|\b(?:weighs?|weight|mass)\b"),
        (
            "length",
            r"\bhow (?:deep|tall|high|wide|thick|far)\b"
            r"|\b(?:depth|height|elevation|altitude|width|distance|diameter|radius)\b",
        ),
        ("area", r"\barea of\b|\bsurface area\b"),
        ("volume", r"\bvolume of\b"),
        ("time", r"\bhow long\b.*\b(?:takes?|took|lasts?|keep|kept|stay|wait)\b|\bhow old\b|\bage\b"),
    )
}
"""What a question asks the measure of, by its words."""
EARNED = re.compile(r"\bhow much\b.*\bearn", re.IGNORECASE)
LONG = re.compile(r"\bhow long\b|\blength\b", re.IGNORECASE)  # of a way or a time, but of no area
NUMBER = r"[-−]?\d[\d,]*(?:\.\d+)?"
FIGURE = re.compile(
    rf"(?:{NUMBER}(?:\s?(?:[–-]|to)\s?{NUMBER})?|[a-z]+(?:-[a-z]+)?)"
    r"(?:\s(?:and a half|hundred|thousand|million|billion|working))*[\s-]*",
    re.IGNORECASE,
)
THING = re.compile(r"[a-z]{3,}")
SIGNS = frozenset("£$€¥₹")
DIMENSIONS = tuple(
    frozenset(words.split())
    for words in (
        "tall high height elevation altitude",
        "long length",
        "wide width broad",
        "deep depth",
        "old age",
        "large big size",
    )
)
"""Words for one measure of a thing."""


def measure_asked(question: str) -> str:
    """What a question asks the measure of; "" for no measure, or one that its words do not tell."""
    return next((name for name, asked in ASKED.items() if asked.search(question)), "")


def same_measure(one: str, other: str) -> bool:
    """Whether two words are one, or name the same measure of a thing: "tall", "high"."""
    pair = {one.casefold(), other.casefold()}
    return len(pair) == 1 or any(pair <= words for words in DIMENSIONS)


def measures(question: str, sentence: str, start: int) -> bool:
    """
    Whether the figure at `start` can measure what the question asks the measure of, if any.

    One with an unknown unit, or none, can. A count of things ("four eggs") is no speed.
    """
    asked = measure_asked(question)
    found = measure_of(sentence, start)
    if not asked and found in ("area", "volume"):
        return LONG.search(question) is None
    if found == "share":  # of a mass or a price, too
        return EARNED.search(question) is None
    if not asked or found == asked:
        return True
    figure = FIGURE.match(sentence, start)
    return not found and not (asked == "speed" and figure and THING.match(sentence, figure.end()))


def measure_of(sentence: str, start: int) -> str:
    """What the figure at `start` measures, by its unit; "" for one without a unit, or with one that is not known."""
    if start and sentence[start - 1] in SIGNS:
        return "money"
    figure = FIGURE.match(sentence, start)
    if figure is None:
        return ""
    return next((name for name, unit in UNITS.items() if unit.match(sentence, figure.end())), "")
