"""How often a service may be asked."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """
    What a service allows, over all processes that share a home.

    `at_once` requests are in flight, `spacing` seconds lie between the starts of two. Sources that share one limit name
    it in `pool`; "" is the source's own. `remaining` is the response header with what is left, `reset` the one with the
    seconds until it is full again.
    """

    at_once: int = 4
    spacing: float = 0.0
    per_minute: int | None = None
    per_day: int | None = None
    pool: str = ""
    remaining: str = ""
    reset: str = ""
