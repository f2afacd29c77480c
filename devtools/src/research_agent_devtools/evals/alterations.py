"""
Sentences changed so that they no longer are, or no longer say, what the source has.

Each gives the changed sentence, or None where there is nothing to change. Randomness comes in as `rng`.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Mapping

from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import NUMBER, WORD, is_negated, names, numbers, words
from research_agent_devtools.samples.places import Alteration, Place

__all__ = ["CLAIMS", "QUOTES", "Alteration", "Place"]

MONTHS = """January February March April May June July August September October November December""".split()
NUMBER_WORDS = "two three four five six seven eight nine ten eleven twelve".split()
OPPOSITES = dict(
    pair.split(":")
    for pair in """largest:smallest first:last northern:southern eastern:western oldest:newest highest:lowest
    longest:shortest more:less many:few before:after early:late all:some most:few upper:lower above:below
    increased:decreased major:minor always:seldom only:also""".split()
)
SYNONYMS = dict(
    pair.split(":")
    for pair in """large:big small:little known:called began:started located:found often:frequently many:numerous
    important:significant built:constructed founded:established country:nation used:employed various:several
    main:chief also:likewise first:earliest usually:mostly people:persons part:portion considered:deemed""".split()
)
SPANISH = dict(
    pair.split(":")
    for pair in """the:el of:de and:y is:es was:fue in:en a:un an:un to:a by:por for:para with:con from:desde as:como
    are:son were:fueron or:o on:sobre city:ciudad country:país world:mundo century:siglo which:que it:ello""".split()
)
VERB = re.compile(r"\b(is|was|are|were|has|have|can|could|will|would|may)\b(?! not)")


def one_character(place: Place, rng: random.Random) -> str | None:
    """One letter is another."""
    letters = [at for at, char in enumerate(place.sentence) if char in string.ascii_letters]
    if not letters:
        return None
    at = rng.choice(letters)
    other = rng.choice([char for char in string.ascii_lowercase if char != place.sentence[at].lower()])
    return place.sentence[:at] + other + place.sentence[at + 1 :]


def other_digits(place: Place, rng: random.Random) -> str | None:
    """Two digits of a number change places; where they are equal, its last digit is another."""
    every = NUMBER.finditer(place.sentence)
    found = [match for match in every if sum(char.isdigit() for char in match["whole"] or "") > 1]
    if not found:
        return None
    match = rng.choice(found)
    digits = list(match["whole"])
    places = [at for at, char in enumerate(digits) if char.isdigit()]
    one, two = places[-2:]
    if digits[one] == digits[two]:
        digits[two] = str((int(digits[two]) + 1) % 10)
    else:
        digits[one], digits[two] = digits[two], digits[one]
    start, end = match.span("whole")
    return place.sentence[:start] + "".join(digits) + place.sentence[end:]


def joined(place: Place, rng: random.Random) -> str | None:
    """Two sentences that do not follow each other stand as one quote."""
    spans = [place.text[start:end] for start, end in sentence_spans(place.text)]
    if place.sentence not in spans:
        return None
    at = spans.index(place.sentence)
    apart = [other for number, other in enumerate(spans) if abs(number - at) > 1]
    return f"{place.sentence} {rng.choice(apart)}" if apart else None


def paraphrase(place: Place, rng: random.Random) -> str | None:
    """Words are replaced by others of about the same meaning."""
    return _replaced(place.sentence, SYNONYMS, every=True)


def translated(place: Place, rng: random.Random) -> str | None:
    """The frequent words are Spanish: other words, the same sense."""
    return _replaced(place.sentence, SPANISH, every=True)


def number(place: Place, rng: random.Random) -> str | None:
    """A number, or its scale, that the article does not state."""
    if "million" in place.sentence and rng.random() < 0.5:
        changed: str | None = place.sentence.replace("million", "billion", 1)
    else:
        changed = other_digits(place, rng)
    return changed if changed and numbers(changed) - numbers(place.text) else None


def number_word(place: Place, rng: random.Random) -> str | None:
    """ "three" for "two"."""
    table = {word: NUMBER_WORDS[(at + 1) % len(NUMBER_WORDS)] for at, word in enumerate(NUMBER_WORDS)}
    return _foreign(place, _replaced(place.sentence, table))


def date(place: Place, rng: random.Random) -> str | None:
    """Another month."""
    table = {month: MONTHS[(at + 1 + rng.randrange(11)) % 12] for at, month in enumerate(MONTHS)}
    if not re.search(rf"\d (?:{'|'.join(MONTHS)})|(?:{'|'.join(MONTHS)}) \d", place.sentence):
        return None  # "may" and "march" are not always months
    return _foreign(place, _replaced(place.sentence, table))


def name(place: Place, rng: random.Random) -> str | None:
    """A name that the article does not hold in the place of one that it does."""
    held = names(place.sentence)
    found = [
        match
        for match in WORD.finditer(place.sentence)
        if match.start() and match[0].istitle() and len(match[0]) > 3 and set(words(match[0])) <= held
    ]
    if not found:
        return None
    match = rng.choice(found)
    return place.sentence[: match.start()] + place.stranger + place.sentence[match.end() :]


def negation(place: Place, rng: random.Random) -> str | None:
    """What is said is denied; what is denied is said."""
    if is_negated(place.sentence):
        changed = re.sub(r"\bnot ", "", place.sentence, count=1)
        return changed if changed != place.sentence and not is_negated(changed) else None
    changed = VERB.sub(r"\1 not", place.sentence, count=1)
    return changed if changed != place.sentence else None


def quantity(place: Place, rng: random.Random) -> str | None:
    """ "smallest" for "largest"."""
    return _foreign(place, _replaced(place.sentence, OPPOSITES))


QUOTES: Mapping[str, Alteration] = {
    "one character": one_character,
    "digits": other_digits,
    "two sentences joined": joined,
    "paraphrase": paraphrase,
    "translation": translated,
}
"""Ways in which a quote is no longer the words of the source."""

CLAIMS: Mapping[str, Alteration] = {
    "number": number,
    "number in words": number_word,
    "date": date,
    "name": name,
    "negation": negation,
    "opposite": quantity,
}
"""Ways in which a claim no longer says what the source says."""


def _replaced(sentence: str, table: Mapping[str, str], *, every: bool = False) -> str | None:
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, table))})\b")
    changed = pattern.sub(lambda match: table[match[0]], sentence, count=0 if every else 1)
    return changed if changed != sentence else None


def _foreign(place: Place, changed: str | None) -> str | None:
    """The changed sentence, when its new word stands nowhere in the article."""
    held = set(words(f"{place.title} {place.text}"))
    return changed if changed and set(words(changed)) - held else None
