"""The encyclopedia's leads, their sentences and their splits."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from research_agent.errors import SetupError
from research_agent_devtools.samples.leads import read_leads, split_of, usable


def test_a_title_is_always_of_the_same_split() -> None:
    assert [split_of(title) for title in ("Pluto", "Insulin", "Oslo", "Berlin")] == [
        split_of(title) for title in ("Pluto", "Insulin", "Oslo", "Berlin")
    ]
    counts = Counter(split_of(f"title {n}") for n in range(5_000))
    assert 3_800 < counts["train"] < 4_200
    assert counts["dev"] > 400
    assert counts["eval"] > 400


@pytest.mark.parametrize(
    "sentence",
    [
        "A sentence of which a formula  fell out is not whole.",
        "It was cut behind an abbreviation of the name of St.",
        "Too short.",
        "A bracket (that never closes is a sign of a wrong cut.",
        'A quotation "that never closes is a sign of a wrong cut.',
    ],
)
def test_broken_sentences_are_not_used(sentence: str) -> None:
    assert not usable(sentence)
    assert usable("The tomato is a plant whose fruit is an edible berry.")


def test_without_the_encyclopedia_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(SetupError):
        read_leads(tmp_path)


@pytest.mark.parts
def test_the_splits_are_disjoint_and_hold_all(parts_home: Path) -> None:
    every = read_leads(parts_home / "parts")
    splits = [{lead.title for lead in read_leads(parts_home / "parts", split)} for split in ("train", "dev", "eval")]
    assert sum(map(len, splits)) == len({lead.title for lead in every})
    assert set.union(*splits) == {lead.title for lead in every}
