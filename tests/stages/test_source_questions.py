"""400 labelled questions in eight languages: is a source that is good for them among the first three?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from research_agent.encoders.question_kinds import features
from research_agent.settings import Settings
from research_agent.sources import Source, load_sources, policy_of
from research_agent.stages.select_sources import MOST, select_sources

FILE = Path(__file__).with_name("source_questions.jsonl")
ROWS: Sequence[Mapping[str, Any]] = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "zh", "ja")
FIRST = 3


@cache
def sources() -> tuple[Source, ...]:
    return tuple(load_sources(Settings(home=Path())))


@cache
def chosen(question: str) -> tuple[str, ...]:
    return tuple(one.source.name for one in select_sources(question, sources()))


def acceptable(row: Mapping[str, Any]) -> set[str]:
    """The sources that are for a kind of the row; a wide one only for a general question."""
    return {
        one.name
        for one in sources()
        if (kinds := policy_of(one).kinds) & set(row["kinds"]) and (row["kinds"] == ["general"] or len(kinds) < 5)
    }


def found(row: Mapping[str, Any]) -> bool:
    return not acceptable(row).isdisjoint(chosen(row["question"])[:FIRST])


def recall(rows: Sequence[Mapping[str, Any]]) -> float:
    return sum(map(found, rows)) / len(rows)


def test_there_are_fifty_in_each_language_of_each_kind_some() -> None:
    assert Counter(row["lang"] for row in ROWS) == dict.fromkeys(LANGUAGES, 50)
    assert len({row["question"] for row in ROWS}) == 400
    assert min(Counter(row["kinds"][0] for row in ROWS).values()) >= 16
    assert Counter(row["half"] for row in ROWS) == {"dev": 200, "test": 200}


@pytest.mark.parametrize("half", ["dev", "test"])
def test_a_source_that_is_good_for_it_is_among_the_first_three(half: str) -> None:
    rows = [row for row in ROWS if row["half"] == half]
    missed = [(row["kinds"], row["question"], chosen(row["question"])) for row in rows if not found(row)]
    assert recall(rows) >= 0.95, missed


@pytest.mark.parametrize("half", ["dev", "test"])
def test_so_it_is_without_the_general_questions(half: str) -> None:
    assert recall([row for row in ROWS if row["half"] == half and row["kinds"] != ["general"]]) >= 0.95


@pytest.mark.parametrize("lang", LANGUAGES)
def test_in_each_language(lang: str) -> None:
    assert recall([row for row in ROWS if row["lang"] == lang and row["kinds"] != ["general"]]) >= 0.9


def test_no_question_is_asked_of_more_than_five_sources() -> None:
    assert max(len(chosen(row["question"])) for row in ROWS) <= MOST
    assert all(len(chosen(row["question"])) >= FIRST for row in ROWS)


def test_a_general_question_is_seldom_taken_for_a_special_one() -> None:
    general = [row for row in ROWS if row["kinds"] == ["general"]]
    wide = {one.name for one in sources() if "general" in policy_of(one).kinds}
    assert sum(set(chosen(row["question"])) <= wide for row in general) >= 0.8 * len(general)


def test_a_twin_that_asks_the_general_sources_alone_finds_too_few() -> None:
    first = [one.name for one in sources() if "general" in policy_of(one).kinds][:FIRST]
    special = [row for row in ROWS if row["kinds"] != ["general"]]
    assert sum(not acceptable(row).isdisjoint(first) for row in special) < 0.3 * len(special)


def test_no_question_is_a_near_copy_of_an_example() -> None:
    examples = [set(features(text, 1 << 20)) for one in sources() for text in policy_of(one).examples]
    for row in ROWS:
        own = set(features(row["question"], 1 << 20))
        assert max(len(own & one) / len(own | one) for one in examples) < 0.7, row["question"]
