"""
Fan-out: the many things of a kind that a question asks for, as the best passages list them.

A question for "each planet of the solar system" needs the article of every planet. What lists them is among the first
that a search finds, or among those that the question names: a passage that names several entries of the kind. The kind
stands in the question as a plural or after "each"; what an entry is stands in its first sentence. Where no passage
lists them, a search for the list itself finds leads that say of themselves what they are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from research_agent.deep_research.collection import Entry
from research_agent.deep_research.residual_hop import Rest
from research_agent.deep_research.shape import form_of
from research_agent.text.tokens import content_stems

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["DEEP", "asks_for_many", "fan_out", "kinds_asked", "list_asked"]

EACH = re.compile(r"\b(?:each|every|all|any)\s+(?:of\s+)?(?:the\s+)?(?!other\b)(\w+)", re.IGNORECASE)
ENUMERATED = re.compile(r"[^,]+,[^,]+,?\sand\s", re.IGNORECASE)  # "the Nile, the Amazon and the Danube"
PLURAL = re.compile(r"\b[a-z]{2,}[^siu\W]s\b")
FEWEST = 3  # members of a list, or things that a question names, from which it asks for many
WHOLE, MOST = 8, 40  # members from which a list counts in full; how many are taken
DEEP = 150  # entries of the search for the list; of a later place none says anything
# Weights of the ranking, fitted on 107 questions of FanOutQA (docs/decisions/0031-hops.md).
PLACE, OF_LIST, NAMED, LISTED, TYPED, LIKE = 3.1, 2.0, 1.6, 1.9, 1.4, 0.6


def kinds_asked(question: str) -> frozenset[str]:
    """Stems of the kinds of things that a question asks for many of: "each planet", "the countries of South Asia"."""
    found = [*(match[1].casefold() for match in EACH.finditer(question)), *PLURAL.findall(question)]
    return frozenset(content_stems(" ".join(found)))


def list_asked(question: str) -> str:
    """The question for the many themselves, "What are the planets?" of "How hot is each planet?"; else the question."""
    form = form_of(question)
    return form.links[0] if form.shape == "fan-out" and form.links[0] else question


def asks_for_many(question: str, named: Sequence[Entry], rests: Sequence[Rest]) -> bool:
    """
    Whether a question asks for many of a kind: a passage lists some, the question enumerates them, or it has the form.

    `named` are the entries whose title it names; the origins of `rests` may be the lists.
    """
    return bool(_listed(question, rests) or _enumerates(question, named) or form_of(question).shape == "fan-out")


def fan_out(
    question: str,
    ranked: Sequence[Entry],
    named: Sequence[Entry],
    rests: Sequence[Rest],
    of_list: Sequence[Entry] = (),
    vector: NDArray[np.float32] | None = None,
) -> list[Entry]:
    """
    Rank what a question asks for many of, best first.

    `ranked` is what a search for the question found, best first, `named` are the entries whose title it names; the
    origins of `rests` may be the lists. `of_list` is what a search for `list_asked` found, and `vector` that one's.
    """
    kinds, listed, names = kinds_asked(question), _listed(question, rests), set(named)
    first, second = _places(ranked), _places(of_list)
    by_name = PLACE if _enumerates(question, named) else NAMED
    linked = (entry for rest in rests for entry in rest.links)

    def score(entry: Entry) -> float:
        like = float(entry.vector @ vector) if vector is not None and entry.vector is not None else 0.0
        return (
            PLACE * first.get(entry, 0.0)
            + OF_LIST * second.get(entry, 0.0)
            + by_name * (entry in names)
            + LISTED * listed.get(entry, 0.0)
            + TYPED * bool(kinds & entry.defined_as)
            + LIKE * like
        )

    return sorted(dict.fromkeys((*ranked, *named, *linked, *of_list)), key=lambda entry: -score(entry))


def _enumerates(question: str, named: Sequence[Entry]) -> bool:
    return len(named) >= FEWEST and ENUMERATED.search(question) is not None


def _listed(question: str, rests: Sequence[Rest]) -> dict[Entry, float]:
    """Entries of the kind that a passage lists, with how much of a list it is, up to 1."""
    kinds = kinds_asked(question)
    found: dict[Entry, float] = {}
    for rest in rests:
        members = [entry for entry in rest.links if kinds & entry.defined_as][:MOST]
        for entry in members if len(members) >= FEWEST else ():
            found[entry] = max(found.get(entry, 0.0), min(1.0, len(members) / WHOLE))
    return found


def _places(found: Sequence[Entry]) -> dict[Entry, float]:
    """How far in front entries stand: 1 for the first, 0 from `DEEP` on."""
    return {entry: max(0.0, 1 - math.log1p(at) / math.log1p(DEEP)) for at, entry in enumerate(found)}
