"""
Arithmetic of a question: what is to be computed, and from which figures, when its form says so.

"How much taller is Everest than K2?" asks for a difference of two figures, each of which has a question of its own:
"How tall is Everest?". By form: comparatives, "difference between", "in total", "how old when".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["Operand", "Operation", "Task", "parse_task"]

Operation = Literal[
    "difference", "ratio", "sum", "average", "age", "duration", "convert", "rank", "share", "change", "list"
]

ADJECTIVES = {
    "taller": "tall", "higher": "high", "longer": "long", "deeper": "deep", "wider": "wide", "heavier": "heavy",
    "older": "old", "younger": "old", "larger": "large", "bigger": "large", "smaller": "large", "shorter": "tall",
    "faster": "fast", "slower": "fast", "lighter": "heavy", "hotter": "hot", "colder": "hot", "farther": "far",
    "further": "far",
}  # fmt: skip
"""Comparative -> the adjective of the question after the figure."""
LESS = frozenset({"younger", "smaller", "shorter", "slower", "lighter", "colder", "fewer", "less"})
SUPERLATIVES = {
    "tallest": "taller", "highest": "higher", "longest": "longer", "deepest": "deeper", "widest": "wider",
    "heaviest": "heavier", "oldest": "older", "youngest": "younger", "largest": "larger", "biggest": "bigger",
    "smallest": "smaller", "shortest": "shorter", "fastest": "faster", "slowest": "slower", "lightest": "lighter",
}  # fmt: skip
MEASURES = (
    r"populations?|heights?|elevations?|altitudes?|lengths?|widths?|depths?|(?:surface )?areas?|sizes?|distances?"
    r"|speeds?"
    r"|temperatures?|mass(?:es)?|weights?|diameters?|radi(?:us|i)|boiling points?|melting points?|densit(?:y|ies)"
    r"|durations?|budgets?|prices?|costs?|salar(?:y|ies)|revenues?|incomes?|capacit(?:y|ies)|volumes?"
)
WORD_OF_UNIT = r"(?P<unit>[^\W\d_][\w²³/° ]{0,30}?)"
COMPARATIVE = "|".join([*ADJECTIVES, "more populous", "less populous", "more populated"])
PATTERNS: tuple[tuple[Operation, str], ...] = (
    (
        "ratio",
        rf"how many times (?:as )?(?P<more>{COMPARATIVE}|tall|high|long|deep|wide|heavy|old|large|big|fast|populous) "
        r"(?:is|was|are|were) (?P<a>.+?) (?:than|as) (?P<b>.+)",
    ),
    (
        "difference",
        rf"(?:by )?how (?:much|many (?:{WORD_OF_UNIT})) (?P<more>{COMPARATIVE}) (?:is|was|are|were) (?P<a>.+?) "
        r"than (?P<b>.+)",
    ),
    (
        "difference",
        rf"what(?:'s| is| was) the difference (?:in|of) (?P<of>{MEASURES}) (?:between|of) (?P<a>.+?) and (?P<b>.+)",
    ),
    (
        "difference",
        rf"what(?:'s| is| was) the difference between the (?P<of>{MEASURES}) of (?P<a>.+?) and "
        rf"(?:(?:the (?:{MEASURES})|that) of )?(?P<b>.+)",
    ),
    (
        "ratio",
        rf"what(?:'s| is| was) the ratio (?:of|between) the (?P<of>{MEASURES}) of (?P<a>.+?) (?:to|and) "
        rf"(?:(?:the (?:{MEASURES})|that) of )?(?P<b>.+)",
    ),
    (
        "sum",
        rf"what(?:'s| is| was) the (?:total|combined|sum of the|summed) (?P<of>{MEASURES}) of (?P<list>.+? and .+)",
    ),
    (
        "sum",
        r"how (?P<more>tall|high|long|deep|wide|heavy|large|big) (?:is|are|was|were) (?P<list>.+? and .+?) "
        r"(?:together|combined|in total|taken together)",
    ),
    (
        "average",
        rf"what(?:'s| is| was) the (?:average|mean) (?P<of>{MEASURES}) of (?P<list>.+? and .+)",
    ),
    (
        "share",
        rf"what (?:percentage|percent|share|fraction) of (?:the )?(?P<of>{MEASURES}) of (?P<b>.+?) is "
        rf"(?:the (?:{MEASURES}) of |that of )(?P<a>.+)",
    ),
    ("age", r"how old (?:was|is) (?P<a>.+?) (?:when|at the time) (?:he|she|they|it) (?P<event>died|passed away)"),
    ("age", r"how old (?:was|is) (?P<a>.+?) (?P<event>at (?:his|her|their) death)"),
    ("age", r"(?:at )?what age did (?P<a>.+?) (?P<event>die)"),
    ("age", r"what (?:was|is) (?P<a>.+?)(?:'s|’s) age (?P<event>at death)"),
    ("age", r"how long did (?P<a>.+?) (?P<event>live)"),
    ("age", r"how old was (?P<a>.+?) in (?P<year>\d{3,4})"),
    ("age", r"how old (?:was|is) (?P<a>.+?) when (?P<other>.+)"),
    ("age", r"how old (?:is|are) (?P<a>.+?)(?: now| today)?"),
    (
        "age",
        r"how (?:many years|long) ago (?:was|were|did) (?P<a>.+?) (?P<born>born|founded|built|established|opened)",
    ),
    ("duration", r"how (?:long|many years) did (?P<a>.+?) (?P<event>last|go on|exist)"),
    (
        "duration",
        r"how (?:many years|long)(?: (?:passed|are there|lie|were there|elapsed))? (?:between|from) (?P<first>.+?) "
        r"(?:and|to|until) (?P<second>.+)",
    ),
    (
        "convert",
        r"how (?P<more>tall|high|long|deep|wide|heavy|large|big|fast|far|hot) (?:is|was|are) (?P<a>.+?) in "
        rf"{WORD_OF_UNIT}",
    ),
    (
        "convert",
        rf"what(?:'s| is| was) the (?P<of>{MEASURES}) of (?P<a>.+?) in {WORD_OF_UNIT}",
    ),
    (
        "rank",
        rf"(?:which|who|what)(?: [\w-]+)? (?:is|was) (?P<more>{COMPARATIVE})\s?[,:]? (?:the )?(?P<list>.+? or .+)",
    ),
    (
        "rank",
        rf"(?:which|who|what) (?:one )?of (?P<list>.+? and .+?) is (?:the )?(?P<most>{'|'.join(SUPERLATIVES)})",
    ),
    (
        "list",
        r"(?:please )?(?:plot|chart|graph|draw|compare|show)(?: me)?(?: an?(?: bar)? (?:plot|chart|graph|diagram) of)?"
        rf"(?: the)? (?P<of>{MEASURES}) of (?P<list>.+? and .+)",
    ),
    (
        "change",
        r"(?:by )?how much did the (?P<of>population|area|size|budget|price|height|length|temperature) of (?P<a>.+?) "
        r"(?:grow|rise|increase|fall|shrink|decrease|change|decline) (?:between|from) (?P<y1>\d{4}) (?:and|to) "
        r"(?P<y2>\d{4})",
    ),
)
FORMS = tuple((operation, re.compile(rf"^{pattern}$", re.IGNORECASE)) for operation, pattern in PATTERNS)
BETWEEN = re.compile(r"\s*,\s*(?:(?:and|or)\s+)?|\s+(?:and|or)\s+", re.IGNORECASE)
OF_THINGS = re.compile(r"which (?:is|was|one)\b", re.IGNORECASE)  # "which is older": persons are asked for by "who"
THING = re.compile(r"(?:the|an?) ", re.IGNORECASE)
AGO = "today"
LONGEST = 300  # characters of a question that is parsed
MOST_OPERANDS = 5


@dataclass(frozen=True, slots=True)
class Operand:
    """
    One figure of a task: the `question` that it answers, about a `subject`, a number or (`is_day`) a day.

    `event` says of a day whether it is the "begin" or the "end" of its subject, "when" for an event itself. `year` is
    that of which the figure must be, 0 for any. `given` is a day that the question itself says.
    """

    question: str
    subject: str
    is_day: bool = False
    event: str = "when"
    year: int = 0
    given: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """
    What is to be computed. `measure` names what is compared ("tall", "population"), `unit` is asked for ("" for any).

    `comparative` is the word of the question ("taller"); `less` says that it asks for the smaller one.
    """

    operation: Operation
    operands: tuple[Operand, ...]
    measure: str = ""
    unit: str = ""
    comparative: str = ""
    less: bool = False


def parse_task(question: str) -> Task | None:
    """What the question asks to compute; None when its form does not say so."""
    text = " ".join(question.split()).rstrip(" ?!.")
    if len(text) > LONGEST:
        return None
    for operation, pattern in FORMS:
        if (match := pattern.match(text)) and (task := _task(operation, match)) is not None:
            return task
    return None


def _task(operation: Operation, match: re.Match[str]) -> Task | None:
    groups = {name: value.strip() for name, value in match.groupdict().items() if value}
    if operation in ("age", "duration"):
        operands = tuple(_days(groups))
        return Task(operation, operands, unit="year") if len(operands) == 2 else None
    more = groups.get("more", SUPERLATIVES.get(groups.get("most", "").lower(), "")).lower()
    if operation == "rank" and more in ("older", "younger"):
        return _rank_of_days(groups, more, of_things=OF_THINGS.match(match[0]) is not None)
    ask = _ask_for(groups, more)
    if ask is None:
        return None
    if operation == "change":
        years = (int(groups["y1"]), int(groups["y2"]))
        operands = tuple(Operand(f"{ask(groups['a'])[:-1]} in {year}?", groups["a"], year=year) for year in years)
    elif "list" in groups:
        operands = tuple(Operand(ask(side), side) for side in map(_bare, BETWEEN.split(groups["list"])) if side)
    else:
        operands = tuple(
            Operand(ask(_bare(groups[name])), _bare(groups[name])) for name in ("a", "b") if name in groups
        )
    least = 1 if operation == "convert" else 2
    if not least <= len(operands) <= MOST_OPERANDS or len({one.subject.casefold() for one in operands}) < least - (
        operation == "change"
    ):
        return None
    measure = _singular(groups["of"].lower()) if "of" in groups else ADJECTIVES.get(more, more)
    if measure == "old" or (operation == "convert" and measure == "population"):
        return None  # ages that two texts say are of two days; "in the UK" is no unit of a count
    return Task(operation, operands, measure, groups.get("unit", ""), more, more in LESS or more.startswith("less"))


def _ask_for(groups: dict[str, str], more: str) -> Callable[[str], str] | None:
    """What makes the question after one figure: of a measure ("population"), or of an adjective ("tall")."""
    if of := groups.get("of", "").lower():
        return lambda subject: f"What is the {_singular(of)} of {subject}?"
    if "populous" in more or "populated" in more:
        return lambda subject: f"What is the population of {subject}?"
    adjective = ADJECTIVES.get(more, more)
    if adjective in ("large", "big"):
        return lambda subject: f"What is the area of {subject}?"
    return (lambda subject: f"How {adjective} is {subject}?") if adjective else None


def _singular(measure: str) -> str:
    """One of the measures in the singular."""
    if measure in ("mass", "masses", "radius", "radii"):
        return "radius" if measure.startswith("rad") else "mass"
    return f"{measure[:-3]}y" if measure.endswith("ies") else measure.removesuffix("s")


def _rank_of_days(groups: dict[str, str], more: str, *, of_things: bool) -> Task | None:
    sides = [_bare(side) for side in BETWEEN.split(groups["list"]) if side]
    if not 2 <= len(sides) <= MOST_OPERANDS:
        return None
    if of_things:
        operands = tuple(Operand(f"When was {side} built or founded?", side, is_day=True) for side in sides)
    else:
        operands = tuple(Operand(f"When was {side} born?", side, is_day=True, event="begin") for side in sides)
    return Task("rank", operands, "born", "", more, more == "younger")


def _days(groups: dict[str, str]) -> Iterator[Operand]:
    """The two days of an age or a duration, the earlier one first."""
    if "first" in groups:
        for side in (groups["first"], groups["second"]):
            yield _event(side)
        return
    subject = _bare(groups["a"])
    if groups.get("event") in ("last", "go on", "exist"):
        yield Operand(f"When did {subject} begin?", subject, is_day=True, event="begin")
        yield Operand(f"When did {subject} end?", subject, is_day=True, event="end")
        return
    is_thing = THING.match(subject) is not None and not {"event", "other"} & groups.keys()
    verb = groups.get("born", "built or founded" if is_thing else "born").lower()
    yield Operand(f"When was {subject} {verb}?", subject, is_day=True, event="begin" if verb == "born" else "when")
    if "year" in groups:
        yield Operand("", "", is_day=True, given=groups["year"])
    elif "other" in groups:
        yield _event(re.sub(r"^(?:he|she|they|it)\b", subject, groups["other"], flags=re.IGNORECASE))
    elif "event" in groups:
        yield Operand(f"When did {subject} die?", subject, is_day=True, event="end")
    else:
        yield Operand("", "", is_day=True, given=AGO)


def _event(text: str) -> Operand:
    """The day of an event: "the fall of Rome", "Nelson Mandela became president", "1945"."""
    if re.fullmatch(r"\d{3,4}", text):
        return Operand("", "", is_day=True, given=text)
    verb = re.search(
        r" (?:was|were|became|won|died|left|began|ended|started|married|wrote|published|joined|founded)\b", text
    )
    if verb:
        subject, rest = text[: verb.start()], text[verb.start() + 1 :]
        if rest.split()[0] in ("was", "were"):
            return Operand(f"When {rest.split()[0]} {subject} {' '.join(rest.split()[1:])}?", subject, is_day=True)
        return Operand(f"When {subject} {rest}?", subject, is_day=True)
    return Operand(f"When was {text}?", text, is_day=True)


def _bare(subject: str) -> str:
    """A subject without quotation marks at its ends."""
    return subject.strip(" \"'“”")
