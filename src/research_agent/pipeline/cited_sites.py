"""Trust of an answer: the sites behind it, and what one of them alone says."""

from __future__ import annotations

from typing import NamedTuple

from research_agent.pipeline.state import CheckedDraft, Retrieved, TurnContext
from research_agent.stages.single_site import find_single_sites, with_sites
from research_agent.text.site_kind import SiteKinds
from research_agent.types import Citation, Embed, SingleSite

__all__ = ["Trust", "find_trust"]


class Trust(NamedTuple):
    """The citations with their sites, and the sentences that one site alone says, where it matters."""

    citations: tuple[Citation, ...]
    single_site: tuple[SingleSite, ...] = ()


async def find_trust(turn: TurnContext, retrieved: Retrieved, draft: CheckedDraft, *, embed: Embed | None) -> Trust:
    """The sites behind a checked draft; of what only lies near the question it is not said who alone says it."""
    checked = draft.checked
    documents = {passage.document.id: passage.document for passage in retrieved.passages}
    citations = with_sites(checked.citations, documents, SiteKinds(turn.runtime.settings.sites.kinds))
    if not draft.answered:
        return Trust(citations)
    return Trust(citations, await find_single_sites(checked.text, citations, retrieved.evidence, embed=embed))
