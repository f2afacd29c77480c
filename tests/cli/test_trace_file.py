"""The trace file: Chrome's trace events, true to the spans, written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given

from helpers.span_strategies import any_spans
from research_agent.cli import trace_file
from research_agent.cli.trace_file import trace
from research_agent.types import Span

SPANS = (
    Span("plan", 0.0, 0.5),
    Span("wikipedia", 0.5, 1.2, "source"),
    Span("hackernews", 0.5, 1.5, "source"),
    Span("fetch", 0.5, 1.5),
    Span("rank", 1.5, 1.5001),
    Span("synthesize", 1.5, 2.0),
)
spans = any_spans()


def test_the_trace_is_chrome_trace_event_json() -> None:
    events = json.loads(json.dumps(trace(SPANS)))["traceEvents"]
    [hackernews] = [event for event in events if event["ph"] == "X" and event["name"] == "hackernews"]
    assert (hackernews["ts"], hackernews["dur"], hackernews["cat"]) == (500_000, 1_000_000, "source")
    named = {event["tid"]: event["args"]["name"] for event in events if event["name"] == "thread_name"}
    assert named[hackernews["tid"]] == "hackernews"
    assert len(named) == len(SPANS)


@given(spans)
def test_every_span_is_in_the_trace_and_those_of_a_thread_follow_or_hold_each_other(given: list[Span]) -> None:
    events = [event for event in trace(given)["traceEvents"] if event["ph"] == "X"]
    seen = [(event["ts"], event["ts"] + event["dur"]) for event in events]
    assert sorted(seen) == sorted((round(span.start * 1e6), round(span.end * 1e6)) for span in given)
    for one, (start, end) in zip(events, seen, strict=True):
        for other, (begun, over) in zip(events, seen, strict=True):
            if one is not other and one["tid"] == other["tid"]:
                assert (
                    end <= begun
                    or over <= start
                    or (start <= begun and over <= end)
                    or (begun <= start and end <= over)
                )


def test_a_trace_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    file = tmp_path / "t.json"
    file.write_text("old")
    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        trace_file.write_trace(file, SPANS)
    assert [item.name for item in tmp_path.iterdir()] == ["t.json"]
    assert file.read_text() == "old"
