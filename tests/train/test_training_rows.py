"""Training rows: the same for the same seed, a true twin beside each false one, evidence shaped like use."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from research_agent.text.sentences import sentence_spans
from research_agent_devtools.samples.falsehoods import FALSEHOODS, NOT_SAID
from research_agent_devtools.samples.leads import Lead, read_leads
from research_agent_devtools.samples.places import Place
from research_agent_train.rows.build import ABSENT, QUESTION, Row, build
from research_agent_train.rows.claims import reword
from research_agent_train.rows.evidence import MOST_WORDS, Neighbours, gather, recall, without

LEADS = 700  # of the dev split: enough for each kind


@pytest.fixture(scope="module")
def leads(parts_home: Path) -> list[Lead]:
    return read_leads(parts_home / "parts", "dev")[:LEADS]


@pytest.fixture(scope="module")
def rows(leads: list[Lead]) -> list[Row]:
    return list(build(leads, seed=13, limit=2_000))


@pytest.mark.variant
@pytest.mark.parts
def test_the_same_seed_gives_the_same_rows(leads: list[Lead], rows: list[Row]) -> None:
    assert list(build(leads, seed=13, limit=2_000)) == rows
    assert any(other != row for other, row in zip(build(leads, seed=14, limit=2_000), rows, strict=False))


@pytest.mark.parts
def test_each_false_row_has_a_true_twin_with_another_claim_or_other_evidence(rows: list[Row]) -> None:
    pairs: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        pairs[row.pair].append(row)
    for false, true in pairs.values():
        assert (false.label == "supported", true.label) == (False, "supported")
        assert false.title == true.title
        if false.kind in {ABSENT, QUESTION}:
            assert false.claim == true.claim
            assert false.evidence != true.evidence
        else:
            assert false.claim != true.claim
            assert false.evidence == true.evidence
            assert false.label == ("nei" if false.kind in NOT_SAID else "refuted")


@pytest.mark.parts
def test_no_false_claim_stands_in_its_evidence(rows: list[Row]) -> None:
    assert [row.claim for row in rows if row.label == "refuted" and row.claim in row.evidence] == []


@pytest.mark.parts
def test_every_kind_is_there_and_none_is_most(rows: list[Row]) -> None:
    counts = Counter(row.kind for row in rows if row.label != "supported")
    assert set(counts) == {*FALSEHOODS, ABSENT, QUESTION}
    assert max(counts.values()) < 0.2 * counts.total()


@pytest.mark.parts
def test_rewording_is_no_sign_of_truth(leads: list[Lead]) -> None:
    rng = random.Random(5)
    reworded = Counter[bool]()
    for lead in leads[:200]:
        sentence = lead.sentences[0]
        place = Place(sentence, lead.title, lead.text, "")
        false = FALSEHOODS["negation"](place, rng)
        if false:
            (one, two), steps = reword([place, Place(false, lead.title, lead.text, "")], rng)
            assert (one != sentence, two != false) == (bool(steps), bool(steps))
            reworded[bool(steps)] += 1
    assert reworded[True] > reworded[False]


SENTENCES = tuple(f"{n} sentence about Bergen says something of its own." for n in "One Two Three Four Five".split())
LEAD = Lead("Bergen", "City in Norway", "Geography", "", SENTENCES)


def test_evidence_holds_what_is_needed_in_the_order_of_the_lead() -> None:
    lengths = set()
    for seed in range(60):
        text = gather(LEAD, [1, 2], random.Random(seed), None)
        assert 0 <= text.index("Two sentence") < text.index("Three sentence")
        assert len(text.split()) <= MOST_WORDS
        lengths.add(len(sentence_spans(text.removeprefix("Bergen: "))))
    assert lengths == {2, 3, 4}


def test_evidence_without_the_sentence_does_not_hold_it() -> None:
    claim = "The harbour freezes in January"
    found = [without(LEAD, [2], claim, random.Random(seed), None) for seed in range(30)]
    assert any(found)
    assert all("Three sentence" not in text for text in found if text)


def test_evidence_that_says_most_of_the_claim_is_not_absence() -> None:
    claim = "One sentence about Bergen says something."
    assert all(without(LEAD, [1], claim, random.Random(seed), None) is None for seed in range(30))
    assert recall(claim, "One sentence about Bergen says something of its own.") == 1.0


def test_a_neighbour_shares_rare_words_and_is_another_lead() -> None:
    leads = [
        Lead("Oboe", "", "", "", ("The oboe is a woodwind instrument with a double reed.",)),
        Lead("Bassoon", "", "", "", ("The bassoon is a woodwind instrument with a double reed.",)),
        Lead("Bergen", "", "", "", ("Bergen is a city that lies on the coast of Norway.",)),
    ]
    assert Neighbours(leads).nearest(leads[0].sentences[0], "Oboe") == ("Bassoon", leads[1].sentences[0])
    assert Neighbours(leads).nearest(leads[2].sentences[0], "Bergen") is None
