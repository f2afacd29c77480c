"""HTTP response, as the client hands it on and the cache stores it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Response"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """
    One response, whole and decompressed. `url` is the address after redirects.

    `retrieved` is wall time in seconds; `age` is 0 unless it came from the cache. `headers` are those that control
    caching, `key` is its cache key.
    """

    status: int
    data: bytes
    content_type: str
    charset: str | None
    url: str
    retrieved: float
    age: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)
    key: bytes = b""
