"""Library eval: what counts as found, of characters and of pages; rows of both forms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from research_agent.errors import UsageError
from research_agent_devtools.evals.library import Hit, page_scores, span_scores
from research_agent_devtools.evals.library_rows import PlacedQuestion, read_placed_questions


def test_characters_count_once_and_of_the_right_document_only() -> None:
    row = PlacedQuestion(question="q", document="a", spans=((10, 20), (50, 60)))
    hits = [Hit("a", 0, 15, -1), Hit("a", 10, 20, -1), Hit("b", 50, 60, -1), *[Hit("b", 0, 5, -1)] * 4]
    scores = span_scores(row, [*hits, Hit("a", 50, 60, -1)])
    assert scores == {"recall@5": 0.5, "recall@10": 1.0, "iou@5": 10 / (15 + 10 + 10 + 5 + 5 + 10)}


def test_page_is_right_in_its_document_within_the_cut() -> None:
    row = PlacedQuestion(question="q", document="a", pages=frozenset({3}))
    wrong = [Hit("b", 0, 9, 3), Hit("a", 0, 9, 2)]
    assert page_scores(row, [*wrong, Hit("a", 0, 9, 3)]) == {"page@5": 1.0, "page@10": 1.0}
    assert page_scores(row, [*wrong * 3, Hit("a", 0, 9, 3)]) == {"page@5": 0.0, "page@10": 1.0}


def test_rows_are_read_and_what_cannot_be_is_said(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps({"question": "q", "doc_name": "a", "evidence": [{"evidence_page_num": 3}]}))
    assert read_placed_questions(rows) == [PlacedQuestion(question="q", document="a", pages=frozenset({3}))]
    spans = tmp_path / "rows.csv"
    spans.write_text('question,references,corpus_id\n"q","[{""start_index"": 1, ""end_index"": 4}]",a\n')
    assert read_placed_questions(spans) == [PlacedQuestion(question="q", document="a", spans=((1, 4),))]
    assert {PlacedQuestion(question=str(n), document="a").half for n in range(9)} == {"tune", "report"}
    for bad in ("", "{}", "not JSON"):
        rows.write_text(bad)
        with pytest.raises(UsageError):
            read_placed_questions(rows)
