"""Analysis of documents: statistics made in isolated processes; hostile bytes can cost the report, never the answer."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from research_agent.errors import WorkerCrashError, WorkerError, WorkerTimeoutError
from research_agent.messages import remarks
from research_agent.types import Document, Finding
from research_agent.workers.isolated_pool import IsolatedPool

__all__ = ["analysis_pool", "analyze"]

log = logging.getLogger(__name__)
SCRIPT = Path(__file__).with_name("analyze_child.py")
MEMORY = 256 * 1024 * 1024
OUTPUT = 1024 * 1024


def analysis_pool(script: Path = SCRIPT) -> IsolatedPool:
    """Processes that make one analysis after the other."""
    return IsolatedPool(script, memory=MEMORY, output=OUTPUT)


async def analyze(
    documents: Sequence[Document],
    *,
    relevance: Mapping[str, float] | None = None,
    timeout: float = 5.0,
    pool: IsolatedPool | None = None,
) -> Finding:
    """
    Analyze documents: counts per source, commonest words, top documents, dates, agreement of sources.

    `relevance` maps ids of documents to scores, `timeout` is in seconds; without a `pool` one is opened for this call.
    Never fails: a crash, a hang or garbage gives a `Finding` without a report, with the reason.
    """
    if pool is None:
        async with analysis_pool() as pool:
            return await analyze(documents, relevance=relevance, timeout=timeout, pool=pool)
    try:
        data = await asyncio.to_thread(_encode, documents, relevance or {})
        return Finding(report=_decode(await pool.ask(data, timeout=timeout)))
    except WorkerTimeoutError:
        return Finding(report={}, reason=remarks.ANALYSIS_TOO_SLOW(seconds=timeout))
    except WorkerError as error:
        log.info("the analysis failed", exc_info=error)
        return Finding(report={}, reason=remarks.ANALYSIS_FAILED(reason=error.message))


def _encode(documents: Sequence[Document], relevance: Mapping[str, float]) -> bytes:
    rows = [
        {
            "source": document.source,
            "title": document.title,
            "url": document.url,
            "text": document.excerpt,
            "published": document.published,
            "relevance": relevance.get(document.id),
        }
        for document in documents
    ]
    return json.dumps(rows).encode("ascii")


def _decode(answer: bytes) -> Mapping[str, Any]:
    """The report in an answer. Raises `WorkerCrashError` for anything else."""
    try:
        report = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise WorkerCrashError(remarks.NO_REPORT_PRINTED()) from error
    if not isinstance(report, dict) or "documents" not in report:
        raise WorkerCrashError(remarks.NO_REPORT_PRINTED())
    return report
