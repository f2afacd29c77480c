"""
Sites behind an answer: which site each citation is of, and which sentences one site alone says, where that matters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from research_agent.text.site_kind import SiteKinds
from research_agent.text.sites import site_of
from research_agent.types import Citation, Document

__all__ = ["with_sites"]


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
