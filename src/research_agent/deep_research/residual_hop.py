"""
Residual hop: from a passage that answers a part of the question to what is asked beyond it.

What is left is the question without the words that the passage holds; what it brings are the names that the question
lacks. Both together are searched for: "Who is married to the director of The Grey Harbour?" and a passage that says
"The Grey Harbour is a film directed by Odo Marwick" leave "married Odo Marwick".
"""

from __future__ import annotations

from dataclasses import dataclass, field

from research_agent.deep_research.collection import Entry
from research_agent.text.tokens import content_words, stem

__all__ = ["Rest", "rest_of"]

MOST_NAMES = 24  # that are searched for; a list of a hundred names leads nowhere


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """
    Rest of a question after one passage, its `source`.

    `left` are the stems of the question's words that the source lacks, `brought` the stems of the names in it, those of
    its title too, that the question lacks. `links` are the entries whose title the source names.
    """

    source: Entry
    left: frozenset[str]
    brought: frozenset[str]
    searched: str
    links: tuple[Entry, ...] = field(default=())


def rest_of(question: str, source: Entry, links: tuple[Entry, ...] = ()) -> Rest:
    """
    Find what a passage leaves of a question.

    `Rest.searched` are the words that are left and the names that it brings; the question itself where there are none.
    """
    asked = {stem(word): word for word in content_words(question)}
    left = {key: word for key, word in asked.items() if key not in source.stems}
    names = {key: word for key, word in source.names.items() if key not in asked}
    searched = [*left.values(), *list(names.values())[:MOST_NAMES]]
    return Rest(
        source=source,
        left=frozenset(left),
        brought=frozenset(list(names)[:MOST_NAMES]) | (source.title_stems - asked.keys()),
        searched=" ".join(searched) or question,
        links=tuple(entry for entry in links if entry is not source),
    )
