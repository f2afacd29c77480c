"""Sites behind an answer."""

from __future__ import annotations

from research_agent.stages.single_site import with_sites
from research_agent.text.site_kind import MARKUP, SiteKinds
from research_agent.types import Citation, Document


def page(url: str, **changes: object) -> Document:
    return Document(source="web", title="t", url=url, text=f"Said at {url}.", retrieved="2026-01-02", **changes)  # type: ignore[arg-type]


def cited(document: Document) -> Citation:
    return Citation(
        n=1, sentence=(0, 4), document=document.id, title="t", url=document.url, source="web", quote=document.text,
        start=0, end=len(document.text), score=1.0,
    )  # fmt: skip


def test_each_citation_gets_its_site_and_kind() -> None:
    documents = [
        page("https://www.nhs.uk/x"),
        page("https://a.example.com/x", details={MARKUP: "Product"}),
        page(""),
        page("https://b.example.org/x"),
    ]
    found = with_sites(
        [cited(one) for one in documents], {one.id: one for one in documents}, SiteKinds({"example.org": "press"})
    )
    assert [(one.site, one.site_kind) for one in found] == [
        ("nhs.uk", "official"), ("example.com", "shop"), ("", "unknown"), ("example.org", "press"),
    ]  # fmt: skip
