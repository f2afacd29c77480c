"""
Reader of HTML, XML and PDF in sandboxed processes: what a hostile document can cost is its own reading.

A process is started at the first document and kept warm. Its memory, processor time and files are limited, it is
sandboxed (`workers/sandbox.py`), and it answers in JSON. A document that kills it, or takes too long, is a `BodyError`.
A second process is started only when the first is busy, so that one slow document does not hold up all.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
import sys
import sysconfig
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from research_agent.documents.notices import REASONS
from research_agent.documents.reader import Node, Page
from research_agent.errors import BodyError, SourceError, WorkerCrashError, WorkerError, WorkerTimeoutError
from research_agent.messages import archive_failures, file_failures
from research_agent.text.sanitize import one_line
from research_agent.workers.isolated_pool import IsolatedPool
from research_agent.workers.isolated_process import IsolatedProcess

__all__ = ["SCRIPT", "SYSTEM", "IsolatedReader", "checked", "open_reader", "package_folders", "value_of"]

T = TypeVar("T")

SCRIPT = Path(__file__).with_name("reader_child.py")
PACKAGES = ("research_agent", "selectolax", "pypdfium2", "pypdfium2_raw", "charset_normalizer", "mammoth", "cobble")
SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/dev/null")

MEMORY = 512 * 1024 * 1024  # address space of a process, in bytes
OUTPUT = 16 * 1024 * 1024
SECONDS = 3.0  # for one document
START = 30.0
LIFE = 240  # seconds of processor time that a process has; it is replaced well before
GROWN = 300 * 1024 * 1024  # bytes; a process that once took more is replaced
LONGEST_LINE = 300  # characters of what a process says of a failure
BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")


class IsolatedReader:
    """
    The `Reader` of a run; made by `open_reader`.

    `seconds` is what one document may take, waiting for a free process not counted; `memory` the address space in
    bytes, `output` the bytes of an answer. `locked` says which sandboxes hold, as `sandbox.lock` does.
    """

    def __init__(
        self, *, seconds: float = SECONDS, memory: int = MEMORY, output: int = OUTPUT, script: Path = SCRIPT
    ) -> None:
        self._seconds = seconds
        self._pool = IsolatedPool(
            script, memory=memory, seconds=LIFE, output=output, uses=math.inf, on_start=self._on_start
        )
        self.locked: tuple[str, ...] = ()

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of those that are free now."""
        return self._pool.pids

    async def xml(self, body: bytes) -> Node:
        """Root element of an XML document. Raises `BodyError`."""
        return await asyncio.to_thread(checked, _node, await self._read("xml", body))

    async def html(self, body: bytes, *, url: str, charset: str | None = None, links: bool = True) -> Page:
        """Web page at `url`, with its `links` and images or without. Raises `BodyError`."""
        return checked(_page, await self._read("html", body, url=url, charset=charset, links=links))

    async def pdf(self, body: bytes) -> Page:
        """Text and metadata of a PDF. Raises `BodyError`."""
        return checked(_page, await self._read("pdf", body))

    async def plain(self, fragments: Sequence[str]) -> list[str]:
        """Plain text of each fragment of HTML or JATS. Raises `BodyError`."""
        if not any("<" in text or "&" in text for text in fragments):  # no markup: no process is needed
            return [_unmarked(text) for text in fragments]
        texts = await self._read("plain", json.dumps(list(fragments)).encode("ascii"))
        return checked(partial(_texts, len(fragments)), texts)

    async def close(self) -> None:
        """End the processes."""
        await self._pool.close()

    async def _read(self, kind: str, body: bytes, **options: Any) -> Any:
        """The value of a document. Raises `BodyError`; `SourceError` when no process can be started."""
        async with self._borrow() as process:
            answer = await self._ask(process, self._seconds, kind, body, **options)
        return value_of(answer)

    @asynccontextmanager
    async def _borrow(self) -> AsyncIterator[IsolatedProcess]:
        """A process for the block. Raises `SourceError` when none can be started."""
        try:
            async with self._pool.borrow() as process:
                yield process
        except WorkerError as error:
            raise SourceError(
                file_failures.READER_FAILED(reason=error.message), hint=archive_failures.SEE_DOCTOR()
            ) from error

    async def _ask(
        self, process: IsolatedProcess, seconds: float, kind: str, body: bytes, **options: Any
    ) -> dict[str, Any]:
        """What a process answers within some seconds. Raises `BodyError`, and it is ended then."""
        head = json.dumps({"kind": kind, **options}).encode("ascii")
        try:
            answer = checked(_parsed, await process.ask(head, body, timeout=seconds))
        except WorkerTimeoutError as error:
            raise BodyError(file_failures.TAKES_TOO_LONG(seconds=seconds), hint=file_failures.HARMFUL()) from error
        except WorkerCrashError as error:
            raise BodyError(archive_failures.STOPPED(), hint=file_failures.HARMFUL()) from error
        process.is_worn = _is_worn(answer)
        return answer

    async def _on_start(self, process: IsolatedProcess) -> None:
        """Tell the process where to import from and what it may read; it sandboxes itself then."""
        folders = await asyncio.to_thread(package_folders)  # it looks into the import path's folders
        standard = sysconfig.get_paths()["stdlib"], sys.base_prefix + "/lib", *SYSTEM
        start = json.dumps({"folders": folders, "readable": [*folders, *standard]}).encode("ascii")
        answer = json.loads(await process.ask(start, timeout=START))  # it has read no document yet
        self.locked = tuple(answer["locked"])


@asynccontextmanager
async def open_reader() -> AsyncIterator[IsolatedReader]:
    """Open the reader of one run; leaving the block ends its processes. None is started before the first document."""
    reader = IsolatedReader()
    try:
        yield reader
    finally:
        await reader.close()


def package_folders() -> list[str]:
    """The folders of the packages that the script imports, and nothing else that may be on the path."""
    specs = [find_spec(package) for package in PACKAGES]
    places = [Path(spec.origin).parents[1] for spec in specs if spec is not None and spec.origin is not None]
    return list(dict.fromkeys(map(str, places)))


def checked(read: Callable[[Any], T], value: Any) -> T:
    """
    `read(value)`. Raises `BodyError` when that is not of the form expected.

    An answer may be the work of a document that took the process over: nothing in it is believed.
    """
    try:
        return read(value)
    except (TypeError, ValueError, AttributeError, RecursionError) as error:
        raise BodyError(file_failures.READER_SILENT(), hint=file_failures.HARMFUL()) from error


def value_of(answer: Mapping[str, Any]) -> Any:
    """The value of a process's answer. Raises `BodyError` when it is an error."""
    if "value" in answer:
        return answer["value"]
    error, hint = (one_line(checked(_text, answer.get(name, "")))[:LONGEST_LINE] for name in ("error", "hint"))
    raise BodyError(
        file_failures.CANNOT_BE_READ(reason=error or file_failures.GAVE_NO_ANSWER()),
        hint=hint or file_failures.HARMFUL(),
    )


def _parsed(answer: bytes) -> dict[str, Any]:
    fields = json.loads(answer)
    if not isinstance(fields, dict):
        raise TypeError
    return fields


def _is_worn(answer: Mapping[str, Any]) -> bool:
    """Whether the process has grown old or large."""
    seconds, memory = answer.get("seconds"), answer.get("memory")
    is_fit = isinstance(seconds, float) and seconds < LIFE / 2 and isinstance(memory, int) and memory < GROWN
    return not is_fit or "spent" in answer


def _node(value: Any) -> Node:
    tag, attributes, *content = value
    items = tuple(item if isinstance(item, str) else _node(item) for item in content)
    return Node(_text(tag), {_text(name): _text(one) for name, one in attributes.items()}, items)


def _page(value: Any) -> Page:
    names = ("title", "text", "description", "author", "published", "modified", "canonical", "schema", "language")
    fields = {name: _text(value.get(name, "")) for name in (*names, "refresh")}
    links = tuple((_text(text), _text(target)) for text, target in value.get("links", ()))
    images = tuple((_text(text), _text(target)) for text, target in value.get("images", ()))
    notice = _text(value.get("notice", ""))
    return Page(
        **fields,
        links=links,
        images=images,
        is_challenge=value.get("is_challenge") is True,
        notice=notice if notice in REASONS else "",
        is_cut=value.get("is_cut") is True,
        pages=_count(value.get("pages", 0)),
        pages_read=_count(value.get("pages_read", 0)),
        empty_pages=_count(value.get("empty_pages", 0)),
    )


def _count(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value < 2**31:
        raise TypeError
    return value


def _texts(count: int, value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) != count:
        raise TypeError
    return [_text(text) for text in value]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _unmarked(text: str) -> str:
    paragraphs = (" ".join(piece.split()) for piece in BLANK_LINE.split(text))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
