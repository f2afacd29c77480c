"""
Documents -> statistics, in an isolated child process: what hostile bytes can cost is the report, never the answer.

The child is one of its own, or one that is kept for the next documents (`open_analysts`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from research_agent.errors import WorkerCrashError, WorkerError, WorkerTimeoutError
from research_agent.types import Document, Finding
from research_agent.workers.isolated_pool import KeptChildren, open_kept
from research_agent.workers.one_shot import run_child

__all__ = ["analyze", "open_analysts"]

SCRIPT = Path(__file__).with_name("analyze_child.py")
CHILD = (str(SCRIPT),)
MEMORY = 256 * 1024 * 1024
OUTPUT = 1024 * 1024


def open_analysts() -> AbstractAsyncContextManager[KeptChildren]:
    """Children that are kept from one analysis to the next."""
    return open_kept(SCRIPT, "kept", memory=MEMORY, output=OUTPUT)


async def analyze(
    documents: Sequence[Document],
    *,
    relevance: Mapping[str, float] | None = None,
    timeout: float = 5.0,
    child: Sequence[str] = CHILD,
    kept: KeptChildren | None = None,
) -> Finding:
    """
    Counts per source, commonest words, top documents, dates, and where different sources agree.

    `relevance` maps ids of documents to scores, `timeout` is in seconds, `child` the script that does the work with
    its arguments; `kept` are children that are there for it already. Never fails: a crash, a hang or garbage gives a
    `Finding` without a report, with the reason.
    """
    try:
        data = await asyncio.to_thread(_encode, documents, relevance or {})
        if kept is not None:
            printed = await kept.ask(data, timeout=timeout)
        else:
            printed = await run_child(child, data, timeout=timeout, memory=MEMORY, output=OUTPUT)
        return Finding(report=_decode(printed))
    except WorkerTimeoutError:
        return Finding(report={}, reason=f"the analysis took longer than {timeout:g} s and was stopped")
    except WorkerError as error:
        return Finding(report={}, reason=f"the analysis failed: {error.message}")


def _encode(documents: Sequence[Document], relevance: Mapping[str, float]) -> bytes:
    rows = [
        {
            "source": document.source,
            "title": document.title,
            "url": document.url,
            "text": document.text,
            "published": document.published,
            "relevance": relevance.get(document.id),
        }
        for document in documents
    ]
    return json.dumps(rows).encode("ascii")


def _decode(printed: bytes) -> Mapping[str, Any]:
    """Raises `WorkerCrashError` for anything but a report."""
    try:
        report = json.loads(printed)
    except (ValueError, RecursionError) as error:
        raise WorkerCrashError("it printed something that is no report.") from error
    if not isinstance(report, dict) or "documents" not in report:
        raise WorkerCrashError("it printed something that is no report.")
    return report
