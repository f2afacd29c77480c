"""0 of 1,000 altered quotes stand, every true one does; and what easier checks would have let through."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpers import altered_bundles
from research_agent.memory.verification.bundle_reader import parse_bundle
from research_agent.memory.verification.verify import TurnRecord, Verdict, check, difference
from research_agent.types import Document

ANSWER = altered_bundles.answer_from(altered_bundles.DOCUMENTS[:5])


def record() -> TurnRecord:
    return parse_bundle(altered_bundles.bundle(ANSWER), "b").records[0]


def verdicts(found: altered_bundles.Bundle) -> list[Verdict]:
    parsed = parse_bundle(found, "b")
    assert not [fault for fault in parsed.faults if fault.place == "the file"], "its own hash is right"
    return [check(one) for one in parsed.records]


def checks(changed: TurnRecord) -> set[str]:
    return {fault.check for fault in check(changed).faults}


def test_true_quotes_stand() -> None:
    answers = [
        altered_bundles.answer_from(altered_bundles.DOCUMENTS[at : at + 3], number)
        for number, at in enumerate(range(len(altered_bundles.DOCUMENTS)), 1)
    ]
    found = verdicts(altered_bundles.bundle(*answers))
    assert [verdict.faults for verdict in found] == [()] * len(answers)
    quotes = sum(verdict.quotes for verdict in found)
    assert quotes == sum(verdict.standing for verdict in found) >= 60


@pytest.mark.parts
def test_true_quotes_of_the_encyclopedia_stand(parts_home: Path) -> None:
    import apsw

    db = apsw.Connection(str(parts_home / "parts/encyclopedia/encyclopedia.db"), flags=apsw.SQLITE_OPEN_READONLY)
    rows = db.execute("SELECT title, text FROM article WHERE id % 40 = 7").fetchall()
    documents = [
        Document(source="e", title=str(title), url="u", text=str(text), retrieved="2026") for title, text in rows
    ]
    quotes = 0
    for one, two in zip(documents[::2], documents[1::2], strict=False):
        (verdict,) = verdicts(altered_bundles.bundle(altered_bundles.answer_from([one, two])))
        assert verdict.faults == (), one.title
        quotes += verdict.quotes
    assert quotes > 400


Altered = list[tuple[str, altered_bundles.Bundle]]


@pytest.fixture(scope="module")
def a_thousand() -> Altered:
    return altered_bundles.altered(altered_bundles.bundle(ANSWER), 1000, seed=20261123)


def test_none_of_1000_altered_quotes_stands(a_thousand: Altered) -> None:
    kinds = Counter(name for name, _ in a_thousand)
    assert sum(kinds.values()) == 1000
    assert set(kinds) == {alter.__name__ for alter in altered_bundles.ALTERATIONS}
    assert min(kinds.values()) >= 1000 // len(altered_bundles.ALTERATIONS)
    accepted = [
        name for name, found in a_thousand if all(verdict.standing == verdict.quotes for verdict in verdicts(found))
    ]
    assert accepted == []
    assert not any(verdict.holds for _, found in a_thousand for verdict in verdicts(found))


def citations(found: altered_bundles.Bundle) -> Iterator[tuple[dict[str, Any], str]]:
    texts = {one["sha256"]: one["text"] for one in found["documents"]}
    for turn in found["turns"]:
        for cited in turn["answer"]["citations"]:
            yield cited, texts.get(cited["document"], "")


def fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def test_broken_twin_a_folded_substring_is_not_enough(a_thousand: Altered) -> None:
    twin = Counter(
        name for name, found in a_thousand if all(fold(one["quote"]) in fold(text) for one, text in citations(found))
    )
    assert twin["other_case"] > 30
    assert twin["whitespace"] > 30
    assert twin["offsets_shifted"] > 30
    assert twin["source_and_quote"] > 30


def test_broken_twin_without_hashes_an_altered_source_passes(a_thousand: Altered) -> None:
    twin = Counter(
        name
        for name, found in a_thousand
        if all(text[one["start"] : one["end"]] == one["quote"] for one, text in citations(found))
    )
    assert twin["source_text"] > 10
    assert twin["source_and_quote"] > 30
    assert set(twin) <= {"source_text", "source_and_quote", "hash_altered"}


def first(changed: TurnRecord, **fields: Any) -> TurnRecord:
    return replace(changed, citations=(replace(changed.citations[0], **fields), *changed.citations[1:]))


def test_each_thing_that_is_checked() -> None:
    whole = record()
    assert checks(whole) == set()
    one = whole.citations[0]
    assert checks(first(whole, url="https://evil.example")) == {"origin"}
    assert checks(first(whole, title="Another")) == {"origin"}
    assert checks(first(whole, source="hackernews")) == {"origin"}
    assert checks(first(whole, document="0" * 64)) >= {"document", "number"}
    assert checks(first(whole, start=-1)) == {"range"}
    assert checks(first(whole, start=one.end, quote="")) == {"range"}
    assert checks(first(whole, end=10**12)) == {"range"}
    assert "number" in checks(first(whole, n=2))
    assert "mark" in checks(first(whole, sentence=(one.sentence[0], one.sentence[1] - 1)))
    assert "sentence" in checks(first(whole, sentence=(-5, one.sentence[1])))
    assert "sentence" in checks(first(whole, sentence=(one.sentence[1], one.sentence[0])))
    assert checks(replace(whole, documents=())) == {"document"}
    assert checks(replace(whole, documents=(replace(whole.documents[0], text=None), *whole.documents[1:]))) == {
        "document"
    }


def test_a_sentence_that_is_neither_cited_nor_listed_is_found() -> None:
    whole = record()
    assert whole.unsupported
    assert checks(replace(whole, unsupported=())) == {"coverage"}
    assert checks(replace(whole, text=f"{whole.text} And this.")) == {"coverage"}
    assert checks(replace(whole, text=f"{whole.text} And this. [1]")) == {"coverage", "mark"}
    assert "coverage" in checks(replace(whole, citations=whole.citations[1:]))


def test_a_mark_without_a_citation_is_found() -> None:
    whole = record()
    assert checks(replace(whole, text=f"{whole.text} [1]")) == {"mark"}
    assert checks(replace(whole, text=f"{whole.text} [7]")) == {"mark"}


def test_a_span_over_two_sentences_is_found() -> None:
    text = "Whales sing opera in winter. The Lumen is long. [1]"
    document = Document(source="s", title="Lumen", url="u", text="The Lumen is long.", retrieved="2026")
    answer = replace(altered_bundles.answer_from([document], invented=""), text=text)
    (cited,) = answer.citations
    whole = replace(answer, citations=(replace(cited, sentence=(29, 47)),), unsupported=((0, 28),))
    assert verdicts(altered_bundles.bundle(whole))[0].holds
    grown = replace(answer, citations=(replace(cited, sentence=(0, 47)),), unsupported=())
    assert [fault.check for fault in verdicts(altered_bundles.bundle(grown))[0].faults] == ["sentence"]


def test_numbers_follow_the_first_mention() -> None:
    whole = record()
    swap = {1: 2, 2: 1}
    swapped = tuple(replace(cited, n=swap.get(cited.n, cited.n)) for cited in whole.citations)
    text = whole.text.replace("[1]", "[x]").replace("[2]", "[1]").replace("[x]", "[2]")
    assert checks(replace(whole, citations=swapped, text=text)) == {"number"}


def test_a_list_is_covered_and_what_found_nothing_claims_nothing() -> None:
    document = Document(source="s", title="Lumen", url="u", text="The Lumen is long. It is old.", retrieved="2026")
    answer = altered_bundles.answer_from(
        [document], invented="\n\n# Heading\n\n1. The Lumen is long.\n- Whales sing.\n"
    )
    assert verdicts(altered_bundles.bundle(answer))[0].faults == ()
    nothing = replace(answer, text="Nothing was found. Ask again.", status="none", citations=(), unsupported=())
    assert verdicts(altered_bundles.bundle(nothing))[0].holds
    assert not verdicts(altered_bundles.bundle(replace(nothing, status="complete")))[0].holds


def test_a_partly_supported_sentence_may_be_cited_and_listed() -> None:
    whole = record()
    both = replace(whole, unsupported=tuple(sorted({*whole.unsupported, whole.citations[0].sentence})))
    assert checks(both) == set()


def test_the_difference_is_told_by_the_characters_numbers() -> None:
    assert difference("one", "onе") == "from character 2: U+0435 where U+0065 is expected"
    assert difference("one", "on") == "from character 2: the end where U+0065 is expected"
