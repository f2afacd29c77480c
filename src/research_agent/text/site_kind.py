"""
Kind of site: what a web address says about who speaks there, by form first and by a short open list.

Whatever a page may choose for itself (its name, its path, its markup) makes it a forum or a shop, or press, but never
official, a reference work or research: those follow from domains that are given out by rule, or from the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit

from research_agent.text.sites import SITES, host_of, suffix_length
from research_agent.types import SiteKind

__all__ = ["MARKUP", "SiteKinds"]

MARKUP = "schema"
"""Key of a document's `details` under which the type that its markup states is kept, several with spaces between."""


@dataclass(frozen=True)
class SiteKinds:
    """
    The kinds of sites: the list of the package, and before it the user's `own` (site -> kind).

    The longest entry that holds a host wins, so that a site's forum may be told from the site.
    """

    own: Mapping[str, SiteKind] = field(default_factory=dict)

    def kind_of(self, url: str, source: str = "", details: Mapping[str, str | int | float] | None = None) -> SiteKind:
        """
        Kind of the site of a document, from its address, then from the source that gave it.

        `details` are those of the document: what its markup says it is counts where nothing else is known.
        """
        host = host_of(url)
        stated = str((details or {}).get(MARKUP, ""))
        return (
            _longest(host, self.own)
            or _by_name(host)
            or _by_path(url if host else "")
            or _forms()["source"].get(source)
            or _by_markup(stated)
            or "unknown"
        )


def _by_name(host: str) -> SiteKind | None:
    """
    By the list, and by the form of the name.

    Where its label says so the users of a site speak, whosever the domain is; a shop of an authority is the authority.
    """
    if not host:
        return None
    labels = host.split(".")
    first = _forms()["label"].get(labels[0] if len(labels) > 1 + suffix_length(labels) else "")
    return first if first == "forum" else _longest(host, _listed()) or _by_domain(labels) or first


def _longest(host: str, kinds: Mapping[str, SiteKind]) -> SiteKind | None:
    """The kind of the longest entry that holds the host."""
    labels = host.split(".")
    return next((kind for at in range(len(labels)) if (kind := kinds.get(".".join(labels[at:])))), None)


def _by_domain(labels: list[str]) -> SiteKind | None:
    """By a domain that is given out to one kind only, or by a name that is one shop's under any suffix."""
    forms, suffix = _forms(), suffix_length(labels)
    if len(labels) < 2:
        return None
    given = forms["national"].get(".".join(labels[-2:])) or forms["top"].get(labels[-1])
    return given or (forms["anywhere"].get(labels[-1 - suffix]) if len(labels) > suffix else None)


def _by_path(url: str) -> SiteKind | None:
    """By the first segments of the path: "/forum/", "/de/products/"."""
    segments = urlsplit(url).path.lower().split("/")[1:3] if url else []
    return next((kind for segment in segments if (kind := _forms()["path"].get(segment))), None)


def _by_markup(stated: str) -> SiteKind | None:
    """By the types that a page states, the first that is known."""
    return next((kind for name in stated.split() if (kind := _forms()["markup"].get(name))), None)


@cache
def _forms() -> Mapping[str, Mapping[str, SiteKind]]:
    """What is known by form: name of the form -> word of it -> kind."""
    national = {
        f"{label}.{country}": kind
        for kind, labels in SITES["national"].items()
        for label, countries in labels.items()
        for country in countries.split()
    }
    anywhere = {name.removesuffix(".*"): kind for name, kind in _by_word(SITES["kinds"]).items() if ".*" in name}
    words = {"top": "forms", "label": "labels", "path": "paths", "markup": "markup", "source": "sources"}
    return {"national": national, "anywhere": anywhere, **{name: _by_word(SITES[key]) for name, key in words.items()}}


@cache
def _listed() -> Mapping[str, SiteKind]:
    """The sites of the list."""
    return _by_word(SITES["kinds"])


def _by_word(words: Mapping[SiteKind, list[str]]) -> dict[str, SiteKind]:
    return {word: kind for kind, group in words.items() for word in group}
