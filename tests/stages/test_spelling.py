"""One letter wrong: the word that the articles hold takes its place, and only when no source knows the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from helpers.sample_evidence import document, evidence
from research_agent.stages.spelling import correct, variants

pytestmark = pytest.mark.anyio

ARTICLES = {"photosynthesis": 40, "einstein": 30, "earthquakes": 9, "democracy": 80, "mitosis": 4, "meiosis": 4}
ARTICLES |= {"volcano": 20, "quasar": 3, "river": 100, "rivers": 100, "planet": 50, "plane": 60, "planets": 50}
ARTICLES |= {"deadlie": 7}  # which is "deadly" without its ending
ARTICLES |= {"newton": 40, "isaac": 9, "isaac newton": 8, "flan": 2}


async def frequencies(words: Iterable[str]) -> Mapping[str, int]:
    return {word: ARTICLES.get(word, 0) for word in words}


@pytest.mark.parametrize(
    ("question", "corrected"),
    [
        ("What is photosynthsis?", "What is photosynthesis?"),
        ("What is phtosynthesis?", "What is photosynthesis?"),
        ("What is photosynthesiss?", "What is photosynthesis?"),
        ("What is photosynhtesis?", "What is photosynthesis?"),
        ("What is photosinthesis?", "What is photosynthesis?"),
        ("Who was Albert Eistein?", "Who was Albert Einstein?"),
        ("how do erthquakes happen", "how do earthquakes happen"),
        ("What is democarcy?", "What is democracy?"),
        ("mitosys and meisis", "mitosis and meiosis"),
        ("What is a vulcano?", "What is a volcano?"),
        ("QUASR", "Quasar"),
        ("Which plannet is red?", "Which planet is red?"),
        ("Who was Isac Newton?", "Who was Isaac Newton?"),
    ],
)
async def test_a_word_that_is_one_letter_away_is_corrected(question: str, corrected: str) -> None:
    correction = await correct(question, (), frequencies)
    assert correction is not None
    assert correction.apply(question) == corrected


@pytest.mark.parametrize(
    "question",
    [
        "What is photosynthesis?",
        "What is the Blorptangle effect?",
        "What is phtosynthsis?",  # two letters
        "Why rver?",  # too short to tell
        "What is Plano?",  # a name; changing a letter would make it plane
        "What is Isac?",  # a short name of its own
        "What is the Flna of Newton?",  # never beside it
        "What is C++?",
        "What is the deadline?",  # frequent elsewhere, if not in the articles
        "¿Qué es la fotosíntesis?",
        "",
    ],
)
async def test_what_is_known_or_unknown_altogether_stays(question: str) -> None:
    assert await correct(question, (), frequencies) is None


async def test_a_word_that_a_source_speaks_of_is_right() -> None:
    found = evidence(document("The Einstien family lived in Arvel.", title="Einstien"))
    assert await correct("Who was Einstien?", found, frequencies) is None


async def test_without_an_encyclopedia_nothing_is_corrected() -> None:
    async def none(words: Iterable[str]) -> Mapping[str, int]:
        return {}

    assert await correct("What is photosynthsis?", (), none) is None


def test_variants_are_one_letter_away() -> None:
    assert {"ab", "bac", "abcd", "abcz", "ac"} <= set(variants("abc"))
    assert not {"abc", "xbc"} & set(variants("abc"))
    assert "mitosis" in variants("mitosys")
    assert len(variants("photosynthsis")) < 800
