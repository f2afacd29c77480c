"""
Classes of falsehood: sentences that say something else than their source, in the ways in which models go wrong.

Each gives the changed sentence, or None where there is nothing to change, or where that might still be true.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from research_agent_devtools.samples.edits import cut, exchange, put, table_pattern, unsaid
from research_agent_devtools.samples.false_facts import FACTS
from research_agent_devtools.samples.false_mixtures import MIXTURES
from research_agent_devtools.samples.false_modality import MODALITY
from research_agent_devtools.samples.false_relations import RELATIONS
from research_agent_devtools.samples.opposites import (
    CLASSES,
    OPPOSITE_VERBS,
    QUALITIES,
    SUPERLATIVES,
    verb_pairs,
)
from research_agent_devtools.samples.places import Alteration, Place

__all__ = ["FALSEHOODS", "NOT_SAID"]

PRESENT, REST = verb_pairs(OPPOSITE_VERBS)
PRESENT_PATTERN, REST_PATTERN = table_pattern(PRESENT), table_pattern(REST)
MODAL = re.compile(
    r"\b(?:to|can|could|may|might|will|would|must|should|not|that|which|who|they|often|also|usually|do|did) $"
)
NOUN_BEFORE = re.compile(
    r"\b(?:the|a|an|of|in|its|their|his|her|by|for|with|from|and|or|any|some|no|first|new|at|on|"
    r"into|this|these|to|as|\w+al) $",
    re.IGNORECASE,
)
QUALITY_PATTERN = table_pattern(QUALITIES)
SUPERLATIVE_PATTERN = table_pattern(SUPERLATIVES)
SIBLINGS: dict[str, list[str]] = {}
for group in CLASSES:
    for member in group:
        SIBLINGS.setdefault(member, []).extend(other for other in group if other != member)
CLASS_AFTER_IS = re.compile(
    rf"\b(?:is|was|are|were) (?:(?:a|an|the|one of the) )?(?:(?!of\b|in\b|that\b|to\b|for\b|by\b|"
    rf"from\b|used\b|or\b|and\b)[\w-]+ ){{0,3}}?"
    rf"(?P<noun>{'|'.join(sorted(map(re.escape, SIBLINGS), key=len, reverse=True))})(?= (?:of|in|"
    rf"that|which|who|from|and|native|with|by|on|located|species|situated|used)\b|[.,])"
)
DROPPED = re.compile(
    r"(?<=[ (])(?:former|dwarf|extinct|fictional|proposed|planned|hypothetical|unofficial|self-proclaimed|disputed|"
    r"unrecognized|unrecognised|acting|deputy|vice(?! versa)|assistant|retired|attempted|alleged|"
    r"artificial|synthetic|imaginary|"
    r"mythical|legendary|partially recognised|partially recognized|semi-\w+|nearly|almost|"
    r"(?<=earliest )known|(?<=first )known|(?<=oldest )known|(?<=\bonly )known|(?<=largest )known|rarely|seldom|"
    r"once|second|third|fourth|fifth|sixth|non-\w+|false|failed|would-be|honorary|unfinished|de facto|mock|partly|"
    r"partially|second-|third-|fourth-|fifth-|so-called|quasi-\w+|pseudo-\w+|"
    r"near-\w+)(?:(?<=-)| )(?=[a-z])"
)
PLACE_OF_SUPERLATIVE = re.compile(
    r"\b(?:(?:larg|small|high|tall|long|old|deep|bigg|fast|busi|heavi|earli|rich|hott|cold|great|"
    r"wid)est|only|most [a-z-]+)"
    r"(?: (?!of\b|in\b)[a-z-]+){1,4}(?P<where> (?:in|of|on|within|among) (?:the "
    r")?(?:\w+ern )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*)(?=[.,;]| and | with | by |$)"
)
ONE_OF = re.compile(
    r"\b(?P<one>one of|among) (?P<the>the|its) (?P<super>(?:(?:world's|country's|world’s) "
    r")?(?:\w+est|most \w+)) (?P<middle>(?:[a-z-]+ )?)(?P<noun>[a-z]+s)\b"
)


def modifier(place: Place, rng: random.Random) -> str | None:
    """A word without which more is said: dwarf, former, second, up to; one of the largest -> the largest; in Africa."""
    ways = [("drop", match) for match in DROPPED.finditer(place.sentence)]
    ways += [("where", match) for match in PLACE_OF_SUPERLATIVE.finditer(place.sentence)]
    ways += [("one", match) for match in ONE_OF.finditer(place.sentence)]
    rng.shuffle(ways)
    for way, match in ways:
        if way == "drop":
            if match[0] in {"second ", "third ", "fourth ", "once "} and not re.match(
                r"\w+est\b|most\b|president|prime|king|emperor|a\b|the\b|part\b|used\b|home\b",
                place.sentence[match.end() :],
            ):
                continue
            return cut(place.sentence, match.start(), match.end())
        if way == "where":
            new = rng.choice([" in the world", ""])
            return put(place.sentence, match.start("where"), match.end("where"), new)
        noun = match["noun"]
        if noun.endswith("ss") or noun in {"series", "species", "means"}:
            continue
        single = re.sub(r"ies$", "y", noun) if noun.endswith("ies") else re.sub(r"(?<=s|x|h)es$|s$", "", noun)
        return put(
            place.sentence, match.start(), match.end(), f"{match['the']} {match['super']} {match['middle']}{single}"
        )
    return None


def superlative(place: Place, rng: random.Random) -> str | None:
    """ "smallest" for "largest", "fourth" for "third"."""
    return exchange(place, SUPERLATIVE_PATTERN, SUPERLATIVES, rng)


def polarity(place: Place, rng: random.Random) -> str | None:
    """The verb is its opposite: prevents for causes."""
    found = list(PRESENT_PATTERN.finditer(place.sentence))
    found = [
        match
        for match in found
        if (
            MODAL.search(place.sentence[: match.start()])
            if match[0] + "s" in PRESENT or match[0] + "es" in PRESENT
            else not NOUN_BEFORE.search(place.sentence[: match.start()])
        )
        and not re.match(r" (?:of|in|and|for|to|with)\b|[.,]", place.sentence[match.end() :])
    ]
    found += [
        m
        for m in REST_PATTERN.finditer(place.sentence)
        if not (m[0].endswith("ing") and re.search(r"\b(?:the|a|an|and) $", place.sentence[: m.start()]))
    ]
    rng.shuffle(found)
    for match in found:
        options = [word for word in PRESENT.get(match[0], []) + REST.get(match[0], []) if unsaid(place, word)]
        if options and match[0] not in {
            "found",
            "ground",
            "leaves",
            "left",
            "leading",
            "following",
            "building",
            "heated",
            "known",
            "led",
            "showing",
        }:
            return put(place.sentence, match.start(), match.end(), rng.choice(options))
    return None


def quality(place: Place, rng: random.Random) -> str | None:
    """An adjective is its opposite."""
    return exchange(place, QUALITY_PATTERN, QUALITIES, rng)


def membership(place: Place, rng: random.Random) -> str | None:
    """A planet is a star: the class is another of the same kind."""
    match = CLASS_AFTER_IS.search(place.sentence)
    options = [word for word in SIBLINGS[match["noun"]] if unsaid(place, word)] if match else []
    return (
        put(place.sentence, match.start("noun"), match.end("noun"), rng.choice(options)) if match and options else None
    )


FALSEHOODS: Mapping[str, Alteration] = {
    "modifier": modifier,
    "superlative": superlative,
    "polarity": polarity,
    "quality": quality,
    "membership": membership,
    **MODALITY,
    **RELATIONS,
    **FACTS,
    **MIXTURES,
}
"""Classes of falsehood by name."""

NOT_SAID = frozenset(
    {"modifier", "hedge", "scope", "foreign name", "foreign subject", "mixed", "crossed", "invented", "detail"}
)
"""Classes whose sentences the source does not deny: it merely does not say them."""
