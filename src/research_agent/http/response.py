"""What came back for one request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Reply"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """
    One answer, whole and unpacked. `url` is where it was found after redirects.

    `retrieved` is wall time in seconds; `age` is 0 unless it was kept. `headers` are those that say how it may be kept,
    `key` by what.
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
