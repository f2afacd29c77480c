"""Status of the sources, without asking them: availability, scope, rate limits, key, licence and terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from yarl import URL

from research_agent.doctor.source_probe import SourceProbe, list_sources, scope_of, unprobed
from research_agent.http.rate_limit_status import RateLimitStatus, rate_limit_statuses
from research_agent.http.rate_limit_store import Permit
from research_agent.http.rate_limits import Limits
from research_agent.messages import diagnostics, installing
from research_agent.settings import Settings, split_urls
from research_agent.setup.parts import part_states
from research_agent.sources.policy import SourcePolicy, lacks, limits_of, policy_of
from research_agent.sources.protocol import Source
from research_agent.text.humanize import duration

__all__ = ["SourceStatus", "State", "source_statuses"]

State = Literal["ready", "needs key", "needs address", "not set up", "resting", "broken", "not loaded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """
    Status of one source. `state` says whether it can be asked now, `usage` how much of its limits is used up.

    `key` says whether a key is set, or would be of use; the key itself is not in it. `named` says whether the user
    named this source, None when the user named none at all.
    """

    source: SourceProbe
    state: State
    hint: str = ""
    key: Literal["set", "optional", "required", "none"] = "none"
    named: bool | None = None
    policy: SourcePolicy = field(default_factory=SourcePolicy)
    limits: Limits | None = None
    usage: RateLimitStatus = field(default_factory=RateLimitStatus)

    @property
    def summary(self) -> str:
        """The state in a few words, with the rest of a limit that is partly used up."""
        if self.state == "resting":
            return diagnostics.RESTING(duration=duration(self.usage.rests))
        if self.state == "broken":
            return diagnostics.FAILED_RESTING(duration=duration(self.usage.broken))
        if self.state == "not loaded":
            return self.source.reason
        return self.remaining if self.state == "ready" and self.remaining else self.state.replace("needs", "needs its")

    @property
    def remaining(self) -> str:
        """The rest of a limit, like "97 of 100 left for a day"; empty when it is unused or there is none."""
        limits = self.limits or Limits()
        minute, day = self.usage.left(limits)
        if day is not None and day != limits.per_day:
            return diagnostics.LEFT_TODAY(left=day, most=limits.per_day)
        if minute is not None and minute != limits.per_minute:
            return diagnostics.LEFT_THIS_MINUTE(left=minute, most=limits.per_minute)
        return ""

    @property
    def scope(self) -> str:
        """The kinds of question the source is asked; all or none when the user named sources."""
        return scope_of(self.source.name, self.policy, self.named)

    @property
    def pace(self) -> str:
        """The rate limits, like "3 at once, 200 a minute"."""
        if self.limits is None:
            return ""
        parts = [diagnostics.AT_ONCE(n=self.limits.at_once)]
        if self.limits.spacing:
            parts.append(f"{self.limits.spacing:g} s apart")
        if self.limits.per_minute is not None:
            parts.append(f"{self.limits.per_minute:,} a minute")
        if self.limits.per_day is not None:
            parts.append(f"{self.limits.per_day:,} a day")
        shared = (" " + diagnostics.SHARED(pool=self.limits.pool)) if self.limits.pool else ""
        return ", ".join(parts) + shared

    def as_json(self) -> dict[str, Any]:
        """JSON-serialisable form, without the key."""
        minute, day = self.usage.left(self.limits) if self.limits is not None else (None, None)
        return {
            "name": self.source.name,
            "title": self.source.title,
            "kind": "live" if self.source.live else "local",
            "url": self.source.url,
            "asked": self.source.asked,
            "asked_for": sorted(self.policy.kinds),
            "description": self.policy.description,
            "examples": list(self.policy.examples),
            "ready": self.state == "ready",
            "state": self.state,
            "reason": self.source.reason,
            "hint": self.hint,
            "key": self.key,
            "limits": asdict(self.limits) if self.limits is not None else None,
            "left": {"minute": minute, "day": day},
            "rests": round(max(self.usage.rests, self.usage.broken), 1),
            "licence": self.policy.licence,
            "attribution": self.policy.attribution,
            "terms": self.policy.terms,
        }


def source_statuses(settings: Settings, sources: Sequence[Source] | None = None) -> list[SourceStatus]:
    """Status of `sources`, or of all installed and named ones. Sends no request."""
    listed = list(list_sources(settings)) if sources is None else [(unprobed(one, settings), one) for one in sources]
    live = [(probe, source) for probe, source in listed if source is not None and source.live]
    usages = rate_limit_statuses(settings.home, [_permit(source) for _, source in live])
    by_name = {probe.name: usage for (probe, _), usage in zip(live, usages, strict=True)}
    return [_status(probe, source, by_name.get(probe.name, RateLimitStatus()), settings) for probe, source in listed]


def _permit(source: Source) -> Permit:
    """The permit that a request of the source to its own service would need."""
    urls = split_urls(str(getattr(source, "base", "")))
    url = URL(urls[0]) if urls else URL()
    return Permit(source=source.name, host=f"{url.host}:{url.port}", limits=limits_of(source), ticket=0)


def _status(probe: SourceProbe, source: Source | None, usage: RateLimitStatus, settings: Settings) -> SourceStatus:
    if source is None:
        return SourceStatus(source=probe, state="not loaded", hint=probe.hint)
    state, hint = _state(source, usage, settings)
    policy = policy_of(source)
    return SourceStatus(
        source=probe,
        state=state,
        hint=hint,
        named=probe.name in settings.search.sources if settings.search.sources else None,
        key="set" if settings.search.keys.get(probe.name) else policy.key,
        policy=policy,
        limits=limits_of(source) if source.live else None,
        usage=usage,
    )


def _state(source: Source, usage: RateLimitStatus, settings: Settings) -> tuple[State, str]:
    missing = lacks(source)
    if missing == "key":
        return "needs key", diagnostics.SET_KEY(name=source.name.upper(), title=source.title)
    if missing == "address":
        return "needs address", diagnostics.SET_URL(name=source.name.upper(), title=source.title)
    if missing == "documents":
        return "not set up", diagnostics.ADD_DOCUMENTS()
    if not source.live and not _is_set_up(source.name, settings):
        return "not set up", installing.RUN_SETUP()
    if usage.broken:
        return "broken", ""
    return ("resting", "") if usage.rests else ("ready", "")


def _is_set_up(name: str, settings: Settings) -> bool:
    """Whether the parts of a built-in local source are there; plug-ins check that themselves."""
    return all(part.state == "ready" for part in part_states(settings) if part.name == name)
