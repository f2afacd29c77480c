"""
Reading HTML, XML and PDF in locked children: what a hostile document can cost is its own reading.

A child is started at the first document and kept warm. It has its memory, processor time and files limited, is locked
in (`lock.py`), and answers in JSON. A document that kills it, or takes too long, is a `BodyError`; the next one finds a
new child. A second child is started only when the first is busy, so that one slow document does not hold up all.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import sysconfig
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from research_agent.documents.reader import Node, Page
from research_agent.errors import BodyError, SourceError, WorkerCrashError, WorkerError, WorkerTimeoutError
from research_agent.workers.isolated_process import WarmChild

__all__ = ["LockedReader", "open_reader"]

CHILD = Path(__file__).with_name("reader_child.py")
PACKAGES = ("research_agent", "selectolax", "pypdfium2", "pypdfium2_raw")
SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/dev/null")

MEMORY = 512 * 1024 * 1024  # address space of a child, in bytes
OUTPUT = 16 * 1024 * 1024
SECONDS = 3.0  # for one document
START = 30.0
LIFE = 240  # seconds of processor time that a child has; it is replaced well before
GROWN = 300 * 1024 * 1024  # bytes; a child that once took more is replaced
CHILDREN = 2
BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")


class LockedReader:
    """
    The `Reader` of a run; made by `open_reader`.

    `seconds` is what one document may take, waiting for a free child not counted; `memory` the address space in bytes.
    """

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY, script: Path = CHILD) -> None:
        self._seconds, self._memory, self._script = seconds, memory, script
        self._free: list[WarmChild] = []
        self._turn = asyncio.Semaphore(CHILDREN)
        self.locked: tuple[str, ...] = ()

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the children that are free now."""
        return tuple(child.pid for child in self._free)

    async def xml(self, body: bytes) -> Node:
        """The root element of an XML document. Raises `BodyError`."""
        return await asyncio.to_thread(_node, await self._read("xml", body))

    async def html(self, body: bytes, *, url: str, charset: str | None = None) -> Page:
        """What a reader sees of the page found at `url`; `charset` is what its header named. Raises `BodyError`."""
        return _page(await self._read("html", body, url=url, charset=charset))

    async def pdf(self, body: bytes) -> Page:
        """The text of a PDF's first pages. Raises `BodyError`."""
        return _page(await self._read("pdf", body))

    async def plain(self, fragments: Sequence[str]) -> list[str]:
        """Fragments of HTML or JATS as plain text, one for each. Raises `BodyError`."""
        if not any("<" in text or "&" in text for text in fragments):  # nothing to read: no child is asked
            return [_unmarked(text) for text in fragments]
        told = await self._read("plain", json.dumps(list(fragments)).encode("ascii"))
        if not isinstance(told, list) or len(told) != len(fragments):
            raise _no_answer()
        return [_text(text) for text in told]

    async def close(self) -> None:
        """End the children."""
        while self._free:
            await self._free.pop().end()

    async def _read(self, kind: str, body: bytes, **head: Any) -> Any:
        """What the child gives for a document. Raises `BodyError`; `SourceError` when there can be no child."""
        async with self._turn:
            try:
                child = self._free.pop() if self._free else await self._start()
            except WorkerError as error:
                raise SourceError(f"could not be read: {error.message}", hint="See: research-agent doctor") from error
            try:
                asked = json.dumps({"kind": kind, **head}).encode("ascii")
                told = _parsed(await child.ask(asked, body, timeout=self._seconds))
            except BaseException as error:
                await child.end()
                if isinstance(error, WorkerTimeoutError):
                    raise BodyError(f"takes longer than {self._seconds:g} s to read", hint=HINT) from error
                if isinstance(error, WorkerCrashError):
                    raise BodyError("cannot be read: its reader was stopped", hint=HINT) from error
                raise
            await self._put_back(child, told)
        if "value" not in told:
            raise BodyError(f"cannot be read: it {_text(told.get('error'))}", hint=HINT)
        return told["value"]

    async def _start(self) -> WarmChild:
        folders = await asyncio.to_thread(_folders)  # it looks into the import path's folders
        child = await WarmChild.start(self._script, memory=self._memory, seconds=LIFE, output=OUTPUT)
        standard = sysconfig.get_paths()["stdlib"], sys.base_prefix + "/lib", *SYSTEM
        told = json.dumps({"folders": folders, "readable": [*folders, *standard]}).encode("ascii")
        heard = json.loads(await child.ask(told, timeout=START))  # it has read nothing yet
        self.locked = tuple(heard["locked"])
        return child

    async def _put_back(self, child: WarmChild, told: Mapping[str, Any]) -> None:
        """Keep the child, unless it has grown old or large."""
        seconds, memory = told.get("seconds"), told.get("memory")
        fit = isinstance(seconds, float) and seconds < LIFE / 2 and isinstance(memory, int) and memory < GROWN
        if fit and "spent" not in told:
            self._free.append(child)
        else:
            await child.end()


HINT = "The document may be damaged, or made to do harm."


@asynccontextmanager
async def open_reader() -> AsyncIterator[LockedReader]:
    """Open the reader of one run; leaving the block ends its children. Nothing is started before the first document."""
    reader = LockedReader()
    try:
        yield reader
    finally:
        await reader.close()


def _folders() -> list[str]:
    """Where the child's packages are, and nothing else that may be on the path."""
    specs = [find_spec(package) for package in PACKAGES]
    places = [Path(spec.origin).parents[1] for spec in specs if spec is not None and spec.origin is not None]
    return list(dict.fromkeys(map(str, places)))


def _parsed(answer: bytes) -> dict[str, Any]:
    """A child's answer. It may be the work of a document that took the child over: nothing in it is believed."""
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise _no_answer() from error
    if not isinstance(told, dict):
        raise _no_answer()
    return told


def _node(value: Any) -> Node:
    try:
        tag, attributes, *content = value
        items = tuple(item if isinstance(item, str) else _node(item) for item in content)
        return Node(_text(tag), {_text(name): _text(one) for name, one in attributes.items()}, items)
    except (TypeError, ValueError, AttributeError, RecursionError) as error:
        raise _no_answer() from error


def _page(value: Any) -> Page:
    if not isinstance(value, dict):
        raise _no_answer()
    fields = {name: _text(value.get(name, "")) for name in
              ("title", "text", "description", "author", "published", "language")}  # fmt: skip
    links = value.get("links", ())
    try:
        pairs = tuple((_text(said), _text(target)) for said, target in links)
    except (TypeError, ValueError) as error:
        raise _no_answer() from error
    return Page(**fields, links=pairs, is_challenge=value.get("is_challenge") is True)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _no_answer()
    return value


def _unmarked(text: str) -> str:
    paragraphs = (" ".join(piece.split()) for piece in BLANK_LINE.split(text))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _no_answer() -> BodyError:
    return BodyError("cannot be read: its reader gave no answer", hint=HINT)
