"""
Script of the analysis processes: frames of documents as JSON on standard input, of reports on standard output.

Run by `workers/rlimits.py`, never imported by the program. Only the standard library and two modules of `text`, which
need no more either.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from heapq import nsmallest
from itertools import combinations, islice
from pathlib import Path
from typing import Any

# The isolated Python knows nothing of installed packages; ours is found by where this file is, and last.
sys.path.append(str(Path(__file__).parents[2]))

from research_agent.text.sanitize import clean
from research_agent.text.tokens import content_words, jaccard, numbers

TOP = 10
TOP_DOCUMENTS = 5
KEYWORDS_A_DOCUMENT = 20
PAIRS = 5_000
LONGEST_WORD = 40
LONGEST_TITLE = 300
PIECE = 65_536
SPACE = re.compile(r"\s")
DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


def report(documents: list[dict[str, Any]]) -> dict[str, Any]:
    """Statistics over documents of the form `{source, title, url, text, published, relevance}`."""
    counts = [_keywords(document["text"]) for document in documents]
    lengths = [sum(len(piece.split()) for piece in _pieces(document["text"])) for document in documents]
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    top = dict(_most_common(total, TOP))
    relevance = [document["relevance"] for document in documents if _is_number(document["relevance"])]
    dates = sorted(match[0] for document in documents if (match := DATE.match(document["published"] or "")))
    return {
        "documents": len(documents),
        "per_source": dict(Counter(document["source"] for document in documents)),
        "words": sum(lengths),
        "average_relevance": round(sum(relevance) / len(relevance), 4) if relevance else None,
        "keywords": list(top),
        "keyword_counts": top,
        "top_documents": _top_documents(documents, lengths),
        "dates": {"oldest": dates[0], "newest": dates[-1]} if dates else None,
        "agreement": {
            "keyword_overlap": _overlap(documents, counts),
            "shared_numbers": _shared_numbers(documents),
        },
    }


def _keywords(text: str) -> Counter[str]:
    """Counts of the content words."""
    counts: Counter[str] = Counter()
    for piece in _pieces(text):
        counts.update(word for word in content_words(piece) if 2 < len(word) <= LONGEST_WORD and not word.isdigit())
    return counts


def _pieces(text: str) -> Iterator[str]:
    """Pieces of a text of about `PIECE` characters, cut at white space, so that little memory is in use at once."""
    start = 0
    while start < len(text):
        space = SPACE.search(text, start + PIECE)
        end = space.end() if space else len(text)
        yield text[start:end]
        start = end


def _most_common(counts: Counter[str], limit: int) -> list[tuple[str, int]]:
    """The most common words, by count, then alphabetically: the same documents give the same report."""
    return nsmallest(limit, counts.items(), key=lambda item: (-item[1], item[0]))


def _top_documents(documents: list[dict[str, Any]], lengths: list[int]) -> list[dict[str, Any]]:
    """The most relevant documents; where no relevance is known the order of the sources stands."""
    rows = [
        {
            "title": clean(document["title"][:LONGEST_TITLE]),
            "source": document["source"],
            "url": clean(document["url"]),
            "words": length,
            "relevance": round(document["relevance"], 4) if _is_number(document["relevance"]) else None,
        }
        for document, length in zip(documents, lengths, strict=True)
    ]
    rows.sort(key=lambda row: -math.inf if row["relevance"] is None else row["relevance"], reverse=True)
    return rows[:TOP_DOCUMENTS]


def _overlap(documents: list[dict[str, Any]], counts: list[Counter[str]]) -> float | None:
    """Mean Jaccard overlap of the commonest words, over pairs of documents from different sources; None without any."""
    sets = [{word for word, _ in _most_common(count, KEYWORDS_A_DOCUMENT)} for count in counts]
    pairs = (
        (one, other)
        for one, other in combinations(range(len(documents)), 2)
        if documents[one]["source"] != documents[other]["source"]
    )
    shares = [jaccard(sets[one], sets[other]) for one, other in islice(pairs, PAIRS)]
    return round(sum(shares) / len(shares), 4) if shares else None


def _shared_numbers(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Numbers and years that documents of two sources or more state; a single digit says too little to agree on."""
    sources: dict[str, set[str]] = {}
    if len({document["source"] for document in documents}) < 2:
        return []
    for document in documents:
        for piece in _pieces(document["text"]):
            for number in numbers(piece):
                if len(number) > 1 and number != "inf":
                    sources.setdefault(number, set()).add(document["source"])
    shared = [(number, sorted(names)) for number, names in sources.items() if len(names) > 1]
    shared.sort(key=lambda item: (-len(item[1]), item[0]))
    return [{"number": number, "sources": names} for number, names in shared[:TOP]]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def main() -> None:
    """Answer each frame (see `workers/isolated_process.py`). Lone surrogates travel as JSON escapes both ways."""
    documents, reports = sys.stdin.buffer, sys.stdout.buffer
    while len(length := documents.read(4)) == 4:
        rows = json.loads(documents.read(int.from_bytes(length, "big")))
        answer = json.dumps(report(rows), allow_nan=False).encode("ascii")
        reports.write(len(answer).to_bytes(4, "big") + answer)
        reports.flush()


if __name__ == "__main__":
    main()
