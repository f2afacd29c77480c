"""The sentence that answers leads the answer, unless it would be torn from its place."""

from __future__ import annotations

import math

import pytest

from helpers.sample_evidence import document
from research_agent.stages.lead import led_by_answer, logits_of_quotes
from research_agent.types import Citation, Evidence, Passage

ABOUT, DEEP, COLD = "The Lumen is a lake.", "The Lumen is 90 metres deep.", "The lake is cold."


def led(text: str, *sentences: str, logits: tuple[float, ...]) -> str:
    return led_by_answer(text, sentences, logits, least=0.0)


@pytest.mark.parametrize("logits", [(-2.0, 3.0, -1.0), (1.0, 3.0, 0.0)])
def test_the_one_that_answers_best_goes_first(logits: tuple[float, ...]) -> None:
    assert led(f"{ABOUT} {DEEP} {COLD}", ABOUT, DEEP, COLD, logits=logits) == f"{DEEP} {ABOUT} {COLD}"
    assert led(f"{ABOUT}\n\n{DEEP}", ABOUT, DEEP, logits=logits[:2]) == f"{DEEP} {ABOUT}"


@pytest.mark.parametrize(
    "logits", [(3.0, -2.0, -1.0), (2.8, 3.0, 0.0), (-3.0, -2.0, -1.0)], ids=["first", "as well", "none"]
)
def test_where_the_first_answers_or_none_does_all_stays(logits: tuple[float, ...]) -> None:
    text = f"{ABOUT} {DEEP} {COLD}"
    assert led(text, ABOUT, DEEP, COLD, logits=logits) == text


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (f"{ABOUT} It is 90 metres deep.", (ABOUT, "It is 90 metres deep.")),
        (f"{ABOUT} {DEEP} It is cold.", (ABOUT, DEEP, "It is cold.")),
        (f"Yes. {ABOUT} {DEEP}", (ABOUT, DEEP)),
        (f"# Lumen\n{ABOUT} {DEEP}", (ABOUT, DEEP)),
        (f"{ABOUT}\n- {DEEP}\n- {COLD}", (ABOUT, DEEP, COLD)),
        (f"{ABOUT} {DEEP} {DEEP}", (ABOUT, DEEP)),
        ("", ()),
    ],
)
def test_what_would_be_torn_from_its_place_stays(text: str, sentences: tuple[str, ...]) -> None:
    logits = tuple(3.0 if "90" in sentence else -2.0 for sentence in sentences)
    assert led(text, *sentences, logits=logits) == text


def test_a_sentence_answers_as_what_it_quotes_does() -> None:
    text = f"{ABOUT} {DEEP}"
    source = document(text)
    spans = ((0, len(ABOUT), -2.0), (len(ABOUT) + 1, len(text), 3.0))
    found = Evidence("e1", Passage(source, 0, len(text)), 1.0, sentences=spans)
    cited = [
        Citation(
            n=1, sentence=(start, end), document=source.id, title="", url="", source="", quote="", start=start, end=end,
            score=1.0,
        )
        for start, end, _ in spans
    ]  # fmt: skip
    assert logits_of_quotes(text, cited, [found]) == {ABOUT: -2.0, DEEP: 3.0}
    assert logits_of_quotes(text, cited, []) == {ABOUT: -math.inf, DEEP: -math.inf}
