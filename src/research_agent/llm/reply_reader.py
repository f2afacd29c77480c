"""
Reader of what a model's server sends: bytes, in whatever framing, to JSON objects.

Server-sent events, one object a line, a whole object or a list of them: servers, and proxies before them, send one
where another was asked for.
"""

from __future__ import annotations

import json
import re
import zlib
from typing import Any

from research_agent.messages import chat_failures

__all__ = ["BROKEN", "DONE", "ReplyReader", "UnreadableReplyError"]

DONE: dict[str, Any] = {"done": True}
"""The object that `[DONE]` stands for."""

BROKEN: dict[str, Any] = {}
"""In place of an object that is broken."""

FIELD = re.compile(r"(data|event|id|retry)[ \t]*:[ \t]?(.*)", re.DOTALL)
LINE_END = re.compile(rb"\r\n|\r|\n")
GZIP = b"\x1f\x8b"
LARGEST = 16 * 2**20  # bytes of one object, and of what a piece may inflate to
DECODER = json.JSONDecoder()


class UnreadableReplyError(ValueError):
    """What came is no reply of a model; the message says what it is."""


class ReplyReader:
    """
    Incremental reader; however the bytes are cut, the objects are the same. Raises `UnreadableReplyError`.

    A byte order mark, comments, ids, blank lines and lines of other text are skipped; bytes that are compressed
    although no header says so are inflated. `unread` names what was no JSON, "" when all was.
    """

    def __init__(self) -> None:
        self.unread = ""
        self._bytes, self._event, self._pending = b"", "", ""
        self._raw = self._after_cr = False
        self._inflate: Any = None
        self._head: bytes | None = b""  # the first bytes, until they tell whether it is compressed

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """Add bytes; gives the objects that are whole."""
        data = self._inflated(data)
        if self._after_cr and data:
            data, self._after_cr = data.removeprefix(b"\n"), False
        *lines, self._bytes = LINE_END.split(self._bytes + data)
        self._after_cr = not self._bytes and data.endswith(b"\r")
        if len(self._bytes) + len(self._pending) > LARGEST:
            raise UnreadableReplyError(chat_failures.ENDLESS_OBJECT())
        return [item for line in lines for item in self._line(line)]

    def end(self) -> list[dict[str, Any]]:
        """The objects of the rest, at the end of the bytes; what is not whole is `unread`."""
        head, self._head = self._head, None
        items = self.feed(head) if head else []
        items += self._line(self._bytes)
        items += self._dispatch()
        self._bytes = b""
        return items

    def _inflated(self, data: bytes) -> bytes:
        if self._head is not None:
            data = self._head + data
            if len(data) < len(GZIP):
                self._head = data
                return b""
            self._head = None
            if data.startswith(GZIP):
                self._inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        if self._inflate is None:
            return data
        try:
            inflated = bytes(self._inflate.decompress(data, LARGEST))
        except zlib.error as error:
            raise UnreadableReplyError(chat_failures.BAD_COMPRESSION()) from error
        if self._inflate.unconsumed_tail:
            raise UnreadableReplyError(chat_failures.ENDLESS_OBJECT())
        return inflated

    def _line(self, line: bytes) -> list[dict[str, Any]]:
        text = line.decode("utf-8", "replace").lstrip("\ufeff")
        if self._raw:
            return self._add(f"\n{text}")
        if not text.strip():
            return self._dispatch()
        if text.startswith(":"):
            return []
        if match := FIELD.match(text):
            name, value = match.groups()
            if name == "event":
                self._event = value.strip()
            return self._add(f"\n{value}" if self._pending else value) if name == "data" else []
        if text.lstrip()[0] in "{[":
            self._raw = True
            return self._add(text)
        self.unread = self.unread or ("HTML" if text.lstrip().startswith("<") else chat_failures.OTHER_TEXT())
        return []

    def _add(self, text: str) -> list[dict[str, Any]]:
        """Add text to the object that is being read; gives it, and those behind it, when it is whole."""
        self._pending += text
        if not text.rstrip().endswith(("}", "]")):
            return []
        items, at = [], 0
        pending = self._pending.strip()
        while at < len(pending):
            try:
                value, at = DECODER.raw_decode(pending, at)
            except (ValueError, RecursionError):
                break
            items += [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]
            while at < len(pending) and pending[at] in " \t\n,":
                at += 1
        if pending[at : at + len("[DONE]")].upper() == "[DONE]":
            items, at = [*items, DONE], len(pending)
        if self._event == "error":
            items = [item if {"error", "choices"} & set(item) else {"error": item} for item in items]
        self._pending = pending[at:]
        self._raw = self._raw and bool(self._pending)
        return items

    def _dispatch(self) -> list[dict[str, Any]]:
        """The end of an event: what is still pending is no JSON, or broken."""
        event, pending = self._event, self._pending.strip()
        self._event = self._pending = ""
        self._raw = False
        if event == "error" and pending:
            return [{"error": pending}]
        if pending.startswith(("{", "[")):
            self.unread = chat_failures.BROKEN_JSON()
            return [BROKEN]
        if pending:
            self.unread = self.unread or chat_failures.OTHER_TEXT()
        return []
