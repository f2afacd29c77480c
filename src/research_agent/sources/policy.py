"""Source policy, as data: what a service demands of its clients, and the kinds of question it is good for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from research_agent.http.rate_limits import WIKIMEDIA, Limits, is_wikimedia

if TYPE_CHECKING:
    from research_agent.http.request_budget import RequestBudget
    from research_agent.sources.protocol import Source
    from research_agent.types import Topic

__all__ = [
    "KINDS",
    "OF_THE_WEB",
    "WIKIMEDIA",
    "Manners",
    "SourcePolicy",
    "lacks",
    "limits_of",
    "manners_of",
    "policy_of",
    "wikimedia",
    "within_budget",
]

KINDS = frozenset(
    {"general", "software", "science", "medicine", "people", "news", "books", "places", "figures", "discussion", "page"}
)
"""
Kinds of question. "people" asks for a fact about a person or a named thing, "figures" for a statistic of a country,
"places" where something is, "discussion" what others think or have gone through; "page" holds the URL of a page.
"""
MODEST = Limits(at_once=2)
_UNSAID = frozenset({"general"})  # told from another such set by identity: the source said no kind

OF_THE_WEB = 6
"""Requests that the web has of a question's at least, however many the sources beside it send: two pages and more."""
ANONYMOUS_PER_MINUTE = 10  # requests that Wikimedia allows a client without a contact


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePolicy:
    """
    The class attribute `policy` of a source; a source without one has these defaults.

    `with_key` are the limits when the user has a key (`RESEARCH_AGENT_<NAME>_KEY`), `contact` says that the operator
    wants to know whom to write to, `terms` is the URL of the service's rules. `kinds`, a subset of `KINDS`, are the
    questions it is asked when the user named no source. `description` says in a sentence what it is asked for, and
    `examples` are five questions that it answers: by them others are told to be its own, whatever their words. A stored
    response is as good as a new one for `fresh` seconds. `requests` are those that it mostly sends for a topic;
    `searches_web` is of a source that asks search engines and reads the pages that they name: it has what the others
    leave of the requests that a question may cost. `hosts` are those that the
    documents of any other are at: asked for a site, it is searched when they are of it.
    """

    limits: Limits = MODEST
    with_key: Limits | None = None
    key: Literal["none", "optional", "required"] = "none"
    contact: bool = False
    licence: str = ""
    attribution: str = ""
    terms: str = ""
    kinds: frozenset[str] = _UNSAID
    description: str = ""
    examples: tuple[str, ...] = ()
    fresh: float = 86_400.0
    requests: int = 2
    searches_web: bool = False
    hosts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.examples and self.kinds is _UNSAID:
            object.__setattr__(self, "kinds", frozenset())


def policy_of(source: object) -> SourcePolicy:
    """
    Policy that a source declares, as `policy` or under its earlier name `manners`; the defaults when it has neither.

    `manners` goes first: only a plug-in has it, and it may inherit the `policy` of a built-in source.
    """
    for attribute in ("manners", "policy"):
        declared = getattr(source, attribute, None)
        if isinstance(declared, SourcePolicy):
            return declared
    return SourcePolicy()


def limits_of(source: object) -> Limits:
    """Rate limits of a source: those `with_key` where it declares them and its `settings` hold the user's key."""
    policy = policy_of(source)
    return policy.with_key if _key_of(source) and policy.with_key is not None else policy.limits


def lacks(source: object) -> Literal["", "key", "address", "documents"]:
    """Without what it cannot be searched: "key", "address" or "documents" (its `usable` is False); "" for nothing."""
    if policy_of(source).key == "required" and _key_of(source) == "":
        return "key"
    if getattr(source, "usable", True):
        return ""
    return "documents" if getattr(source, "name", "") == "library" else "address"


def _key_of(source: object) -> str | None:
    """The user's key, "" when the user has none; None for a source that does not keep its settings."""
    return getattr(getattr(source, "settings", None), "key", None)


def wikimedia(base: str, contact: str) -> Limits:
    """Limits of the wiki at `base`: Wikimedia's own sites allow a client without a contact less."""
    return replace(WIKIMEDIA, per_minute=ANONYMOUS_PER_MINUTE) if is_wikimedia(base) and not contact else WIKIMEDIA


def within_budget(
    sources: Sequence[Source], topics: Sequence[Topic], budget: RequestBudget | None, *, is_first: bool
) -> list[Sequence[Topic]]:
    """
    For each source the topics that it is asked for: the question's own; a model's as far as requests are left.

    Searches of the web are entered in the budget, and what the others mostly send is set apart from it. For the sides
    of a comparison beside the first, sources are asked while there is room: the general ones first, one of them always.
    Where nothing searches the web, for several questions, and without a budget all are asked for all topics.
    """
    if budget is None:
        return [topics] * len(sources)
    policies = [policy_of(source) for source in sources if source.live]
    searches = sum(policy.searches_web for policy in policies)
    each = sum(policy.requests for policy in policies if not policy.searches_web)
    if not is_first:
        topics = topics[: budget.left // max(each, 1)] if searches else topics
        budget.set_apart(len(topics) * each, least=OF_THE_WEB)
        return [topics] * len(sources)
    budget.searches += len(topics) * searches
    is_one = bool(searches) and _is_one_question(topics)
    asked = _with_room(sources, topics, budget.left - OF_THE_WEB) if is_one else [topics] * len(sources)
    others = (policy_of(one).requests * len(of) for one, of in zip(sources, asked, strict=True) if _sends(one))
    budget.set_apart(sum(others), least=OF_THE_WEB)
    return asked


def _is_one_question(topics: Sequence[Topic]) -> bool:
    """Whether the topics are the sides of one question, none of them a question of its own."""
    asked = {topic.question for topic in topics}
    return len(asked) == 1 and sum(mark in "?\uff1f\u061f" for mark in asked.pop()) <= 1


def _with_room(sources: Sequence[Source], topics: Sequence[Topic], room: int) -> list[Sequence[Topic]]:
    """For each source the first topic, and those of the others for which there is room, in requests."""
    asked = [topics if not _sends(source) else topics[:1] for source in sources]
    room -= sum(policy_of(source).requests for source in sources if _sends(source))
    order = sorted((at for at, source in enumerate(sources) if _sends(source)), key=lambda at: _width(sources[at]))
    for at in order:
        cost = policy_of(sources[at]).requests
        more = len(topics) - 1 if at == order[0] else max(0, min(len(topics) - 1, room // max(cost, 1)))
        room -= more * cost
        asked[at] = topics[: 1 + more]
    return asked


def _sends(source: Source) -> bool:
    """Whether its requests are set apart from those of the web."""
    return source.live and not policy_of(source).searches_web


def _width(source: Source) -> tuple[bool, int]:
    """Sort key: the general sources first, those that have most."""
    policy = policy_of(source)
    return "general" not in policy.kinds, -policy.requests


# The names before `SourcePolicy` and `policy_of`: plug-ins use them.
Manners = SourcePolicy
manners_of = policy_of
