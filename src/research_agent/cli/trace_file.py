"""Trace file of a turn, for a browser's trace viewer."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from research_agent.cli.timeline_chart import label
from research_agent.errors import UsageError
from research_agent.files import write_atomically
from research_agent.messages import command_results
from research_agent.rendering.timeline import rows
from research_agent.types import Span

__all__ = ["check_trace", "trace", "write_trace"]


def trace(spans: Sequence[Span]) -> dict[str, Any]:
    """Chrome trace (JSON object format, microseconds): a thread for each row, more for a row whose spans overlap."""
    events: list[dict[str, Any]] = [
        {"ph": "M", "pid": 1, "tid": 0, "name": "process_name", "args": {"name": "research-agent"}}
    ]
    thread = 0
    for row in rows(spans):
        name = label(row).strip()
        for lane in _lanes(row.spans):
            thread += 1
            for key, value in (("thread_name", {"name": name}), ("thread_sort_index", {"sort_index": thread})):
                events.append({"ph": "M", "pid": 1, "tid": thread, "name": key, "args": value})
            events += [_event(name, span, thread) for span in lane]
    return {"traceEvents": events, "displayTimeUnit": "ms"}


def check_trace(file: Path) -> None:
    """Raise `UsageError` if no trace can be written there: before a question is asked, not after."""
    target = Path(os.path.realpath(file))
    if not target.parent.is_dir():
        raise UsageError(command_results.NO_TRACE_FOLDER(parent=str(file.parent)), hint=command_results.MAKE_FOLDER())
    if target.is_dir():
        raise UsageError(command_results.TRACE_IS_FOLDER(file=str(file)), hint=command_results.NAME_TRACE())
    try:
        if _is_device(target):
            target.open("wb").close()
        else:
            tempfile.TemporaryFile(dir=target.parent).close()
    except OSError as error:
        raise UsageError(
            command_results.TRACE_NOT_WRITTEN(file=str(file), strerror=error.strerror),
            hint=command_results.TRACE_ELSEWHERE(),
        ) from error


def write_trace(file: Path, spans: Sequence[Span]) -> None:
    """Write the trace atomically, or directly to what is no regular file (/dev/stderr). Raises `OSError`."""
    target, text = Path(os.path.realpath(file)), json.dumps(trace(spans)) + "\n"
    if _is_device(target):
        target.write_text(text, "utf-8")
        return
    write_atomically(target, text.encode())


def _is_device(file: Path) -> bool:
    try:
        return not stat.S_ISREG(file.stat().st_mode)
    except FileNotFoundError:
        return False


def _event(name: str, span: Span, thread: int) -> dict[str, Any]:
    start, end = round(span.start * 1e6), round(span.end * 1e6)
    return {"ph": "X", "pid": 1, "tid": thread, "name": name, "cat": span.lane, "ts": start, "dur": end - start}


def _lanes(spans: Sequence[Span]) -> list[list[Span]]:
    """The spans in as few lists as it takes for each to hold only such as follow or hold each other."""
    lanes: list[list[Span]] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        fits = (lane for lane in lanes if all(span.start >= other.end or span.end <= other.end for other in lane))
        lane = next(fits, None)
        if lane is None:
            lanes.append([span])
        else:
            lane.append(span)
    return lanes
