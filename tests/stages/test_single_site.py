"""Sites behind an answer, and claims that one site alone makes: health, money and figures, with and without others."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from research_agent.encoders.embedder import open_embedder, with_cache
from research_agent.settings import Settings
from research_agent.stages.single_site import find_single_sites, with_sites
from research_agent.text.site_kind import MARKUP, SiteKinds
from research_agent.types import Citation, Document, Embed, Evidence, Matter, Passage

pytestmark = pytest.mark.anyio

SHOP, UNKNOWN, PRESS = "https://shop.pills.example/p/1", "https://blog.one.example/x", "http://www.reuters.com/x"
OTHER, MIRROR = "https://www.other.example/a", "https://mirror.example.net/x"
FILLERS = (
    "This page was written for everybody who likes to know more, and it goes on for quite a while after that.",
    "We have looked into the matter again since last spring; letters from our readers are answered on Fridays only.",
)


class Claim(NamedTuple):
    """A sentence, the same in other words, one that says otherwise, and why it matters."""

    says: str
    agrees: str
    differs: str
    about: Matter | None


CLAIMS = (
    Claim(
        "Garlic tablets lower blood pressure in adults.",
        "In adults, tablets of garlic lower the blood pressure.",
        "Blood pressure in adults rises with age.",
        "health",
    ),
    Claim(
        "Adults may take up to 4,000 mg of paracetamol a day.",
        "The most that adults may take of paracetamol is 4,000 mg a day.",
        "Adults may take up to 3,000 mg of paracetamol a day.",
        "health",
    ),
    Claim(
        "The berries are poisonous to children.",
        "To children the berries are poisonous.",
        "The berries are not poisonous to children.",
        "health",
    ),
    Claim(
        "The savings account pays 3.2 percent interest a year.",
        "A year's interest on the savings account is 3.2 percent.",
        "The savings account pays 1.2 percent interest a year.",
        "money",
    ),
    Claim(
        "Parents receive a benefit of 255 euros a month for each child.",
        "For each child parents receive 255 euros of benefit a month.",
        "Parents receive a benefit of 219 euros a month for each child.",
        "money",
    ),
    Claim(
        "The tunnel is 57 kilometres long.",
        "The length of the tunnel is 57 kilometres.",
        "The tunnel is 35 kilometres long.",
        "figure",
    ),
    Claim(
        "Wind turbines supply 47% of the electricity.",
        "Of the electricity, 47% is supplied by wind turbines.",
        "Wind turbines supply 12% of the electricity.",
        "figure",
    ),
    Claim(
        "The abbey stands on a hill above the town.",
        "Above the town, on a hill, stands the abbey.",
        "The abbey stands on an island.",
        None,
    ),
)


class Scene(NamedTuple):
    """Where a claim is cited from, where else what stands (by name of a `Claim`'s field), and whether it is marked."""

    name: str
    cited: tuple[str, ...]
    others: tuple[tuple[str, str], ...]
    marked: bool


SCENES = (
    Scene("one shop", (SHOP,), (), True),
    Scene("one unknown site", (UNKNOWN,), (), True),
    Scene("one newspaper", (PRESS,), (), True),
    Scene("one encyclopedia", ("https://en.wikipedia.org/wiki/X",), (), False),
    Scene("one authority", ("https://www.nhs.uk/x",), (), False),
    Scene("one journal", ("https://www.bmj.com/x",), (), False),
    Scene("the user's own text", ("",), (), False),
    Scene("two sites", (SHOP, OTHER), (), False),
    Scene("two hosts of one site", (SHOP, "https://www.pills.example/y"), (), True),
    Scene("a shop, and another site agrees", (SHOP,), ((OTHER, "agrees"),), False),
    Scene("a shop, and its own blog agrees", (SHOP,), (("https://blog.pills.example/", "agrees"),), True),
    Scene("a shop, and another site says otherwise", (SHOP,), ((OTHER, "differs"),), True),
    Scene("a shop, and a copy of its page", (SHOP,), ((MIRROR, "copy"),), True),
    Scene("a shop and a copy of its page, both cited", (SHOP, MIRROR), (), True),
)


def page(url: str, text: str, **changes: Any) -> Document:
    return Document(source="web", title="Page", url=url, text=text, retrieved="2026-01-02", **changes)


def cited(document: Document, sentence: str) -> Citation:
    start = document.text.index(sentence)
    return Citation(
        n=1, sentence=(0, len(sentence)), document=document.id, title=document.title, url=document.url, source="web",
        quote=sentence, start=start, end=start + len(sentence), score=1.0,
    )  # fmt: skip


def arranged(claim: Claim, scene: Scene) -> tuple[list[Citation], list[Evidence]]:
    """The citations and the evidence of a scene; every page has words of its own, but for copies."""
    texts = {url: f"{claim.says} {filler}" for url, filler in zip(scene.cited, FILLERS, strict=False)}
    if MIRROR in texts:
        texts[MIRROR] = f"{texts[SHOP]} Copied."
    pages = [page(url, text) for url, text in texts.items()]
    for url, what in scene.others:
        said = f"{texts[SHOP]} Copied." if what == "copy" else f"{getattr(claim, what)} It is all that is said here."
        pages.append(page(url, said))
    evidence = [Evidence(f"e{n}", Passage(one, 0, len(one.text)), 1.0) for n, one in enumerate(pages, 1)]
    citations = [cited(one, claim.says) for one in pages[: len(scene.cited)]]
    return list(with_sites(citations, {one.id: one for one in pages}, SiteKinds())), evidence


async def wrong_rows(embed: Embed | None, claims: Sequence[Claim]) -> list[tuple[str, str, Matter | None]]:
    wrong = []
    for claim, scene in product(claims, SCENES):
        citations, evidence = arranged(claim, scene)
        found = await find_single_sites(claim.says, citations, evidence, embed=embed)
        about = found[0].about if found else None
        if about != (claim.about if scene.marked else None):
            wrong.append((claim.says, scene.name, about))
    return wrong


@pytest.mark.parts
async def test_what_one_site_alone_says_is_told_where_it_matters(parts_home: Path) -> None:
    assert len(CLAIMS) * len(SCENES) >= 60
    async with open_embedder(Settings.of(home=parts_home, workers=1)) as embedder:
        assert await wrong_rows(with_cache(embedder.embed), CLAIMS) == []


async def test_without_a_model_figures_are_told_by_their_form() -> None:
    assert await wrong_rows(None, [claim for claim in CLAIMS if claim.about in ("figure", None)]) == []


async def test_the_broken_twin_counts_documents_and_takes_copies_for_witnesses() -> None:
    def twin(citations: Sequence[Citation], evidence: Sequence[Evidence]) -> bool:
        return len({item.passage.document.id for item in evidence}) == 1

    tunnel = CLAIMS[5]
    scenes = {scene.name: scene for scene in SCENES}
    for name in ("a shop, and a copy of its page", "two hosts of one site", "a shop, and another site says otherwise"):
        citations, evidence = arranged(tunnel, scenes[name])
        assert not twin(citations, evidence)
        assert await find_single_sites(tunnel.says, citations, evidence)


async def test_marks_are_of_the_sentence_that_they_are_about() -> None:
    text = "The abbey stands on a hill. The tunnel is 57 kilometres long."
    document = page(SHOP, text)
    places = [(0, 27), (28, len(text))]
    citations = [
        Citation(
            n=1, sentence=place, document=document.id, title="Page", url=SHOP, source="web", quote=text[slice(*place)],
            start=place[0], end=place[1], score=1.0, site="pills.example", site_kind="shop",
        )
        for place in places
    ]  # fmt: skip
    [one] = await find_single_sites(text, citations, [Evidence("e1", Passage(document, 0, len(text)), 1.0)])
    assert (one.sentence, one.site, one.site_kind, one.about) == (places[1], "pills.example", "shop", "figure")


def test_each_citation_gets_its_site_and_kind() -> None:
    documents = [
        page("https://www.nhs.uk/x", "Said there."),
        page("https://a.example.com/x", "Sold.", details={MARKUP: "Product"}),
        page("", "Mine."),
        page("https://b.example.org/x", "Written."),
    ]
    found = with_sites(
        [cited(one, one.text) for one in documents],
        {one.id: one for one in documents},
        SiteKinds({"example.org": "press"}),
    )
    assert [(one.site, one.site_kind) for one in found] == [
        ("nhs.uk", "official"), ("example.com", "shop"), ("", "unknown"), ("example.org", "press"),
    ]  # fmt: skip
