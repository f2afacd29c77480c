"""Restriction of a turn: to topics, so that services can search by it, to the sources that are asked, and in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from research_agent.messages import remarks, restriction_lines
from research_agent.sources.policy import lacks, policy_of
from research_agent.sources.protocol import Source
from research_agent.text.restriction import Refusal, told
from research_agent.text.sites import is_below
from research_agent.types import Restriction, Topic

__all__ = ["restrict_sources", "restrict_topics", "restriction_notes"]

Selected = tuple[Source, str]
LIBRARY = "library"


def restrict_topics(topics: Iterable[Topic], restriction: Restriction) -> tuple[Topic, ...]:
    """The topics with the restriction, beside the days that the question itself asks for."""
    if not restriction:
        return tuple(topics)
    return tuple(
        replace(
            topic,
            since=max(topic.since, restriction.since),
            until=restriction.until,
            sites=restriction.sites,
            excluded=restriction.excluded,
            blocked=restriction.blocked,
            libraries=restriction.libraries,
            files=restriction.files,
        )
        for topic in topics
    )


def restrict_sources(
    selected: Sequence[Selected], sources: Sequence[Source], restriction: Restriction, *, named: Sequence[str] = ()
) -> Sequence[Selected]:
    """
    The sources that can give what the restriction admits, each with the reason why it is asked.

    With a library named it is that alone. For a site these are the search of the web and, of all `sources`, those
    whose texts are of it. What the user `named` is asked in any case.
    """
    if named:
        return [(source, why) for source, why in selected if not _is_excluded(source, restriction)]
    if restriction.libraries or restriction.files:
        return [(source, restriction_lines.ASKED_FOR_OWN()) for source in sources if source.name == LIBRARY]
    if restriction.sites:
        chosen = {source.name for source, _ in selected}
        asked = ((source, _why(source, restriction, chosen)) for source in sources if not lacks(source))
        return [(source, why) for source, why in asked if why]
    return [(source, why) for source, why in selected if not _is_excluded(source, restriction)]


def _why(source: Source, restriction: Restriction, chosen: Iterable[str]) -> str:
    """Why a source is asked for texts of the sites; "" for one that is not."""
    policy = policy_of(source)
    if policy.searches_web and (policy.kinds or source.name in chosen):
        return restriction_lines.SEARCHES_SITES(sites=" or ".join(restriction.sites))
    own = [host for host in policy.hosts if any(is_below(host, s) or is_below(s, host) for s in restriction.sites)]
    return restriction_lines.TEXTS_OF(site=own[0]) if own else ""


def _is_excluded(source: Source, restriction: Restriction) -> bool:
    hosts = policy_of(source).hosts
    return bool(hosts) and all(any(is_below(host, site) for site in restriction.unwanted) for host in hosts)


def restriction_notes(
    restriction: Restriction, left_out: Mapping[str, Refusal], *, by_lists: bool = False
) -> tuple[str, ...]:
    """
    Lines for the user: the question's restriction, and how many texts it left out, those without a date by themselves.

    `by_lists`: nothing was found, and the settings have lists of sites. Else these are not spoken of.
    """
    count = Counter(left_out.values())
    undated, others = count["no date"], count["site"] + count["day"]
    lines = [told(restriction)] if restriction else []
    if restriction and undated:
        lines.append(remarks.UNDATED_LEFT_OUT(n=undated))
    if restriction and others:
        lines.append(remarks.OTHERS_LEFT_OUT(n=others))
    if by_lists:
        gone = "" if restriction or not others else f" {remarks.LEFT_OUT(n=others)}"
        lines.append(f"{restriction_lines.BY_LISTS()}{gone}")
    return tuple(lines)
