"""Limits on requests, runs and streams, and a rate limiter (token buckets)."""

from __future__ import annotations

from dataclasses import dataclass

from research_agent.errors import ResearchAgentError

__all__ = ["LOGIN_BURST", "LOGIN_RATE", "BusyError", "RateLimiter", "RequestLimits", "RunLimits"]

MAX_BUCKETS = 4096
LOGIN_RATE, LOGIN_BURST = 0.1, 5  # password attempts of one client: a second, after so many at once


class BusyError(ResearchAgentError):
    """A limit was reached: retry after `seconds`; or the server is shutting down (`stopping`)."""

    def __init__(self, message: str, *, hint: str = "", seconds: float = 1.0, stopping: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.seconds = seconds
        self.stopping = stopping


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLimits:
    """
    Limits on requests and connections.

    A client must send its headers and its body (at most `body_bytes`) within `read_timeout` seconds each, and read
    a response within `write_timeout`. Below /v1 a body may have `openai_bytes` with the images and files in it,
    which are not kept. Documents that are uploaded into a library may have `upload_bytes`, within `upload_timeout`.
    A caller has `rate` requests a second after a `burst`.
    """

    body_bytes: int = 1024 * 1024
    openai_bytes: int = 64 * 1024 * 1024
    upload_bytes: int = 256 * 1024 * 1024
    upload_timeout: float = 600.0
    read_timeout: float = 10.0
    write_timeout: float = 30.0
    rate: float = 15.0
    burst: int = 60
    connections: int = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLimits:
    """
    Limits on runs and their event streams; times are seconds.

    At most `total` questions are answered at once, `per_user` of one user, who has at most `user_streams` streams open.
    A run without followers is cancelled after `grace`. A finished one is kept for `retention`, at most `retained` of
    them. A silent stream sends a heartbeat comment every `heartbeat`. Shutdown waits `shutdown` for runs to save.
    """

    total: int = 16
    per_user: int = 4
    user_streams: int = 64
    grace: float = 5.0
    retention: float = 300.0
    retained: int = 64
    heartbeat: float = 15.0
    shutdown: float = 5.0


class RateLimiter:
    """
    A rate limiter with a token bucket per caller: `burst` at once, `rate` a second after that.

    Times are seconds of a monotonic clock. Evicts the least recently used bucket beyond `MAX_BUCKETS`.
    """

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._buckets: dict[str, tuple[float, float]] = {}  # tokens, and when they were counted

    def take(self, caller: str, now: float) -> float:
        """Take a token of the caller's: 0.0 on success, else the seconds until there is one."""
        tokens, updated = self._buckets.pop(caller, (self._burst, now))
        tokens = min(self._burst, tokens + (now - updated) * self._rate)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / self._rate
        self._buckets[caller] = (tokens if wait else tokens - 1, now)  # becomes the last: dicts keep insertion order
        if len(self._buckets) > MAX_BUCKETS:
            del self._buckets[next(iter(self._buckets))]
        return wait
