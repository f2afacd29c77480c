"""Mirrors: one of several copies is read and ranked, the best; what is no copy stays."""

from __future__ import annotations

from typing import Any

import pytest

from research_agent.events import Timeline
from research_agent.pipeline.evidence import find_evidence
from research_agent.stages.mirrors import mirrors
from research_agent.text.copies import near_duplicates
from research_agent.types import Document, Topic

pytestmark = pytest.mark.anyio

STORY = " ".join(
    f"In year {1900 + n} the {thing} of Lumen was {n} metres wide, as the keeper {name} wrote to the mayor."
    for n, (thing, name) in enumerate([("harbour", "Ada"), ("river", "Ben"), ("bridge", "Cleo"), ("market", "Dora")], 3)
)


def page(text: str, host: str, **more: Any) -> Document:
    details = {"engines": "mojeek", **more.pop("details", {})}
    fields = {"source": "web", "title": host, "retrieved": "2026-11-29", **more}
    return Document(text=text, url=more.pop("url", f"https://{host}.example/"), details=details, **fields)


def left(*documents: Document) -> list[str]:
    gone = mirrors(documents, near_duplicates())
    return [one.title for one in documents if one.id not in gone]


def test_a_copy_under_another_head_and_with_another_figure_is_one() -> None:
    copies = [page(f"Menu {n}. Home. {STORY.replace('1903', str(2000 + n))} Terms of {n}.", f"m{n}") for n in range(4)]
    other = page("The lighthouse of Lumen stands on a rock, and burns a lamp of oil since the winter of 1895.", "other")
    assert left(*copies, other) == ["m0", "other"]


@pytest.mark.parametrize(
    "better",
    [
        page(f"{STORY} A", "best", published="2020-01-02"),
        page(f"{STORY} A", "best", published="2019", details={"x": "y"}),
    ],
)
def test_the_older_one_is_kept(better: Document) -> None:
    assert left(page(f"{STORY} B", "late", published="2021-01-01"), page(f"{STORY} C", "undated"), better) == ["best"]


def test_the_page_at_its_own_address_is_kept_then_one_behind_https() -> None:
    amp = page(f"{STORY} B", "amp", details={"canonical": "https://best.example/"}, published="2019-01-01")
    assert left(amp, page(f"{STORY} A", "best")) == ["best"]
    plain = Document(
        source="web",
        title="plain",
        url="http://plain.example/",
        text=f"{STORY} C",
        retrieved="",
        details={"engines": "x"},
    )
    assert left(plain, page(f"{STORY} A", "best")) == ["best"]


def test_what_a_service_gives_is_never_left_out_for_a_page() -> None:
    lead = Document(source="wikipedia", title="lead", url="https://en.wikipedia.org/", text=STORY, retrieved="")
    extract = Document(
        source="encyclopedia", title="extract", url="https://x.example", text=f"{STORY} Old.", retrieved=""
    )
    assert left(page(f"{STORY} B", "mirror", published="2001-01-01"), lead, extract) == ["lead", "extract"]


async def test_mirrors_do_not_fill_the_evidence_and_stay_among_the_passages() -> None:
    copies = [page(f"Shop {n}. {STORY} Buy {n} now.", f"m{n}") for n in range(12)]
    other = page("The keeper of the harbour of Lumen was Ida Ferro, who wrote no letters to any mayor.", "other")

    async def nothing() -> None:
        return None

    passages, evidence = await find_evidence(
        [*copies, other], [Topic(text="keeper harbour Lumen", question="Who was the keeper of the harbour of Lumen?")],
        timeline=Timeline(), embed_ready=nothing, rerank_ready=nothing,
    )  # fmt: skip
    assert {item.passage.document.title for item in evidence} == {"m0", "other"}
    assert len({passage.document.title for passage in passages}) > 2
