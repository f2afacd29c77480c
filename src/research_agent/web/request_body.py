"""
Body of a request, read before its route sees it.

Front ends send the images of a conversation with each question, in base64. Below /v1 such a run is cut while it comes:
nobody reads it, and it counts for nothing in what a body may have.
"""

from __future__ import annotations

import asyncio
import re

from starlette.types import Message, Receive

from research_agent.messages import request_refusals
from research_agent.web.quotas import RequestLimits
from research_agent.web.request import RejectedError, RequestHead, is_openai

__all__ = ["BufferedBody", "cut_files"]

UPLOADS = "/library/upload"
SHORTEST = 4096
"""Characters of base64 without a space that are a file; a text has none so long."""
FILE = re.compile(rb"([A-Za-z0-9+/=_-]{%d})[A-Za-z0-9+/=_-]+" % SHORTEST)


def cut_files(data: bytes | bytearray) -> bytes:
    """The JSON `data` with each long run of base64 cut to `SHORTEST` characters, also one that is still coming."""
    return bytes(FILE.sub(rb"\1", data))


class BufferedBody:
    """The app's `receive`: the whole body, which is read beforehand, then the client's disconnect."""

    def __init__(self, head: RequestHead, receive: Receive, limits: RequestLimits) -> None:
        self._receive, self._limits = receive, limits
        self._cuts_files = is_openai(head.path)
        self._is_upload = head.path == UPLOADS
        self._kept = limits.upload_bytes if self._is_upload else limits.body_bytes
        self._most = limits.openai_bytes if self._cuts_files else self._kept
        length = head.header("content-length")
        self._declared = int(length) if length.isascii() and length.isdigit() else 0
        self._has_body = self._declared > 0 or head.has("transfer-encoding")
        self._first: Message | None = None

    async def read(self) -> None:
        """Read the body, so that no route waits for a slow client. Raises `RejectedError` (408, 413)."""
        if self._declared > self._most:
            raise self._too_large()
        try:
            limits = self._limits
            async with asyncio.timeout(limits.upload_timeout if self._is_upload else limits.read_timeout):
                data = await self._all()
        except TimeoutError:
            close = {"Connection": "close"}
            raise RejectedError(408, request_refusals.BODY_TOO_SLOW(), reason="slow", headers=close) from None
        if data is not None:
            self._first = {"type": "http.request", "body": data, "more_body": False}

    async def __call__(self) -> Message:
        """The next ASGI message."""
        first, self._first = self._first, None
        return first if first is not None else await self._receive()

    async def _all(self) -> bytes | None:
        """The body, its files cut; None when the client left. Raises `RejectedError` (413)."""
        data, came = bytearray(), 0
        while self._has_body:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self._first = message
                return None
            piece = message.get("body", b"")
            came += len(piece)
            # What was cut once is cut: from then on only the run at the end of it can go on.
            start = max(0, len(data) - SHORTEST) if came - len(piece) > self._limits.body_bytes else 0
            data += piece
            if self._cuts_files and came > self._limits.body_bytes:
                data[start:] = cut_files(data[start:])
            if len(data) > self._kept or came > self._most:
                raise self._too_large()
            self._has_body = message.get("more_body", False)
        return bytes(data)

    def _too_large(self) -> RejectedError:
        close = {"Connection": "close"}
        if not self._cuts_files:
            return RejectedError(413, request_refusals.BODY_TOO_LARGE(most=self._most), reason="body", headers=close)
        message = request_refusals.TEXT_TOO_LARGE(text=self._limits.body_bytes, most=self._most)
        return RejectedError(413, message, request_refusals.LEAVE_IMAGES_OUT(), reason="body", headers=close)
