"""Every source as the user finds it: whether it can be asked now, for what, how often, with which key and terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from yarl import URL

from research_agent.doctor.source_probe import SourceState, list_sources, state_of
from research_agent.http.rate_limit_status import RateLimitStatus, rate_limit_statuses
from research_agent.http.rate_limit_store import Permit
from research_agent.http.rate_limits import Limits
from research_agent.settings import Settings, split_urls
from research_agent.setup.parts import part_states
from research_agent.sources.policy import KINDS, SourcePolicy, lacks, limits_of, policy_of
from research_agent.sources.protocol import Source
from research_agent.text.humanize import duration

__all__ = ["Shelved", "shelf"]

State = Literal["ready", "needs key", "needs address", "not set up", "resting", "broken", "not loaded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """
    One source. `found` is what it is, `state` whether it can be asked now, `standing` what was used of its limits.

    `key` says whether the user's key is set, or would be of use; the key itself is nowhere. `named` says whether it is
    among the sources that the user named, None when there are none.
    """

    found: SourceState
    state: State
    hint: str = ""
    key: Literal["set", "optional", "required", "none"] = "none"
    named: bool | None = None
    policy: SourcePolicy = field(default_factory=SourcePolicy)
    limits: Limits | None = None
    standing: RateLimitStatus = field(default_factory=RateLimitStatus)

    @property
    def told(self) -> str:
        """The state in few words, with what is left of a limit of which something was used."""
        if self.state == "resting":
            return f"resting for {duration(self.standing.rests)}"
        if self.state == "broken":
            return f"failed; resting for {duration(self.standing.broken)}"
        if self.state == "not loaded":
            return self.found.reason
        return self.left if self.state == "ready" and self.left else self.state.replace("needs", "needs its")

    @property
    def left(self) -> str:
        """ "97 of 100 left for a day"; empty when nothing was used, or there is no such limit."""
        limits = self.limits or Limits()
        minute, day = self.standing.left(limits)
        if day is not None and day != limits.per_day:
            return f"{day:,} of {limits.per_day:,} left for a day"
        if minute is not None and minute != limits.per_minute:
            return f"{minute:,} of {limits.per_minute:,} left this minute"
        return ""

    @property
    def asked_for(self) -> str:
        """The kinds of question it is asked for; all, or none, when the user named sources."""
        kinds = self.policy.kinds if self.named is None else KINDS if self.named else frozenset()
        if kinds == KINDS:
            return "any question"
        return ", ".join(sorted(kinds, key=lambda kind: (kind != "general", kind))) or "only when named"

    @property
    def pace(self) -> str:
        """ "3 at once, 200 a minute"."""
        if self.limits is None:
            return ""
        parts = [f"{self.limits.at_once} at once"]
        if self.limits.spacing:
            parts.append(f"{self.limits.spacing:g} s apart")
        if self.limits.per_minute is not None:
            parts.append(f"{self.limits.per_minute:,} a minute")
        if self.limits.per_day is not None:
            parts.append(f"{self.limits.per_day:,} a day")
        shared = f" (with all of {self.limits.pool})" if self.limits.pool else ""
        return ", ".join(parts) + shared

    def as_json(self) -> dict[str, Any]:
        """Ready for `json.dumps`; the key is not in it."""
        minute, day = self.standing.left(self.limits) if self.limits is not None else (None, None)
        return {
            "name": self.found.name,
            "title": self.found.title,
            "kind": "live" if self.found.live else "local",
            "url": self.found.url,
            "asked": self.found.asked,
            "asked_for": sorted(self.policy.kinds),
            "ready": self.state == "ready",
            "state": self.state,
            "reason": self.found.reason,
            "hint": self.hint,
            "key": self.key,
            "limits": asdict(self.limits) if self.limits is not None else None,
            "left": {"minute": minute, "day": day},
            "rests": round(max(self.standing.rests, self.standing.broken), 1),
            "licence": self.policy.licence,
            "attribution": self.policy.attribution,
            "terms": self.policy.terms,
        }


def shelf(settings: Settings, sources: Sequence[Source] | None = None) -> list[Shelved]:
    """Those sources, or all that are installed and then those that are only named. Asks none of them."""
    listed = list(list_sources(settings)) if sources is None else [(state_of(one, settings), one) for one in sources]
    live = [(state, source) for state, source in listed if source is not None and source.live]
    stands = rate_limit_statuses(settings.home, [_ask(source) for _, source in live])
    by_name = {state.name: standing for (state, _), standing in zip(live, stands, strict=True)}
    return [_shelved(state, source, by_name.get(state.name, RateLimitStatus()), settings) for state, source in listed]


def _ask(source: Source) -> Permit:
    """What a request of the source to its own service is to the ledger."""
    urls = split_urls(str(getattr(source, "base", "")))
    url = URL(urls[0]) if urls else URL()
    return Permit(source=source.name, host=f"{url.host}:{url.port}", limits=limits_of(source), ticket=0)


def _shelved(found: SourceState, source: Source | None, standing: RateLimitStatus, settings: Settings) -> Shelved:
    if source is None:
        return Shelved(found=found, state="not loaded", hint=found.hint)
    state, hint = _state(source, standing, settings)
    policy = policy_of(source)
    return Shelved(
        found=found,
        state=state,
        hint=hint,
        named=found.name in settings.search.sources if settings.search.sources else None,
        key="set" if settings.search.keys.get(found.name) else policy.key,
        policy=policy,
        limits=limits_of(source) if source.live else None,
        standing=standing,
    )


def _state(source: Source, standing: RateLimitStatus, settings: Settings) -> tuple[State, str]:
    missing = lacks(source)
    if missing == "key":
        return "needs key", f"Set RESEARCH_AGENT_{source.name.upper()}_KEY to your key for {source.title}."
    if missing == "address":
        return "needs address", f"Set RESEARCH_AGENT_{source.name.upper()}_URL to use {source.title}."
    if not source.live and not _is_set_up(source.name, settings):
        return "not set up", "Run: research-agent setup"
    if standing.broken:
        return "broken", ""
    return ("resting", "") if standing.rests else ("ready", "")


def _is_set_up(name: str, settings: Settings) -> bool:
    """Whether what setup brings for a local source is there; a stranger's source knows that for itself."""
    return all(part.state == "ready" for part in part_states(settings) if part.name == name)
