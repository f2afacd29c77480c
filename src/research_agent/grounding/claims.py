"""
Statements of a sentence, as far as words show them: names, figures, quantities, direction, and negation.

Two texts that say the same agree in all of these, whatever else they share. English only, like the stop words: in
another language fewer of them are found, and what is left is compared as plain words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from research_agent.text.numerals import NUMERAL, spelled_out, value_of
from research_agent.text.tokens import STOP_WORDS, WORD, content_stems, is_negated, names, stem, words

__all__ = ["Statement", "Word", "figures", "is_ordinal", "opposed", "parse_statement"]

GENDERS = {"he": "m", "him": "m", "his": "m", "she": "f", "her": "f", "hers": "f"}
SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "bn": 1e9}
_TO_TEN = "zero - two three four five six seven eight nine ten"  # "one" is mostly a pronoun
_TO_TWENTY = "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
COUNTED = {word: float(value) for value, word in enumerate(f"{_TO_TEN} {_TO_TWENTY}".split()) if word != "-"}
COUNTED |= {"twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0, "sixty": 60.0, "seventy": 70.0}
COUNTED |= {"eighty": 80.0, "ninety": 90.0, "dozen": 12.0}
ORDINALS = ("", *"first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split())
ORDERED = {word: value for value, word in enumerate(ORDINALS) if word}
FIGURE = re.compile(
    rf"{NUMERAL}(?P<end>st|nd|rd|th|s|bn|m|k)?(?![^\W_])"
    r"(?:[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|bn|percent|per cent|%))?"
    rf"|\b(?P<counted>{'|'.join(COUNTED)})\b(?:[\s-](?P<times>hundred|thousand|million|billion|trillion)\b)?"
    rf"|\b(?P<ordered>{'|'.join(ORDERED)})\b",
    re.IGNORECASE,
)
SUFFIXES = {"bn": 1e9, "m": 1e6, "k": 1e3}
# What is counted: the same figure of another unit is another statement.
MEASURES = {
    spelling: kind
    for kind, spellings in {
        "km": "km kilometre kilometer", "mile": "mi mile", "m": "metre meter", "foot": "ft foot feet",
        "kg": "kg kilogram", "pound": "lb pound", "tonne": "tonne ton", "hectare": "ha hectare", "acre": "acre",
        "second": "second", "minute": "minute", "hour": "hour", "day": "day", "week": "week", "month": "month",
        "year": "year", "decade": "decade", "century": "century", "degree": "degree", "inch": "inch inches",
        "euro": "euro", "dollar": "dollar", "percent": "percent",
    }.items()
    for spelling in spellings.split()
}  # fmt: skip
UNIT = re.compile(
    r"(?:(?P<kind>square|cubic|sq|cu)\.?\s)?(?P<unit>[^\W\d_]+(?:['’][^\W_]+)*)(?:\^?(?P<power>[23])(?!\w|\.\d))?",
    re.IGNORECASE,
)
POWERS = {"square": "2", "sq": "2", "cubic": "3", "cu": "3"}
MONTHS = frozenset("january february march april may june july august september october november december".split())
# Words of which one is not another: what a sentence has of them its source must have too.
QUANTITIES = {
    spelling: kind
    for kind, spellings in {
        "all": "all every each whole entire entirely", "most": "most majority mostly", "some": "some partly",
        "few": "few little hardly rarely seldom scarcely", "many": "many numerous", "only": "only sole solely",
        "never": "never", "always": "always", "both": "both", "half": "half", "none": "none", "several": "several",
        "almost": "almost nearly", "more": "more", "less": "less fewer", "least": "least", "twice": "twice double",
        "sometimes": "sometimes occasionally", "often": "often frequently", "usually": "usually generally typically",
    }.items()
    for spelling in spellings.split()
}  # fmt: skip
# What makes of a statement somebody's opinion, hope or fear: a source that says so does not say it itself.
HEDGES = frozenset(
    stem(word)
    for word in """fail failed deny denied denial myth hoax believe believed belief claim claimed allege alleged
    allegedly suppose supposed supposedly reportedly rumour rumor dispute disputed doubt doubtful unlikely
    possibly perhaps maybe propose proposed suggest suggested expect expected attempt attempted try tried
    fictional fake false falsely incorrect incorrectly wrongly seem seems appear appears consider considered
    regard regarded hypothetical predict predicted plan planned hope hoped legend legendary if unless except""".split()
)
_OPPOSITES = """
    increase:decrease rise:fall grow:shrink grew:shrank rose:fell gain:lose won:lost win:lose before:after
    above:below largest:smallest larger:smaller large:small highest:lowest higher:lower high:low oldest:youngest
    older:younger longest:shortest longer:shorter long:short biggest:smallest bigger:smaller north:south
    northern:southern east:west eastern:western northeast:southwest northwest:southeast northeast:northwest
    southeast:southwest first:last early:late earlier:later born:died accept:reject include:exclude allow:forbid
    success:failure succeeded:failed best:worst better:worse begin:end began:ended start:end started:ended
    open:close opened:closed hot:cold male:female man:woman men:women father:mother son:daughter brother:sister
    husband:wife king:queen maximum:minimum top:bottom left:right inside:outside ancient:modern strong:weak
    rich:poor positive:negative
"""
OPPOSITES = tuple(
    (stem(one), stem(other)) for one, _, other in (couple.partition(":") for couple in _OPPOSITES.split())
)
# How much of a sentence hangs on a word, a plain word of LONG letters being 1 (docs/decisions/0007-support.md).
LONG, NAME_WEIGHT, FIGURE_WEIGHT, MONTH_WEIGHT = 9, 4.0, 3.0, 1.5


@dataclass(frozen=True, slots=True)
class Word:
    """Word of a sentence: its stem (a figure: its one spelling), and its weight in what the sentence states."""

    stem: str
    weight: float
    kind: Literal["word", "name", "figure"]


@dataclass(frozen=True, slots=True)
class Statement:
    """
    Statement of a text: what another text that states the same must agree with.

    `words` are its content words, names and figures, in order; `stems` holds the stop words too.
    """

    text: str
    words: tuple[Word, ...]
    stems: frozenset[str]
    names: frozenset[str]
    figures: frozenset[str]
    measures: frozenset[str]
    quantities: frozenset[str]
    genders: frozenset[str]
    negated: bool
    denied: frozenset[str]


@lru_cache(maxsize=1024)  # a turn reads the same sentences as evidence, in the floor, in the draft and in conflicts
def parse_statement(text: str, known_names: frozenset[str] = frozenset()) -> Statement:
    """Parse what a text states. Its capitalised first word is a name if it is one of `known_names` (stems)."""
    folded = _folded(text)
    stated = [(match.start(), match.end(), _form(match)) for match in FIGURE.finditer(folded)]
    located = [(start, Word(form, FIGURE_WEIGHT, "figure")) for start, _, form in stated]
    proper = frozenset(stem(name) for name in names(text))
    for position, match in enumerate(WORD.finditer(folded)):
        if any(start <= match.start() < end for start, end, _ in stated):
            continue
        form = "".join(words(match[0])[:1])
        root = stem(form)
        month = match[0] == "May" and position > 0  # the verb is written small
        if (form in STOP_WORDS and not month) or len(form) < 2:
            continue
        named = month or (match[0][0].isupper() and (root in proper or (position == 0 and root in known_names)))
        located.append((match.start(), Word(root, _weight(form, named), "name" if named else "word")))
    content = tuple(word for _, word in sorted(located, key=lambda item: item[0]))
    tokens = words(text)
    return Statement(
        text=text,
        words=content,
        stems=frozenset(stem(word) for word in tokens),
        names=frozenset(word.stem for word in content if word.kind == "name"),
        figures=frozenset(word.stem for word in content if word.kind == "figure"),
        measures=_measures(text),
        quantities=frozenset(QUANTITIES[word] for word in tokens if word in QUANTITIES),
        genders=frozenset(GENDERS[word] for word in tokens if word in GENDERS),
        negated=is_negated(text),
        denied=_denied(tokens),
    )


def figures(text: str) -> frozenset[str]:
    """
    Numbers of a text, in one spelling each: "600 million" and "600,000,000", "three" and "3", "5 %" and "5
    percent", "third" and "3rd"; but "the 1990s" are not 1990, and the 20th is not 20.
    """
    return frozenset(_form(match) for match in FIGURE.finditer(_folded(text)))


def is_ordinal(word: str) -> bool:
    """Whether a word is an ordinal: "second", "20th"."""
    return any(form.endswith("th") for form in figures(word))


def opposed(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether one set of stems says the opposite of the other: it rises here and falls there."""
    return any(
        (up in one and down in other and up not in other and down not in one)
        or (down in one and up in other and down not in other and up not in one)
        for up, down in OPPOSITES
    )


def _folded(text: str) -> str:
    """NFKC form of a text with its numerals spelled out; offsets are of that form."""
    return unicodedata.normalize("NFKC", spelled_out(text)).replace("’", "'")


def _form(match: re.Match[str]) -> str:
    if match["ordered"]:
        return f"{ORDERED[match['ordered'].lower()]}th"
    if match["counted"]:
        scale = SCALES.get((match["times"] or "").lower(), 1.0)
        return f"{COUNTED[match['counted'].lower()] * scale:.12g}"
    value = value_of(match)
    end, scale_word = (match["end"] or "").lower(), (match["scale"] or "").lower()
    if isinstance(value, str):
        return value
    if end in {"st", "nd", "rd", "th", "s"}:
        return f"{value:.12g}{'s' if end == 's' else 'th'}"
    percent = "%" if scale_word in {"%", "percent", "per cent"} else ""
    return f"{value * SUFFIXES.get(end, 1.0) * SCALES.get(scale_word, 1.0):.12g}{percent}"


def _weight(form: str, named: bool) -> float:
    """Weight of a word by its length, which does as well as document frequencies; a name carries most."""
    weight = min(len(form), LONG) / LONG
    if form in MONTHS:
        return weight * MONTH_WEIGHT
    return weight * NAME_WEIGHT if named else weight


def _denied(tokens: Sequence[str]) -> frozenset[str]:
    """Stems that are negated: of the next content word after each negation."""
    stems = set()
    for position, token in enumerate(tokens):
        if is_negated(token):
            stems.update(content_stems(" ".join(tokens[position + 1 :]))[:1])
    return frozenset(stems)


def _measures(text: str) -> frozenset[str]:
    """Figures with their unit: "421 kilometres" and "421 km" are one, "421 miles" and "421 km^2" are others."""
    measures = set()
    folded = _folded(text)
    for match in FIGURE.finditer(folded):
        following = UNIT.match(folded, match.end() + 1)
        if following and (kind := MEASURES.get(following["unit"].lower().removesuffix("s"))):
            power = following["power"] or POWERS.get((following["kind"] or "").lower(), "")
            measures.add(f"{_form(match)} {kind}{power and f'^{power}'}")
    return frozenset(measures)
