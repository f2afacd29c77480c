"""The model of question kinds: what it reads of a text, and what becomes of a question when it is damaged."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.encoders.model_card import SHIPPED
from research_agent.encoders.question_kinds import CARD, WEIGHTS, features, load_kinds, probabilities
from research_agent.sources import KINDS

BUCKETS = 1 << 20


def test_the_shipped_model_is_small_and_knows_every_kind_of_meaning() -> None:
    model = load_kinds()
    assert model is not None
    assert set(model.kinds) == KINDS - {"general", "page"}
    assert (SHIPPED / WEIGHTS).stat().st_size < 300_000


@pytest.mark.parametrize(
    ("one", "other"),
    [("Symptômes de la grippe ?", "symptomes de la GRIPPE"), ("Python 3", "python 3"), ("黒い", "黒い？")],
)
def test_case_accents_and_marks_make_no_difference(one: str, other: str) -> None:
    assert features(one, BUCKETS) == features(other, BUCKETS)


def test_a_word_that_was_never_read_shares_its_pieces() -> None:
    shared = set(features("nephropathy", BUCKETS)) & set(features("neuropathies", BUCKETS))
    assert len(shared) >= 8


@given(st.text(max_size=300))
def test_any_text_has_a_probability_of_each_kind_or_nothing_at_all(text: str) -> None:
    found = probabilities(text)
    assert not found or all(0.0 <= value <= 1.0 for value in found.values())
    assert not features("", BUCKETS)


@pytest.mark.parametrize("harm", ["no card", "no weights", "other weights", "short", "no json", "no kinds"])
def test_a_damaged_model_leaves_every_question_a_general_one(harm: str, tmp_path: Path) -> None:
    for name in (CARD, WEIGHTS):
        shutil.copy(SHIPPED / name, tmp_path)
    card = json.loads((tmp_path / CARD).read_text("utf-8"))
    match harm:
        case "no card":
            (tmp_path / CARD).unlink()
        case "no weights":
            (tmp_path / WEIGHTS).unlink()
        case "other weights":
            (tmp_path / WEIGHTS).write_bytes(bytes(100))
        case "short":
            (tmp_path / CARD).write_text(json.dumps(card | {"buckets": 7}))
        case "no json":
            (tmp_path / CARD).write_text("{")
        case "no kinds":
            (tmp_path / CARD).write_text(json.dumps({"files": card["files"]}))
    assert load_kinds(tmp_path) is None
