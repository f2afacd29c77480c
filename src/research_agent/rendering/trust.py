"""How the sites behind an answer are said: kind of site, connection, host, and what one site alone says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from research_agent.messages import Message, answer_lines
from research_agent.text.sanitize import one_line
from research_agent.text.sites import host_of, is_https
from research_agent.types import Answer, SingleSite, SiteKind

__all__ = ["KINDS", "connection", "single_lines", "site_line"]

KINDS: dict[SiteKind, Message] = {
    "official": answer_lines.OFFICIAL,
    "press": answer_lines.PRESS,
    "reference": answer_lines.REFERENCE,
    "research": answer_lines.RESEARCH,
    "forum": answer_lines.FORUM,
    "shop": answer_lines.SHOP,
    "unknown": answer_lines.UNKNOWN_KIND,
}
"""Kinds of site as they are shown; of an unknown one it is said that it is."""
MOST_QUOTED = 2  # sentences of one site
LONGEST_QUOTED = 90  # characters


def connection(url: str) -> str:
    """ "not https" for a page that came unencrypted, which anybody on the way could have altered; "" for others."""
    return "" if is_https(url) or not host_of(url) else answer_lines.NOT_HTTPS()


def site_line(url: str, kind: SiteKind) -> str:
    """
    "example.org · shop · https"; "" without a site.

    The host is in ASCII, so that no letter passes for another; no line breaks within a part.
    """
    host = host_of(url).removeprefix("www.")
    parts = (host, KINDS[kind](), connection(url) or "https") if host else ()
    return " · ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in parts)


def single_lines(answer: Answer) -> Iterator[str]:
    """A line for each site that alone says something that matters, with the sentences, unless they are the answer."""
    supported = {citation.sentence for citation in answer.citations}
    by_site: dict[str, list[SingleSite]] = {}
    for single in answer.single_site:
        by_site.setdefault(single.site, []).append(single)
    risky = [site for site, group in by_site.items() if any(single.about != "figure" for single in group)]
    for site, group in by_site.items():
        head = answer_lines.ONLY_ONE_SITE(site=one_line(site), kind=KINDS[group[0].site_kind]())
        said = "" if {single.sentence for single in group} == supported else f": {_quoted(answer, group)}"
        yield f"{head}{said}{answer_lines.ADVICE() if site in risky[-1:] else ''}"


def _quoted(answer: Answer, group: Sequence[SingleSite]) -> str:
    sentences = (one_line(answer.text[slice(*single.sentence)]) for single in islice(group, MOST_QUOTED))
    more = len(group) - MOST_QUOTED
    return "; ".join(f'"{_shortened(sentence)}"' for sentence in sentences) + (
        (" " + answer_lines.AND_MORE(n=more)) if more > 0 else ""
    )


def _shortened(sentence: str) -> str:
    sentence = sentence.rstrip(".")
    return sentence if len(sentence) <= LONGEST_QUOTED else f"{sentence[:LONGEST_QUOTED].rsplit(' ', 1)[0]} ..."
