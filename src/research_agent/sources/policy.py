"""What a service asks of whoever uses it, as data: limits, key, contact, licence; and what it is good for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from research_agent.http.rate_limits import Limits

__all__ = ["KINDS", "WIKIMEDIA", "Manners", "wikimedia"]

KINDS = frozenset({"general", "software", "science", "medicine", "people", "news", "page"})
"""The kinds of question there are; one of "page" holds the address of a page."""
MODEST = Limits(at_once=2)

WIKIMEDIA = Limits(at_once=3, per_minute=200, pool="wikimedia")
"""All sites of Wikimedia together, for whoever says whom to contact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """
    The class attribute `manners` of a source; a source without one has these defaults.

    `with_key` are the limits when the user has a key (`RESEARCH_AGENT_<NAME>_KEY`), `contact` says that the operator
    wants to know whom to write to, `terms` is the URL of the service's rules. `kinds` are the questions it is asked for
    when the user named no source, of `KINDS`. A stored response is as good as a new one for `fresh` seconds.
    """

    limits: Limits = MODEST
    with_key: Limits | None = None
    key: Literal["none", "optional", "required"] = "none"
    contact: bool = False
    licence: str = ""
    attribution: str = ""
    terms: str = ""
    kinds: frozenset[str] = frozenset({"general"})
    fresh: float = 86_400.0


def wikimedia(base: str, contact: str) -> Limits:
    """The limits of a wiki: those that do not say whom to contact may ask Wikimedia's sites ten times a minute."""
    is_theirs = re.search(r"\.(?:wikipedia|wikidata|wikimedia)\.org(?:[:/]|$)", base)
    return replace(WIKIMEDIA, per_minute=10) if is_theirs and not contact else WIKIMEDIA
