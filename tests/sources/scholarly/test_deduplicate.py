"""The same paper met through several services becomes one document, and two papers never do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.paper_sources import SOURCES
from research_agent.sources import SourceSettings
from research_agent.sources.scholarly.deduplicate import merge_papers
from research_agent.sources.scholarly.identifiers import IDENTIFIERS
from research_agent.types import Document

ATTENTION = "Attention is all you need"


def paper(source: str, text: str = "It is so.", *, title: str = ATTENTION, year: str = "2017", author: str = "Ada Bell",
          **details: str) -> Document:  # fmt: skip
    return Document(
        source=source,
        title=title,
        url=f"https://{source}.example/{'-'.join(details.values())}",
        text=text,
        retrieved="2026-01-01T00:00:00+00:00",
        published=year or None,
        author=author or None,
        attribution=f"{author}, {source}",
        details=details,
    )


def ids(document: Document) -> dict[str, str | int | float]:
    return {kind: document.details[kind] for kind in IDENTIFIERS if kind in document.details}


def test_records_that_share_an_identifier_become_one_with_all_of_them() -> None:
    arxiv = paper("arxiv", "The abstract as arXiv has it.", arxiv="1706.03762")
    scholar = paper(
        "semanticscholar", "Short.", title="Other words", year="2018", arxiv="1706.03762", doi="10.1/a", s2="f" * 40
    )
    pubmed = paper("pubmed", "", title="", year="", author="", doi="10.1/a", pmid="7")
    (one,) = merge_papers([scholar, arxiv, pubmed])
    assert (one.source, one.text, one.title, one.url) == (arxiv.source, arxiv.text, arxiv.title, arxiv.url)
    assert ids(one) == {"arxiv": "1706.03762", "doi": "10.1/a", "pmid": "7", "s2": "f" * 40}
    assert one.details["also"] == "pubmed, semanticscholar"
    assert one.attribution == "Ada Bell, arxiv; also found through pubmed, semanticscholar"


def test_title_year_and_an_author_in_common_are_one_paper() -> None:
    one = paper("arxiv", author="Ashish Vaswani, Noam Shazeer", arxiv="1706.03762")
    two = paper(
        "openalex",
        "Longer than that.",
        title="Attention Is All You Need.",
        author="N. Shazeer, Ł. Kaiser",
        openalex="W1",
    )
    (merged,) = merge_papers([one, two])
    assert ids(merged) == {"arxiv": "1706.03762", "openalex": "W1"}
    assert merged.text == two.text
    accented = [paper("a", author="José Peña", doi="10.1/a"), paper("b", author="J. Pena", pmid="1")]
    assert len(merge_papers(accented)) == 1


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (paper("a", doi="10.1/a"), paper("b", year="2018", pmid="1")),
        (paper("a", doi="10.1/a"), paper("b", author="Cy Dean", pmid="1")),
        (paper("a", doi="10.1/a"), paper("b", title="Attention is not all you need", pmid="1")),
        (paper("a", doi="10.1/a"), paper("b", doi="10.1/b")),
        (paper("a", doi="10.1/a", pmid="1"), paper("b", pmid="2")),
        (paper("a", author="", doi="10.1/a"), paper("b", author="", pmid="1")),
        (paper("a", year="", doi="10.1/a"), paper("b", year="", pmid="1")),
        (paper("a", title="Editorial", doi="10.1/a"), paper("b", title="Editorial", pmid="1")),
        (paper("a", title="Letter to the editor", doi="10.1/a"), paper("b", title="Letter to the Editor", pmid="1")),
        (paper("a", doi="10.1/a"), paper("b")),
        (paper("a"), paper("b")),
        (paper("a", author="Ada Bell Jr", doi="10.1/a"), paper("b", author="Cy Dean Jr", pmid="1")),
    ],
)  # fmt: skip
def test_two_papers_stay_two(one: Document, two: Document) -> None:
    assert merge_papers([one, two]) == [one, two]


def test_arxivs_own_doi_is_no_other_paper_than_the_journals() -> None:
    preprint = paper("openalex", doi="10.48550/arxiv.1706.03762", arxiv="1706.03762")
    journal = paper("crossref", "", doi="10.1/a")
    (one,) = merge_papers([preprint, journal])
    assert one.details["doi"] == "10.48550/arxiv.1706.03762 10.1/a"


def test_what_could_be_either_of_two_papers_is_taken_for_neither() -> None:
    either, one, other = paper("a", pmid="1"), paper("b", doi="10.1/a"), paper("c", doi="10.1/b")
    assert merge_papers([one, either, other]) == [one, either, other]
    assert merge_papers([either, one]) != [either, one]


def test_what_is_no_paper_stays_as_it_is() -> None:
    page = replace(paper("wikipedia", "A page."), details={"pageid": 3, "doi": 7})
    assert merge_papers([page, page]) == [page, page]


def test_facts_of_another_records_text_stay_with_it() -> None:
    full = paper("europepmc", "Short.", doi="10.1/a", extent="full text", venue="J")
    (one,) = merge_papers([full, paper("pubmed", "Longer than that.", doi="10.1/a")])
    assert one.text == "Longer than that."
    assert "extent" not in one.details
    assert one.details["venue"] == "J"


def test_a_paper_met_again_later_keeps_its_credit_short() -> None:
    first = merge_papers([paper("a", "Longest of all.", doi="10.1/a"), paper("b", doi="10.1/a")])
    (one,) = merge_papers([*first, paper("c", doi="10.1/a")])
    assert one.attribution == "Ada Bell, a; also found through b, c"


FEW = st.sampled_from
PAPERS = st.lists(
    st.builds(
        paper,
        FEW(["arxiv", "crossref", "pubmed", "openalex"]),
        FEW(["", "a", "b", "aa", "aaa"]),
        title=FEW(["One two three", "One two four", "Editorial", ""]),
        year=FEW(["2017", "2018", ""]),
        author=FEW(["Ada Bell", "Bo Bell, Cy Dean", "Cy Dean et al.", "Ed Fox", ""]),
    ).flatmap(
        lambda document: st.dictionaries(
            FEW([*IDENTIFIERS, "also", "extent", "venue"]), FEW(["1", "2", "10.48550/arxiv.1", "2 3"]), max_size=3
        ).map(lambda details: replace(document, details=details))
    ),
    max_size=7,
)


def as_set(documents: Sequence[Document]) -> list[str]:
    return sorted(
        json.dumps({**vars(document), "details": dict(document.details), "id": 0}, sort_keys=True)
        for document in documents
    )


@given(PAPERS, st.randoms(use_true_random=False))
def test_the_order_changes_nothing_but_the_order(documents: list[Document], chance: Any) -> None:
    shuffled = list(documents)
    chance.shuffle(shuffled)
    assert as_set(merge_papers(shuffled)) == as_set(merge_papers(documents))


@given(PAPERS)
def test_merging_again_changes_nothing(documents: list[Document]) -> None:
    once = merge_papers(documents)
    assert merge_papers(once) == once


@given(PAPERS)
def test_each_text_is_one_that_was_fetched_and_no_identifier_is_lost_or_shared(documents: list[Document]) -> None:
    merged = merge_papers(documents)
    assert {document.text for document in merged} <= {document.text for document in documents}

    def known(some: Sequence[Document]) -> list[tuple[str, str]]:
        return [(kind, value) for one in some for kind, values in ids(one).items() for value in str(values).split()]

    assert set(known(merged)) == set(known(documents))
    found = [pair for one in merged for pair in set(known([one]))]
    assert len(found) == len(set(found))


def naive(documents: Sequence[Document]) -> list[Document]:
    """Each document joins the first earlier one that is like it: what it becomes hangs on who came first."""
    kept: list[Document] = []
    for document in documents:
        for at, earlier in enumerate(kept):
            if len(merge_papers([earlier, document])) == 1:
                kept[at] = merge_papers([earlier, document])[0]
                break
        else:
            kept.append(document)
    return kept


def test_merging_pair_by_pair_would_hang_on_the_order() -> None:
    either, one, other = paper("a", pmid="1"), paper("b", doi="10.1/a"), paper("c", doi="10.1/b")
    assert as_set(naive([either, one, other])) != as_set(naive([other, either, one]))


def test_one_paper_of_the_recordings_is_met_through_three_services(recorded: Path) -> None:
    scholar = SOURCES["semanticscholar"](SourceSettings())
    openalex = SOURCES["openalex"](SourceSettings())
    single = json.loads((recorded / "semanticscholar" / "paperqa_single_200_1.json").read_bytes())
    works = json.loads((recorded / "openalex" / "paperqa_search_200_3.json").read_bytes())
    found = [*scholar.read({"total": 1, "data": [single]}), *openalex.read(works)]
    (one,) = merge_papers(found)
    assert one.details["arxiv"] == "2304.05376"
    assert set(str(one.details["doi"]).split()) == {"10.1038/s42256-024-00832-8", "10.48550/arxiv.2304.05376"}
    assert (one.details["pmid"], one.details["pmcid"]) == ("38799228", "PMC11116106")
    assert one.details["also"] == "semanticscholar"
