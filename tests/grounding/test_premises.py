"""The spans that a claim is held against: the best alone, each document's together, and all together."""

from __future__ import annotations

from collections.abc import Sequence

from helpers.sample_evidence import document, evidence
from research_agent.grounding.claims import Statement, parse_statement
from research_agent.grounding.premises import Premise, coverage, find_premises, trimmed
from research_agent.grounding.spans import find_quotes

LUMEN = "The Lumen is a river of Arvel. It rises in the Ostra hills. Boats carry salt. It is 412 kilometres long."
SARNOW = "Sarnow is a town at the mouth of the Lumen. Its harbour was opened in 1903."


def premises(sentence: str, *texts: str, cosines: Sequence[float] | None = None) -> tuple[Statement, list[Premise]]:
    quotes = find_quotes(evidence(*(document(text, title=f"Page {at}") for at, text in enumerate(texts))))
    claim = parse_statement(sentence)
    return claim, find_premises(claim, quotes, cosines or [0.0] * len(quotes))


def test_a_claim_is_held_against_few_spans_of_each_document_and_of_all() -> None:
    _, found = premises("The river Lumen is 412 kilometres long and ends at Sarnow.", LUMEN, SARNOW)
    assert len(found) <= 6
    assert len({premise.text for premise in found}) == len(found)
    documents = [{quote.document.title for quote in premise.quotes} for premise in found]
    assert {"Page 0"} in documents
    assert {"Page 1"} in documents
    assert {"Page 0", "Page 1"} in documents


def test_spans_are_read_in_the_order_of_the_page_under_its_title() -> None:
    _, found = premises("It is 412 kilometres long and rises in the Ostra hills.", LUMEN)
    together = max(found, key=lambda premise: len(premise.quotes))
    starts = [quote.start for quote in together.quotes]
    assert starts == sorted(starts)
    assert together.text.startswith("Page 0: The Lumen")
    assert together.text.count("Page 0") == 1


def test_a_sentence_that_points_back_brings_the_one_before_it() -> None:
    _, found = premises("rises in the hills", LUMEN)
    alone = next(premise for premise in found if premise.best.text.startswith("It rises"))
    assert "The Lumen is a river" in alone.text


def test_its_best_sentence_may_be_the_one_before_it() -> None:
    _, found = premises("The Lumen is a lake of Arvel.", "The Lumen is a river of Arvel. It rises in the hills.")
    assert all(premise.best.text.startswith("The Lumen is") for premise in found if len(premise.quotes) > 1)


def test_the_meaning_chooses_where_no_word_is_shared() -> None:
    _, blind = premises("Ships transport minerals.", LUMEN)
    _, seeing = premises("Ships transport minerals.", LUMEN, cosines=[0.1, 0.1, 0.8, 0.1])
    assert seeing[0].best.text == "Boats carry salt."
    assert blind[0].best.text != "Boats carry salt."


def test_coverage_is_the_share_of_the_weight_of_the_words() -> None:
    claim = parse_statement("The Lumen is 412 kilometres long.")
    assert coverage(claim, frozenset(word.stem for word in claim.words)) == 1
    assert 0 < coverage(claim, frozenset({"long"})) < coverage(claim, frozenset({"412"})) < 1
    assert coverage(parse_statement("It is."), frozenset()) == 0


def test_what_adds_no_word_is_trimmed() -> None:
    claim, found = premises("The Lumen is 412 kilometres long.", LUMEN)
    together = max(found, key=lambda premise: len(premise.quotes))
    short = trimmed(claim, together)
    assert {quote.text for quote in short.quotes} == {"The Lumen is a river of Arvel.", "It is 412 kilometres long."}
    assert coverage(claim, short.terms) == coverage(claim, together.terms)


def test_without_evidence_there_is_no_premise() -> None:
    assert premises("The Lumen is long.") == (parse_statement("The Lumen is long."), [])
