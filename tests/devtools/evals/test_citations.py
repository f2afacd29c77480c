"""The citations eval: alterations alter, the product refuses them, and naive checks are seen to accept them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from helpers.sample_evidence import RIVER, document
from research_agent_devtools.evals import Request, evaluate
from research_agent_devtools.evals.alterations import CLAIMS, QUOTES, Place
from research_agent_devtools.evals.citations import by_prompt_only, by_substring_without_numbers, by_word_overlap, cases
from research_agent_devtools.samples.falsehoods import FALSEHOODS

pytestmark = pytest.mark.anyio

SENTENCE = "It is 412 kilometres long and carries 60 million tonnes of sand a year."


@pytest.mark.parametrize(
    ("kind", "sentence", "altered"),
    [
        ("digits", "It is 412 long.", "It is 421 long."),
        ("digits", "It is 11 long.", "It is 12 long."),
        ("paraphrase", "The large river is located there.", "The big river is found there."),
        ("translation", "The source of the river", "The source de el river"),
        ("number in words", "It has two arms.", "It has three arms."),
        ("negation", "It is long.", "It is not long."),
        ("negation", "It is not long.", "It is long."),
        ("opposite", "It is the largest river.", "It is the smallest river."),
        ("name", "It flows to Arvel in winter.", "It flows to Ondra in winter."),
        ("two sentences joined", "It is long.", "It is long. It ends."),
    ],
)
def test_what_is_altered(kind: str, sentence: str, altered: str) -> None:
    text = f"{sentence} It freezes. It ends." if kind == "two sentences joined" else sentence
    place = Place(sentence, "Lumen", text, "Ondra")
    assert {**QUOTES, **CLAIMS}[kind](place, random.Random(1)) == altered


@pytest.mark.parametrize("kind", [*CLAIMS, "digits", "paraphrase", "two sentences joined"])
def test_where_there_is_nothing_to_alter_nothing_is_made_up(kind: str) -> None:
    place = Place("it runs there", "Lumen", "it runs there", "Ondra")
    assert {**QUOTES, **CLAIMS}[kind](place, random.Random(1)) is None


def test_cases_are_the_same_for_a_seed_and_never_words_of_the_article() -> None:
    articles = [document(f"{RIVER} It was first seen in May {year}.", title=f"Town{chr(97 + year % 26)}stead")
                for year in range(1700, 1760)]  # fmt: skip
    made = list(cases(articles, {**QUOTES, **CLAIMS}, 66, 4))
    assert made == list(cases(articles, {**QUOTES, **CLAIMS}, 66, 4)) != list(cases(articles, CLAIMS, 66, 5))
    assert len({case.kind for case in made}) > 6
    assert all(case.true in case.document.text and case.altered not in case.document.text for case in made)


@pytest.mark.parts
@pytest.mark.judge
async def test_altered_quotes_and_claims_are_refused(parts_home: Path) -> None:
    """A small slice for real; each naive check accepts what the product refuses."""
    found = await evaluate("citations", Request(limit=30, home=parts_home))
    assert found.n == 30
    assert found.metrics["altered_quotes_accepted"] == found.metrics["true_quotes_rejected"] == 0
    assert found.metrics["true_claims_unsupported"] == 0
    for kind in ("number", "name", "negation"):
        row = found.groups[f"claim: {kind}"]
        assert row["supported"] == 0
        assert row["by_prompt_only"] == row["n"]
        assert row["word_overlap"] > 0
    assert found.metrics["falsehoods"] >= len(FALSEHOODS) / 2
    assert found.groups["class: negation"]["n"] == 1
    assert found.groups["claim: number"]["substring_without_numbers"] > 0


def test_the_broken_twins_accept_a_false_figure() -> None:
    false = SENTENCE.replace("412", "421")
    assert by_prompt_only(false, document())
    assert by_word_overlap(false, document())
    assert by_substring_without_numbers(false, document())
    assert not by_word_overlap("Bread is baked in ovens.", document())
