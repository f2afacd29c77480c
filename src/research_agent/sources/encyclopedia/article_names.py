"""Names of articles in a question: titles, their inflections, and titles without their qualifiers."""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from research_agent.text.plurals import both_numbers
from research_agent.text.tokens import STOP_WORDS, WORD, stem, words

if TYPE_CHECKING:
    pass


__all__ = ["LONGEST_NAME", "name_key", "named_articles", "unqualified"]

MAX_NAME_WORDS = 256  # words of a question in which titles are looked up
LONGEST_NAME = 7  # words
MOST_FORMS = 4  # of a name whose words have irregular plurals: two such words
QUALIFIER = re.compile(r"\s*\([^()]*\)$|(?<=\w),\s.*$")


def named_articles(db: Any, question: str) -> dict[int, tuple[float, float, float]]:
    """
    Articles that the question names, by number, with `whole`, `nearly` and `proper` of their `Features`.

    A name inside a longer one does not count: "New York City" names neither New York nor the city.
    """
    tokens = WORD.findall(unicodedata.normalize("NFKC", question))[:MAX_NAME_WORDS]
    plain = [" ".join(words(word)) for word in tokens]
    stems = [tuple(map(stem, both_numbers(word))) for word in plain]
    spans = {
        (start, end): [" ".join(forms) for forms in itertools.islice(itertools.product(*stems[start:end]), MOST_FORMS)]
        for start in range(len(stems))
        for end in range(start + 1, min(start + LONGEST_NAME, len(stems)) + 1)
    }
    names: dict[str, list[tuple[int, str, int]]] = {}
    for key, *name in db.execute(
        "SELECT key, article, words, short FROM name WHERE key IN (SELECT value FROM json_each(?))",
        (json.dumps([key for keys in spans.values() for key in keys]),),
    ):
        names.setdefault(key, []).append(tuple(name))
    matches = [span for span, keys in spans.items() if not names.keys().isdisjoint(keys)]
    headline = all(not word[0].islower() for word in tokens)
    named: dict[int, tuple[float, float, float]] = {}
    for start, end in matches:
        if any(first <= start and end <= last and last - first > end - start for first, last in matches):
            continue
        phrase = " ".join(plain[start:end])
        proper = not headline and (start > 0 or end > 1) and _is_capitalised(tokens[start:end])
        for article, name, short in (match for key in spans[start, end] for match in names.get(key, ())):
            whole = name == phrase and not short
            kind = (float(whole), float(not whole), float(proper))
            named[article] = max(kind, named.get(article, kind))
    return named


def _is_capitalised(name: Sequence[str]) -> bool:
    """Whether every word but stop words is capitalised, or a number."""
    return all(word[0].isupper() or word[0].isdigit() or word.casefold() in STOP_WORDS for word in name)


def name_key(name: str) -> str:
    """Lookup key of a name, the same for its inflections: its words' stems; "" when all are stop words."""
    tokens = words(name)
    return " ".join(map(stem, tokens)) if not STOP_WORDS.issuperset(tokens) else ""


def unqualified(title: str) -> str:
    """Title without its qualifier: "Venus (mythology)" -> "Venus", "Paris, Texas" -> "Paris"."""
    return QUALIFIER.sub("", title)
