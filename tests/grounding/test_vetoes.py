"""What may not differ between a claim and the spans that say it."""

from __future__ import annotations

import pytest

from helpers.sample_evidence import document, evidence
from research_agent.grounding.claims import parse_statement
from research_agent.grounding.spans import find_quotes
from research_agent.grounding.vetoes import find_vetoes


def vetoes(claim: str, source: str) -> frozenset[str]:
    quotes = find_quotes(evidence(document(source, title="A page")))
    known = frozenset(name for quote in quotes for name in quote.names)
    return find_vetoes(parse_statement(claim, known), quotes)


@pytest.mark.parametrize(
    ("claim", "source", "kind"),
    [
        ("The bridge was opened in 1904.", "The bridge was opened in 1903.", "figure"),
        ("The river is 412 miles long.", "The river is 412 kilometres long.", "unit"),
        ("The Lumen carries 106 tonnes.", "The Lumen carries 10^6 tonnes.", "figure"),
        ("The Lumen carries 106 tonnes.", "The Lumen carries 10⁶ tonnes.", "figure"),
        ("The Lumen carries 10^6 tonnes.", "The Lumen carries 106 tonnes.", "figure"),
        ("The Lumen carries 10 tonnes.", "The Lumen carries 10^6 tonnes.", "figure"),
        ("The Lumen drops 31/2 metres.", "The Lumen drops 3 1/2 metres.", "figure"),
        ("The Lumen drops 3 metres.", "The Lumen drops 3½ metres.", "figure"),
        ("The delta has 10 men.", "The delta has 10\u202f000 men.", "figure"),
        ("The delta covers 40 km.", "The delta covers 40 km^2.", "unit"),
        ("The bridge was built by Ada Brandt.", "The bridge was built by Ada Verne.", "name"),
        ("The bridge was not built by Verne.", "The bridge was built by Verne.", "negation"),
        ("The river freezes in winter.", "The river never freezes in winter.", "negation"),
        ("All rivers of Arvel freeze.", "Most rivers of Arvel freeze.", "quantity"),
        ("Sales in Arvel rose by 5 percent.", "Sales in Arvel fell by 5 percent.", "direction"),
        ("The drug reduces mortality.", "Critics deny that the drug reduces mortality.", "hedge"),
        ("Rivers of Arvel freeze in winter.", "Few rivers of Arvel freeze in winter.", "limit"),
        ("Poland invaded Germany in 1939.", "Germany invaded Poland in 1939.", "order"),
        ("Verne is the mayor of Sarnow.", "Verne was the mayor of Sarnow.", "tense"),
        ("Titan is the largest moon of the system.", "Titan is the second largest moon of the system.", "qualifier"),
        ("Arvel is a planet.", "Arvel is a dwarf planet in the outer belt.", "class"),
        ("Verne is the mayor of Sarnow.", "Verne is the former deputy mayor of Sarnow.", "class"),
        ("She opened the harbour of Sarnow.", "He opened the harbour of Sarnow.", "pronoun"),
        ("Arvel has 5 million inhabitants.", "As of 2020, Arvel has 5 million inhabitants.", "date"),
        ("Arvel has 412 wooden bridges.", "Arvel has 412 wooden bridges as of May 2019.", "date"),
        ("Its debt is 30 million crowns.", "As at 31 December 2018, its debt is 30 million crowns.", "date"),
    ],
)
def test_each_kind_of_difference_is_seen(claim: str, source: str, kind: str) -> None:
    assert {kind, f"altered {kind}"} & vetoes(claim, source)
    assert not vetoes(source, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Arvel has 5 million inhabitants as of 2020.", "As of 2020, Arvel has 5 million inhabitants."),
        ("In 2020 Arvel has 5 million inhabitants.", "As of 2020, Arvel has 5 million inhabitants."),
        ("Arvel is a quiet town of farmers.", "As of 2020, Arvel is a quiet town of farmers."),
    ],
)
def test_the_day_of_a_figure_may_be_said_in_other_words(claim: str, source: str) -> None:
    assert "altered date" not in vetoes(claim, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Arvel is a dwarf planet.", "Arvel is a dwarf planet in the outer belt."),
        ("The bridge of Arvel was closed.", "The former mayor said that the bridge of Arvel was closed."),
    ],
)
def test_a_word_that_undoes_another_may_be_left_out_with_it(claim: str, source: str) -> None:
    assert "altered class" not in vetoes(claim, source)


def test_the_name_of_the_sentence_beside_it_does_not_help_a_near_copy() -> None:
    source = "Its mouth was surveyed in 1867 by Ada Verne. The works were opened by Max Brandt."
    assert "altered name" in vetoes("Its mouth was surveyed in 1867 by Max Verne.", source)
    assert not vetoes("In 1867 Ada Verne surveyed the mouth, and the works were opened by Max Brandt.", source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The bridge cost 1.2 million euros.", "The bridge cost 1,200,000 euros."),
        ("The Lumen carries 10^6 tonnes.", "The Lumen carries 10⁶ tonnes."),
        ("The Lumen carries 1,000,000 tonnes.", "The Lumen carries 10^6 tonnes."),
        ("The Lumen drops 3.5 metres.", "The Lumen drops 3 1/2 metres."),
        ("The delta covers 40 square kilometres.", "The delta covers 40 km^2."),
        ("The delta has 10,000 men.", "The delta has 10\u202f000 men."),
        ("The bridge has three arches.", "The bridge has 3 arches."),
        ("The bridge was built by Verne.", "Verne built the bridge."),
        ("The harbour is used by ships.", "Ships use the harbour."),
    ],
)
def test_the_same_in_another_form_is_no_difference(claim: str, source: str) -> None:
    assert not vetoes(claim, source)
