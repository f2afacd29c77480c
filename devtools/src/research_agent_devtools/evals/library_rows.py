"""Questions about documents whose place is known: characters of a text, or pages of a document."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from research_agent.errors import UsageError

__all__ = ["PlacedQuestion", "read_placed_questions"]

FIELDS = (
    "question, references, corpus_id (CSV, as chunking_evaluation); or question, doc_name, evidence (as FinanceBench)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedQuestion:
    """A question, the name of the document that answers, without its ending, and where: spans, or pages from 0."""

    question: str
    document: str
    spans: tuple[tuple[int, int], ...] = ()
    pages: frozenset[int] = frozenset()

    @property
    def half(self) -> str:
        """Half of the rows that this one is in: ranking is tuned on "tune" and reported on "report"."""
        return "report" if int(hashlib.blake2b(self.question.encode()).hexdigest(), 16) % 2 else "tune"


def read_placed_questions(path: Path) -> list[PlacedQuestion]:
    """Rows of a CSV or JSONL file. Raises `UsageError` for a file that is neither of the forms."""
    try:
        text = path.read_text("utf-8")
        if path.suffix == ".csv":
            rows = [_of_spans(row) for row in csv.DictReader(text.splitlines(keepends=True))]
        else:
            rows = [_of_pages(json.loads(line)) for line in text.splitlines() if line.strip()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"The data file {str(path)!r} cannot be used: {error!r}.", hint=f"Its fields: {FIELDS}."
        ) from error
    if not rows:
        raise UsageError(f"The data file {str(path)!r} has no rows.", hint=f"Its fields: {FIELDS}.")
    return rows


def _of_spans(row: dict[str, Any]) -> PlacedQuestion:
    spans = tuple((int(one["start_index"]), int(one["end_index"])) for one in json.loads(row["references"]))
    return PlacedQuestion(question=row["question"], document=row["corpus_id"], spans=spans)


def _of_pages(row: dict[str, Any]) -> PlacedQuestion:
    pages = frozenset(int(one["evidence_page_num"]) for one in row["evidence"])
    return PlacedQuestion(question=row["question"], document=row["doc_name"], pages=pages)
