"""
Sites behind an answer: which site each citation is of, and which sentences one site alone says, where that matters.

A sentence about health or money, or with a figure, is marked when all that says it is on one site: its citations, and
whatever else of the evidence agrees with it. Copies of a page are no second witness, on whatever host they stand. What
an authority, a reference work or a journal says stands by itself: there the mark would be noise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from research_agent.concurrency import cooperative
from research_agent.grounding.claims import parse_statement
from research_agent.grounding.matter import find_matters
from research_agent.grounding.spans import Quote, find_quotes
from research_agent.text.copies import Alike, near_duplicates, witnesses
from research_agent.text.site_kind import SiteKinds
from research_agent.text.sites import site_of
from research_agent.text.tokens import content_stems, is_negated, names, stem
from research_agent.types import Citation, Document, Embed, Evidence, SingleSite, SiteKind

__all__ = ["find_single_sites", "with_sites"]

STAND_ALONE: frozenset[SiteKind] = frozenset({"official", "reference", "research"})
AGREES = 0.7  # cosine from which two sentences with the same figures, names and negation say the same
SHARED = 0.6  # share of a sentence's words that another has, where no model compares them


def with_sites(
    citations: Sequence[Citation], documents: Mapping[str, Document], kinds: SiteKinds
) -> tuple[Citation, ...]:
    """The citations, each with its site and the kind of it; `documents` are the cited ones by id."""
    return tuple(
        replace(
            cited,
            site=site_of(cited.url),
            site_kind=kinds.kind_of(cited.url, cited.source, documents[cited.document].details),
        )
        for cited in citations
    )


async def find_single_sites(
    text: str, citations: Sequence[Citation], evidence: Sequence[Evidence], *, embed: Embed | None = None
) -> tuple[SingleSite, ...]:
    """
    The sentences of an answer's text that one site alone says, where it matters; `citations` have their sites.

    By `embed` it is told what matters and what agrees, by figures and words alone without it. The sentences and the
    evidence have been embedded before, by the citation check, so that a model which keeps its vectors embeds nothing.
    """
    documents = {item.passage.document.id: item.passage.document for item in evidence}
    alike = near_duplicates()
    async with cooperative():
        alone = [group for group in _by_sentence(citations) if _is_one_site(group, documents, alike)]
    if not alone:
        return ()
    sentences = [text[slice(*group[0].sentence)] for group in alone]
    matters = await find_matters(sentences, embed)
    async with cooperative():
        quotes = find_quotes(evidence) if any(matters) else []
        near = [
            [quote.text for quote in quotes if _may_agree(claim, quote, _cited(group, documents), alike)] if why else []
            for claim, group, why in zip(sentences, alone, matters, strict=True)
        ]
    agreed = [await _agrees(claim, others, embed) for claim, others in zip(sentences, near, strict=True)]
    return tuple(
        SingleSite(sentence=group[0].sentence, site=group[0].site, site_kind=group[0].site_kind, about=why)
        for group, why, is_said_elsewhere in zip(alone, matters, agreed, strict=True)
        if why and not is_said_elsewhere
    )


def _by_sentence(citations: Sequence[Citation]) -> Iterator[list[Citation]]:
    """The citations of each sentence of the answer."""
    ordered = sorted(citations, key=lambda cited: cited.sentence)
    return (list(group) for _, group in groupby(ordered, key=lambda cited: cited.sentence))


def _cited(group: Sequence[Citation], documents: Mapping[str, Document]) -> list[Document]:
    """The documents of a sentence's citations, each once."""
    return [documents[key] for key in dict.fromkeys(cited.document for cited in group) if key in documents]


def _is_one_site(group: Sequence[Citation], documents: Mapping[str, Document], alike: Alike) -> bool:
    """Whether the citations of a sentence are of one site, copies aside, and of no kind that stands by itself."""
    if any(not cited.site or cited.site_kind in STAND_ALONE for cited in group):
        return False
    sites = {cited.site for cited in group}
    return len(sites) == 1 or len({site_of(one.url) for one in witnesses(_cited(group, documents), alike)}) == 1


def _may_agree(claim: str, quote: Quote, cited: Sequence[Document], alike: Alike) -> bool:
    """Whether a sentence of another site, in no copy of a cited page, has the claim's figures, names and negation."""
    other = quote.document
    if site_of(other.url) in {site_of(one.url) for one in cited} or is_negated(claim) != is_negated(quote.text):
        return False
    named = {stem(name) for name in names(claim)}
    if not (parse_statement(claim).figures <= quote.figures and named <= quote.stems):
        return False
    return not any(alike(one, other) for one in cited)


async def _agrees(claim: str, others: Sequence[str], embed: Embed | None) -> bool:
    """Whether one of the sentences says the same as the claim."""
    if not others:
        return False
    if embed is None:
        stems = frozenset(content_stems(claim))
        return any(len(stems & frozenset(content_stems(other))) >= SHARED * len(stems) for other in others)
    vectors = await embed([claim, *others])
    return bool((vectors[1:] @ vectors[0]).max() >= AGREES)
