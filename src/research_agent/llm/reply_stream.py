"""
Normalization of a model's stream, between its server and the client library that reads it.

Client libraries read what their own vendor sends, and end at a keep-alive comment, an array of parts or a missing
finish reason. Here any framing and any shape becomes the plainest stream of the protocol: bytes in, bytes out.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import aclosing, suppress
from functools import cache
from typing import Any, Literal

from research_agent.llm.reply_delta import Delta, delta_of
from research_agent.llm.reply_marks import FIELD_MARKS
from research_agent.llm.reply_reader import BROKEN, ReplyReader, UnreadableReplyError

__all__ = ["CutReplyError", "ReplyNormalizer", "normalize", "reply_hooks"]

Protocol = Literal["openai", "ollama"]
LAST_BYTES = 0.1  # seconds that a server has to close a reply after its end
EPOCH = "1970-01-01T00:00:00Z"


class CutReplyError(ValueError):
    """The bytes ended before the reply did."""


class ReplyNormalizer:
    """
    Incremental normalizer of one reply: bytes as a server sent them, to a stream of `protocol`.

    Raises `UnreadableReplyError` for what is no reply, and `CutReplyError` for one without an end. Half a character,
    which servers that think in UTF-16 send, waits for its other half. The reply has `ended` when its server gave a
    reason, and is `closed` when nothing can follow.
    """

    def __init__(self, protocol: Protocol) -> None:
        self._write = _openai if protocol == "openai" else _ollama
        self._last = b"data: [DONE]\n\n" if protocol == "openai" else b""
        self._reader = ReplyReader()
        self._half = ""
        self._seen = self._known = self._told = self._wrote = False
        self.ended = self.closed = False

    def feed(self, data: bytes) -> bytes:
        """Add bytes; gives what they become."""
        return self._written(self._reader.feed(data))

    def end(self) -> bytes:
        """The rest, at the end of the bytes."""
        written = self._written(item for item in self._reader.end() if item is not BROKEN)
        if not self.ended and not self._told:
            if not self._known:
                raise UnreadableReplyError(self._reader.unread or ("other JSON" if self._seen else "nothing"))
            raise CutReplyError
        return written + self._last

    def _written(self, items: Iterable[dict[str, Any]]) -> bytes:
        written = b""
        for item in items:
            if item is BROKEN and not self.ended:
                raise UnreadableReplyError(self._reader.unread)
            self._seen = True
            self.closed |= item.get("done") is True
            if (delta := self._checked(delta_of(item))) is not None:
                written += self._write(delta)
        return written

    def _checked(self, delta: Delta) -> Delta | None:
        """The delta as it is passed on; None when it adds nothing."""
        self._known |= delta.is_known
        self._told |= bool(delta.error)
        if delta.is_whole and self._wrote:  # the whole message again, behind its pieces
            delta = delta._replace(text="")
        text = self._joined(delta.text, last=bool(delta.reason))
        self._wrote |= bool(text)
        reason = "" if self.ended else delta.reason or ("stop" if delta.is_whole else "")
        self.ended |= bool(reason)
        delta = delta._replace(text=delta.marks + text, reason=reason)
        return delta if delta.text or reason or delta.error or delta.usage else None

    def _joined(self, text: str, *, last: bool) -> str:
        text = self._half + FIELD_MARKS.sub("", text)
        self._half = ""
        if text and "\ud800" <= text[-1] <= "\udbff" and not last:
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def normalize(data: bytes, protocol: Protocol) -> bytes:
    """A whole reply, normalized; see `ReplyNormalizer`."""
    normalizer = ReplyNormalizer(protocol)
    return normalizer.feed(data) + normalizer.end()


def reply_hooks(protocol: Protocol) -> dict[str, list[Callable[[Any], Awaitable[None]]]]:
    """
    Event hooks for a client of httpx, or of its successor, that normalize each reply with status 200.

    Hooks, not a transport: so the client's proxies stay as they are.
    """

    async def replace(response: Any) -> None:
        if response.status_code != 200:
            return
        http = sys.modules[type(response).__module__.partition(".")[0]]
        inner = http.Response(200, headers=response.headers, stream=response.stream, request=response.request)
        for name in ("content-encoding", "content-length"):
            response.headers.pop(name, None)
        response.stream = _stream_type(http)(inner, protocol)

    return {"response": [replace]}


@cache
def _stream_type(http: Any) -> Any:
    """The type of a body that is decoded and normalized while it comes, for the client library `http`."""

    class NormalizedStream(http.AsyncByteStream):  # type: ignore[misc]
        def __init__(self, response: Any, protocol: Protocol) -> None:
            self._response, self._normalizer = response, ReplyNormalizer(protocol)

        async def __aiter__(self) -> AsyncIterator[bytes]:
            try:
                async with aclosing(self._response.aiter_bytes()) as pieces:
                    async for piece in pieces:
                        if written := self._normalizer.feed(piece):
                            yield written
                        if self._normalizer.closed:
                            await _read_out(pieces)
                            break
            except (http.NetworkError, http.ProtocolError, http.DecodingError) as error:
                if not self._normalizer.ended:
                    raise CutReplyError from error
            if rest := self._normalizer.end():
                yield rest

        async def aclose(self) -> None:
            await self._response.aclose()

    return NormalizedStream


async def _read_out(pieces: AsyncIterator[bytes]) -> None:
    """Wait a moment for the last bytes: when all are read, the connection can be used again."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LAST_BYTES):
            async for _ in pieces:
                pass


def _openai(delta: Delta) -> bytes:
    if delta.error:
        return _event({"error": {"message": delta.error}})
    choice = {
        "index": 0,
        "delta": {"role": "assistant", "content": delta.text},
        "finish_reason": delta.reason or None,
    }
    chunk: dict[str, Any] = {"id": "reply", "object": "chat.completion.chunk", "created": 0, "model": ""}
    chunk["choices"] = [choice] if delta.text or delta.reason else []
    if delta.usage:
        prompt, reply = delta.usage
        chunk["usage"] = {"prompt_tokens": prompt, "completion_tokens": reply, "total_tokens": prompt + reply}
    return _event(chunk)


def _event(content: object) -> bytes:
    return b"data: " + json.dumps(content).encode() + b"\n\n"


def _ollama(delta: Delta) -> bytes:
    if delta.error:
        return json.dumps({"error": delta.error}).encode() + b"\n"
    message = {"role": "assistant", "content": delta.text}
    line: dict[str, Any] = {"model": "", "created_at": EPOCH, "message": message, "done": bool(delta.reason)}
    if delta.reason:
        line["done_reason"] = delta.reason
    if delta.usage:
        line |= {"prompt_eval_count": delta.usage.prompt, "eval_count": delta.usage.reply}
    return json.dumps(line).encode() + b"\n"
