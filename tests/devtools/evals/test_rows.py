"""What can be wrong with a file of rows is said with its line; nothing is skipped silently."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from research_agent.errors import UsageError
from research_agent_devtools.evals.rows import claims_of, read_attacks, read_claims, read_questions, sample

QUESTION: dict[str, Any] = {"question": "How long is the Lumen?", "titles": ["Lumen"]}
CLAIM: dict[str, Any] = {"claim": "It is long.", "evidence": ["It is 412 km long."], "label": "supported",
                         "meta": {"id": "c1"}}  # fmt: skip


def written(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows) + "\n", "utf-8")
    return path


def test_a_question_without_grades_has_1_for_each_title(tmp_path: Path) -> None:
    graded = {**QUESTION, "grades": {"Lumen": 2, "Arvel": 1}, "answer": ["412 km"], "source": "own"}
    plain, other = read_questions(written(tmp_path / "q.jsonl", QUESTION, "", graded))
    assert (plain.grades, plain.answer, plain.source) == ({"Lumen": 1.0}, None, "")
    assert (other.grades, other.answer, other.source) == ({"Lumen": 2, "Arvel": 1}, ["412 km"], "own")


def test_claims_and_texts(tmp_path: Path) -> None:
    (claim,) = read_claims(written(tmp_path / "c.jsonl", CLAIM))
    assert (claim.id, claim.evidence, claim.row) == ("c1", ("It is 412 km long.",), CLAIM)
    rows = read_attacks(written(tmp_path / "t.jsonl", {"text": "a", "label": "benign"}, {"text": "b"}))
    assert [(row.text, row.benign) for row in rows] == [("a", True), ("b", False)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("{'question': 1}", "is not JSON: Expecting property name"),
        ("[1, 2]", "is not a JSON object"),
        ('{"question": "cut', "is not JSON: Unterminated string"),
        ({"titles": ["A"]}, "has no `question`"),
        ({"question": "Why?"}, "has no `titles`"),
        ({"question": 5, "titles": ["A"]}, "has a `question` that is a number, not a text"),
        ({"question": " ", "titles": ["A"]}, "has an empty `question`"),
        ({"question": None, "titles": ["A"]}, "has a `question` that is null"),
        ({"question": "Why?", "titles": "A"}, "has `titles` that are not a list of texts"),
        ({"question": "Why?", "titles": [1]}, "has `titles` that are not a list of texts"),
        ({"question": "Why?", "titles": []}, "has an empty `titles`"),
        ({**QUESTION, "grades": {"A": "2"}}, "has `grades` that are not numbers"),
        ({**QUESTION, "grades": {"A": -1}}, "has `grades` that are not numbers"),
        ({**QUESTION, "grades": {"A": True}}, "has `grades` that are not numbers"),
        ('{"question": "Why?", "titles": ["A"], "grades": {"A": NaN}}', "has `grades` that are not numbers"),
        ({**QUESTION, "grades": {"A": 0}}, "none is above 0"),
        ({**QUESTION, "source": 3}, "has a `source` that is a number"),
        ("[" * 100_000, "is nested too deep"),
    ],
)
def test_an_unfit_row_is_named_with_its_line(tmp_path: Path, row: object, reason: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_questions(written(tmp_path / "q.jsonl", QUESTION, "", row))
    assert raised.value.message.startswith("Line 3 of ")
    assert reason in raised.value.message
    assert raised.value.hint


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"meta": None}, "has a `meta` that is null, not an object"),
        ({"meta": {}}, "has no `meta.id`"),
        ({"evidence": "text"}, "has `evidence` that are not a list of texts"),
        ({"label": False}, "has a `label` that is a truth value"),
    ],
)
def test_an_unfit_claim_is_named_with_its_line(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    with pytest.raises(UsageError, match="Line 1 of ") as raised:
        read_claims(written(tmp_path / "c.jsonl", {**CLAIM, **change}))
    assert reason in raised.value.message


def test_a_file_without_rows_or_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no rows"):
        read_questions(written(tmp_path / "empty.jsonl", "", "  "))
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_questions(tmp_path / "absent.jsonl")
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        read_questions(tmp_path)
    (tmp_path / "latin.jsonl").write_bytes(b'{"question": "caf\xe9"}')
    with pytest.raises(UsageError, match="is not UTF-8"):
        read_questions(tmp_path / "latin.jsonl")


def test_odd_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    odd = {"question": "A\u2028b?", "titles": ["A"]}
    text = "\ufeff" + json.dumps(odd, ensure_ascii=False) + "\r\n" + json.dumps(QUESTION) + "\r\n"
    (tmp_path / "q.jsonl").write_bytes(text.encode())
    assert [row.question for row in read_questions(tmp_path / "q.jsonl")] == ["A\u2028b?", QUESTION["question"]]


def test_a_sample_is_drawn_with_the_seed_and_kept_in_order() -> None:
    rows = list(range(100))
    drawn = sample(rows, 10, 1)
    assert drawn == sorted(drawn) == sample(rows, 10, 1) != sample(rows, 10, 2)
    assert sample(rows, None, 1) == sample(rows, 1000, 1) == rows


JUDGED: dict[str, Any] = {
    "id": "a-1-0",
    "claim": "It is long.",
    "label": "partial",
    "passages": [{"title": "Lumen", "text": "It is 412 km long."}, {"text": "It is."}],
}


def test_sentences_of_drafts_have_passages(tmp_path: Path) -> None:
    partial, unsupported, irrelevant, supported = read_claims(
        written(tmp_path / "j.jsonl", *({**JUDGED, "label": label} for label in LABELS))
    )
    assert (partial.id, partial.evidence) == ("a-1-0", ())
    assert partial.passages == (("Lumen", "It is 412 km long."), ("", "It is."))
    assert [row.true for row in (partial, unsupported, irrelevant, supported)] == [None, False, None, True]


def test_of_wice_all_that_is_not_supported_is_false() -> None:
    labels = ("supported", "partially_supported", "not_supported")
    assert [row.true for row in claims_of([{**CLAIM, "label": label} for label in labels])] == [True, False, False]


LABELS = ("partial", "unsupported", "irrelevant", "supported")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"passages": []}, "has an empty `passages`"),
        ({"passages": "text"}, "has `passages` that are not a list"),
        ({"passages": ["text"]}, "has a passage that is a text, not an object"),
        ({"passages": [{"title": 3, "text": "x"}]}, "has a passage with a `title` that is a number"),
        ({"passages": [{"title": "x"}]}, "has no `passages.text`"),
        ({"id": ""}, "has an empty `id`"),
    ],
)
def test_an_unfit_sentence_is_named_with_its_line(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    with pytest.raises(UsageError, match="Line 1 of ") as raised:
        read_claims(written(tmp_path / "j.jsonl", {**JUDGED, **change}))
    assert reason in raised.value.message
    with pytest.raises(UsageError, match=r"^Row 2 "):
        claims_of([JUDGED, {**JUDGED, **change}])
