"""How much one caller may ask for, and how long the server waits for it."""

from __future__ import annotations

from dataclasses import dataclass

from research_agent.errors import ResearchAgentError

__all__ = ["BusyError", "Limits", "RateLimiter", "TokenBucket"]

MAX_BUCKETS = 4096


class BusyError(ResearchAgentError):
    """Too much at once; `seconds` says when it is worth trying again, `stopping` that this server is ending."""

    def __init__(self, message: str, *, hint: str = "", seconds: float = 1.0, stopping: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.seconds = seconds
        self.stopping = stopping


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """
    Bytes, seconds and counts.

    `body` is the largest request, `patience` how long its head and its body may take, `answer_patience` how long a
    client may leave an answer unread. A caller has `rate` requests a second, after a `burst`. `runs` questions are
    answered at once, `user_runs` of one user; `streams` are open for one user, `connections` for all. A question
    nobody listens to goes on for `grace`; its events are kept for `kept` seconds after its end, those of at most
    `kept_runs`. A silent stream says that it lives every `beat`.
    """

    body: int = 1024 * 1024
    patience: float = 10.0
    answer_patience: float = 30.0
    rate: float = 15.0
    burst: int = 60
    runs: int = 16
    user_runs: int = 4
    streams: int = 64
    connections: int = 1024
    grace: float = 5.0
    kept: float = 300.0
    kept_runs: int = 64
    beat: float = 15.0
    stop: float = 5.0


@dataclass(slots=True)
class TokenBucket:
    """A token bucket: `burst` at once, `rate` a second after that. Times are seconds of any steady clock."""

    rate: float
    burst: float
    left: float
    at: float

    def take(self, now: float) -> float:
        """Take one; 0.0, or the seconds until there is one to take."""
        self.left = min(self.burst, self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left >= 1:
            self.left -= 1
            return 0.0
        return (1 - self.left) / self.rate


class RateLimiter:
    """One bucket for each caller; the longest unused is forgotten when there are too many."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._of: dict[str, TokenBucket] = {}

    def take(self, caller: str, now: float) -> float:
        """Take one from the caller's bucket; 0.0, or the seconds until it may ask again."""
        bucket = self._of.pop(caller, None) or TokenBucket(self._rate, self._burst, self._burst, now)
        self._of[caller] = bucket  # the last used stands last
        if len(self._of) > MAX_BUCKETS:
            del self._of[next(iter(self._of))]
        return bucket.take(now)
