"""
Residual hop: from a passage that answers a part of the question to what is asked beyond it.

What is left is the question without the words that the passage holds; what it brings are the names that the question
lacks. Both together are searched for: "Who is married to the director of The Grey Harbour?" and a passage that says
"The Grey Harbour is a film directed by Odo Marwick" leave "married Odo Marwick".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from research_agent.deep_research.collection import Entry
from research_agent.text.tokens import content_words, stem

__all__ = ["Rest", "rest_of"]

MOST_NAMES = 12  # that are searched for; a list of a hundred names leads nowhere
MOST_BROUGHT = 24  # that are compared


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """
    Rest of a question after one passage, its `origin`.

    `left` are the stems of the question's words that the origin lacks, `brought` the stems of the names in it, those of
    its title too, that the question lacks. `links` are the entries whose title the origin names.
    """

    origin: Entry
    left: frozenset[str]
    brought: frozenset[str]
    searched: str
    links: tuple[Entry, ...] = field(default=())


def rest_of(
    question: str, origin: Entry, links: tuple[Entry, ...] = (), rarities: Mapping[str, float] | None = None
) -> Rest:
    """
    Find what a passage leaves of a question.

    `Rest.searched` are the words that are left and the names that it brings; the question itself where there are none.
    The rarest of many names are searched for, by `rarities`; without them the first.
    """
    asked = {stem(word): word for word in content_words(question)}
    left = {key: word for key, word in asked.items() if key not in origin.stems}
    names = {key: word for key, word in origin.names.items() if key not in asked}
    if rarities:
        names = dict(sorted(names.items(), key=lambda name: -rarities.get(name[0], 0.0)))
    searched = [*left.values(), *list(names.values())[:MOST_NAMES]]
    return Rest(
        origin=origin,
        left=frozenset(left),
        brought=frozenset(list(names)[:MOST_BROUGHT]) | (origin.title_stems - asked.keys()),
        searched=" ".join(searched) or question,
        links=tuple(entry for entry in links if entry is not origin),
    )
