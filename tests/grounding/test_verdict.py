"""From readings of premises to a verdict, a probability and the spans to cite."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers.sample_evidence import document, evidence
from research_agent.grounding.premises import Overlap, Premise
from research_agent.grounding.spans import find_quotes
from research_agent.grounding.verdict import PARTLY, REFUSING, SUPPORTED, VETOES, Reading, judge_claim

ENTAILED, REFUTED, SILENT = (6.0, -3.0, -3.0), (-3.0, 6.0, -3.0), (-3.0, -3.0, 6.0)
SURE, DOUBTFUL = (3.0, 0.0, 0.0), (1.2, 0.0, 0.0)  # log-odds of 2.3 and .5
ALTERED = frozenset({"altered name"})
PAGE = "The Lumen is a river of Arvel. It is 412 kilometres long. Boats carry salt."


def reading(
    logits: tuple[float, ...] | None,
    *sentences: int,
    coverage: float = 0.8,
    vetoes: frozenset[str] = frozenset(),
    page: str = PAGE,
    near: bool = False,
    copied: bool = False,
) -> Reading:
    quotes = find_quotes(evidence(document(page, title="Lumen")))
    chosen = tuple(quotes[at] for at in sentences or (0,))
    overlap = Overlap(coverage, coverage, coverage, coverage, near)
    return Reading(Premise(chosen, chosen[0]), overlap, vetoes, logits, copied)


def test_the_best_premise_decides() -> None:
    judgement = judge_claim([reading(SILENT, 2, coverage=0.1), reading(ENTAILED, 0)])
    assert (judgement.verdict, judgement.by, judgement.veto) == ("supported", "judge", "")
    assert [quote.text for _, quote in judgement.quotes] == ["The Lumen is a river of Arvel."]
    assert judgement.score == pytest.approx(reading(ENTAILED, 0).score, abs=1e-4)


def test_the_shortest_premise_that_is_enough_is_cited() -> None:
    judgement = judge_claim([reading(ENTAILED, 0, 1, 2), reading(ENTAILED, 1)])
    assert [quote.text for _, quote in judgement.quotes] == ["It is 412 kilometres long."]


def test_another_document_that_says_it_too_is_cited_beside() -> None:
    judgement = judge_claim([reading(ENTAILED, 0), reading(ENTAILED, 0, page="The river Lumen flows in Arvel.")])
    assert len({quote.document.id for _, quote in judgement.quotes}) == 2


def test_what_one_document_says_alone_is_not_cited_to_another_read_with_it() -> None:
    one, other = reading(ENTAILED, 0), reading(ENTAILED, 0, page="The river Lumen flows in Arvel.")
    both = Premise((*one.premise.quotes, *other.premise.quotes), one.premise.best)
    together = Reading(both, one.overlap, frozenset(), ENTAILED)
    assert [quote for _, quote in judge_claim([one, together]).quotes] == list(one.premise.quotes)
    assert [quote for _, quote in judge_claim([together]).quotes] == list(both.quotes)


def test_no_words_in_common_need_a_surer_model_than_all_words() -> None:
    scores = [reading((2.0, 0.0, 0.0), coverage=share).score for share in (0.0, 0.5, 1.0)]
    assert scores == sorted(scores)
    assert scores[0] < SUPPORTED < scores[-1]


def test_of_a_near_copy_the_model_decides_and_not_the_words() -> None:
    assert judge_claim([reading(ENTAILED, coverage=1.0, near=True)]).verdict == "supported"
    assert judge_claim([reading(SILENT, coverage=1.0, near=True)]).verdict == "unsupported"
    assert reading(SILENT, coverage=1.0, near=True).score < reading(SILENT, coverage=1.0).score


def test_an_altered_copy_is_lowered_once_however_it_was_altered() -> None:
    one, two = (reading(ENTAILED, vetoes=kinds, near=True) for kinds in (ALTERED, ALTERED | {"altered tense"}))
    assert one.score == two.score < reading(ENTAILED, near=True).score
    assert judge_claim([one, reading(ENTAILED, 1)]).verdict != "supported"
    assert judge_claim([one, reading(ENTAILED, near=True)]).verdict == "supported"


@pytest.mark.parametrize("kind", sorted(REFUSING))
def test_what_the_model_overlooks_refuses_a_copy_however_sure_it_is(kind: str) -> None:
    assert judge_claim([reading(SURE, coverage=1.0, vetoes=frozenset({kind}), near=True)]).verdict != "supported"


@pytest.mark.parametrize("kind", ["hedge", "limit", "order", "quantity", "tense", "qualifier"])
def test_of_other_alterations_the_model_decides_and_doubt_refuses(kind: str) -> None:
    sure, doubtful = (
        reading(logits, coverage=1.0, vetoes=frozenset({f"altered {kind}"}), near=True) for logits in (SURE, DOUBTFUL)
    )
    assert judge_claim([sure]).verdict == "supported"
    assert judge_claim([doubtful]).verdict != "supported"
    assert judge_claim([replace(sure, logits=None, copied=True)]).verdict != "supported"


def test_a_copy_that_the_model_doubts_is_refused_unaltered_too() -> None:
    """The broken twin: its words alone would carry it."""
    doubtful = reading(DOUBTFUL, coverage=1.0, near=True)
    assert doubtful.score >= SUPPORTED
    assert judge_claim([doubtful]).verdict == "partly"


@pytest.mark.parametrize("kind", [*VETOES, "altered name", "altered order"])
def test_each_veto_lowers_the_score(kind: str) -> None:
    free, vetoed = reading(ENTAILED), reading(ENTAILED, vetoes=frozenset({kind}))
    assert vetoed.score < free.score
    assert judge_claim([reading(SILENT, vetoes=frozenset({kind}))]).veto == kind


def test_a_source_that_says_otherwise_is_quoted() -> None:
    judgement = judge_claim([reading(REFUTED, 1, 0, coverage=0.9), reading(SILENT, 2, coverage=0.1)])
    assert judgement.verdict == "contradicted"
    assert [quote.text for _, quote in judgement.quotes] == ["It is 412 kilometres long."]
    assert judgement.score < SUPPORTED


def test_of_premises_that_say_otherwise_the_shortest_is_quoted() -> None:
    longer, short = reading((-3.0, 7.0, -3.0), 2, 1), reading(REFUTED, 1)
    assert [quote.text for _, quote in judge_claim([longer, short]).quotes] == ["It is 412 kilometres long."]


def test_a_source_of_another_matter_contradicts_nothing() -> None:
    assert judge_claim([reading(REFUTED, coverage=0.1)]).verdict == "unsupported"


def test_between_the_thresholds_it_is_partly_said() -> None:
    readings = [reading((logit, 0.0, 0.0), coverage=0.8) for logit in (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0)]
    partly = [one for one in readings if PARTLY <= one.score < SUPPORTED]
    assert partly
    assert all(judge_claim([one]).verdict == "partly" and judge_claim([one]).quotes for one in partly)


def test_without_a_model_only_a_copy_without_a_veto_is_supported() -> None:
    assert judge_claim([reading(None, coverage=1.0, copied=True)]).verdict == "supported"
    assert judge_claim([reading(None, coverage=1.0)]).verdict != "supported"
    assert judge_claim([reading(None, coverage=1.0, copied=True, vetoes=frozenset({"limit"}))]).verdict != "supported"


def test_nothing_read_is_unsupported() -> None:
    assert (judge_claim([]).verdict, judge_claim([]).score, judge_claim([]).quotes) == ("unsupported", 0.0, ())
