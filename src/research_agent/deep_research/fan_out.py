"""
Fan-out: the many things of a kind that a question asks for, as the best passages list them.

A question for "each planet of the solar system" needs the article of every planet. What lists them is among the first
that a search finds, or among those that the question names: a passage that names several entries of the kind. The kind
stands in the question as a plural or after "each"; what an entry is stands in its first sentence.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from research_agent.deep_research.collection import Entry
from research_agent.deep_research.residual_hop import Rest
from research_agent.deep_research.shape import form_of
from research_agent.text.tokens import content_stems

__all__ = ["fan_out", "kinds_asked"]

EACH = re.compile(r"\b(?:each|every|all|any)\s+(?:of\s+)?(?:the\s+)?(?!other\b)(\w+)", re.IGNORECASE)
ENUMERATED = re.compile(r"[^,]+,[^,]+,?\sand\s", re.IGNORECASE)  # "the Nile, the Amazon and the Danube"
PLURAL = re.compile(r"\b[a-z]{2,}[^siu\W]s\b")
FEWEST = 3  # members of a list, or things that a question names, from which it asks for many
WHOLE, MOST = 4, 40  # members from which a list counts in full; how many are taken
NAMED, LISTED = 0.5, 0.6  # of the score of the first that a search finds


def kinds_asked(question: str) -> frozenset[str]:
    """Stems of the kinds of things that a question asks for many of: "each planet", "the countries of South Asia"."""
    found = [*(match[1].casefold() for match in EACH.finditer(question)), *PLURAL.findall(question)]
    return frozenset(content_stems(" ".join(found)))


def fan_out(question: str, ranked: Sequence[Entry], named: Sequence[Entry], rests: Sequence[Rest]) -> list[Entry]:
    """
    Rank what a question asks for many of, best first; nothing when it asks for none: no passage lists any
    of the kind, and the question neither enumerates them nor has the form of such a
    question.

    `ranked` is what a search for the question found, best first, `named` are the entries whose title it names; the
    origins of `rests` may be the lists.
    """
    kinds = kinds_asked(question)
    place = {entry: 1 - math.log1p(at) / math.log1p(len(ranked)) for at, entry in enumerate(ranked)}
    listed: dict[Entry, float] = {}
    for rest in rests:
        members = [entry for entry in rest.links if kinds & entry.defined_as][:MOST]
        worth = LISTED * (place.get(rest.origin, 0.0) + NAMED * (rest.origin in named)) * min(1.0, len(members) / WHOLE)
        for at, entry in enumerate(members if len(members) >= FEWEST else ()):
            listed[entry] = max(listed.get(entry, 0.0), worth * (1 - at / MOST))
    enumerated = len(named) >= FEWEST and ENUMERATED.search(question)
    if not (listed or enumerated or form_of(question).shape == "fan-out"):
        return []
    scores = {entry: place.get(entry, 0.0) + listed.get(entry, 0.0) for entry in (*ranked, *named, *listed)}
    for entry in named:
        scores[entry] += NAMED
    return sorted(scores, key=lambda entry: -scores[entry])
