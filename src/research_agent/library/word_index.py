"""Search by words: BM25 over passages, by the words of the question that tell most."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from research_agent.library.database import TOKENIZER
from research_agent.sqlite import Connection, fetch
from research_agent.text.tokens import content_words

__all__ = ["Restriction", "by_words", "terms_of"]

MOST_WORDS = 48  # of a question that are searched
LARGE = 100_000  # passages from which on only the rarest words are searched
RAREST = 5
TEXT, SECTION = 1.0, 0.5  # what a word counts in the text, and in the headings above it

BY_WORDS = (
    "SELECT rowid, -bm25(passage_words, ?2, ?3) AS score FROM passage_words WHERE passage_words MATCH ?1"
    " ORDER BY score DESC LIMIT ?4"
)
WITHIN = (
    "SELECT passage_words.rowid, -bm25(passage_words, ?2, ?3) AS score FROM passage_words CROSS JOIN passage ON"
    " passage.id = passage_words.rowid WHERE passage_words MATCH ?1 AND passage_words.rowid BETWEEN ?4 AND ?5 AND"
    " passage.document IN (SELECT id FROM document WHERE first IN (SELECT value FROM json_each(?6)))"
    " ORDER BY score DESC LIMIT ?7"
)

Restriction = Sequence[tuple[int, int]] | None
"""Numbers (first, last) of the passages of each document that may be found, in order; None for all."""


def terms_of(db: Connection, text: str) -> list[str]:
    """Words of a text as the index has them, stemmed, without those that carry no meaning."""
    import apsw

    tokenize = db.fts5_tokenizer(TOKENIZER[0], list(TOKENIZER[1:]))
    found = []
    for word in dict.fromkeys(content_words(text)):
        tokens = tokenize(word.encode("utf-8", "replace"), apsw.FTS5_TOKENIZE_QUERY, None)
        found += [str(token[-1]) for token in tokens]
    return list(dict.fromkeys(found))[:MOST_WORDS]


def by_words(db: Connection, text: str, count: int, restriction: Restriction) -> dict[int, float]:
    """BM25 scores of the best passages, by number."""
    terms = terms_of(db, text)
    frequencies = _frequencies(db, terms)
    terms = sorted((term for term in terms if frequencies.get(term)), key=lambda term: frequencies[term])
    ((passages,),) = fetch(db, "SELECT coalesce(sum(passages), 0) FROM document")
    if passages > LARGE:
        terms = terms[:RAREST]
    if not terms or (restriction is not None and not restriction):
        return {}
    match = " OR ".join(f'"{term}"' for term in terms)
    if restriction is None:
        return dict(fetch(db, BY_WORDS, (match, TEXT, SECTION, count)))
    numbers = json.dumps([first for first, _ in restriction])
    between = (restriction[0][0], restriction[-1][1])
    return dict(fetch(db, WITHIN, (match, TEXT, SECTION, *between, numbers, count)))


def _frequencies(db: Connection, terms: Sequence[str]) -> dict[str, int]:
    """How many passages hold each term."""
    counts = {}
    for term in terms:
        rows = fetch(db, "SELECT doc FROM passage_terms WHERE term = ?", (term,))
        counts[term] = int(rows[0][0]) if rows else 0
    return counts


def is_below(path: str, only: Sequence[str]) -> bool:
    """Whether a path is one of `only`, below a folder of it, or ends with one of it that is not absolute."""
    return any(
        re.search(rf"{'^' if part.startswith('/') else '(^|/)'}{re.escape(part.rstrip('/'))}(/|$)", path)
        for part in only
    )
