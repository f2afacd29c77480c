"""Body of a response, read under a limit of bytes."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import aiohttp

from research_agent.errors import BodyError
from research_agent.http.errors import status_error
from research_agent.http.redirects import hint_of
from research_agent.messages import failures

__all__ = ["read_body"]

ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate", "br", "zstd"})
ERROR_BODY = 64 * 1024  # bytes that are read of the body of an error
ERROR_SECONDS = 2.0


async def read_body(raw: aiohttp.ClientResponse, limit: int, timeout: float) -> bytes:
    """
    Read a whole body of at most `limit` bytes, as sent and as unpacked; `timeout` is that of its request, in seconds.

    Raises `BodyError` for a larger one or an unknown packing, and `HttpStatusError` for a status of 300 or more.
    """
    hint, body = hint_of(raw.url), bytearray()
    if raw.status >= 300:
        # The beginning of an error's body; a body that does not come must not hide the status.
        with suppress(aiohttp.ClientError, OSError):
            async with asyncio.timeout(min(ERROR_SECONDS, timeout / 4)):
                await _is_larger(raw, ERROR_BODY, body)
        raise status_error(raw.status, raw.headers.get("Retry-After"), hint=hint, body=bytes(body[:ERROR_BODY]))
    if (encoding := raw.headers.get("Content-Encoding", "").strip().lower()) not in ENCODINGS:
        raise BodyError(failures.UNKNOWN_PACKING(encoding=encoding[:40]), hint=hint)
    if (raw.content_length or 0) > limit or await _is_larger(raw, limit, body):
        raise BodyError(failures.TOO_LARGE(limit=limit // 1024**2), hint=hint)
    return bytes(body)


async def _is_larger(raw: aiohttp.ClientResponse, limit: int, body: bytearray) -> bool:
    """Read the body into `body` until it is over `limit` bytes, as sent or as unpacked, and say whether it is."""
    async for chunk in raw.content.iter_any():
        body += chunk
        if max(len(body), raw.content.total_raw_bytes) > limit:
            return True
    return False
