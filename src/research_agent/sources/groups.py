"""Groups of sources as a user chooses them: the web, encyclopedias, papers, code, news, the user's own library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from research_agent.sources.policy import lacks, policy_of
from research_agent.sources.protocol import Source

__all__ = ["GROUPS", "source_groups"]

GROUPS: Mapping[str, str] = {
    "web": "Web",
    "encyclopedia": "Encyclopedia",
    "papers": "Papers",
    "code": "Code",
    "news": "News",
    "library": "Library",
}
"""Groups by name, with their titles."""

OWN = {
    "web": "web",
    "wikipedia": "encyclopedia",
    "encyclopedia": "encyclopedia",
    "wikidata": "encyclopedia",
    "library": "library",
}
BY_KIND = (("science", "papers"), ("medicine", "papers"), ("software", "code"), ("news", "news"))
MOST = 5
"""Sources of a group: as many as are asked a question when none is chosen."""
FIRST = ("arxiv", "openalex", "europepmc", "stackexchange", "github")


def source_groups(sources: Sequence[Source]) -> dict[str, tuple[str, ...]]:
    """Names of the sources by group, those groups only that have one which is set up."""
    found: dict[str, list[str]] = {name: [] for name in GROUPS}
    for source in sorted(sources, key=lambda one: FIRST.index(one.name) if one.name in FIRST else len(FIRST)):
        group = _group_of(source)
        if group and not lacks(source) and len(found[group]) < MOST:
            found[group].append(source.name)
    return {name: tuple(names) for name, names in found.items() if names}


def _group_of(source: Source) -> str:
    """The group of a source; "" for one that is of none."""
    kinds = policy_of(source).kinds
    return OWN.get(source.name) or next((group for kind, group in BY_KIND if kind in kinds), "")
