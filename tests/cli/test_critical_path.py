"""The table of where a turn's time went: true to the spans, and the critical path fills the wall time."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from helpers.span_strategies import any_spans
from research_agent.cli.critical_path import RunCost, critical_path, profile
from research_agent.types import Span

SPANS = (
    Span("plan", 0.0, 0.5),
    Span("wikipedia", 0.5, 1.2, "source"),
    Span("hackernews", 0.5, 1.5, "source"),
    Span("fetch", 0.5, 1.5),
    Span("analyze", 1.5, 1.9),
    Span("rank", 1.5, 1.51),
    Span("synthesize", 1.6, 2.0),
)


spans = any_spans()


def test_the_table_of_a_turn() -> None:
    table = profile(SPANS, timings={"first_token": 1.7}, cost=RunCost(0.4, 1.25, 3.5), width=72, ascii_only=True)
    assert table == snapshot("""\
  stage         start    time   share
* plan          0.00 s  0.50 s   25 %  #######
  fetch         0.50 s  1.00 s   50 %         ###############
    wikipedia   0.50 s  0.70 s   35 %         ##########
*   hackernews  0.50 s  1.00 s   50 %         ###############
* rank          1.50 s  0.01 s    1 %                       #
* analyze       1.50 s  0.40 s   20 %                       #######
* synthesize    1.60 s  0.40 s   20 %                         ######

* critical path, seconds: plan 0.50 > hackernews 1.00 > rank 0.01 > analyze 0.09 > synthesize 0.40
first word after 1.70 s, the turn took 2.00 s
before the turn 0.40 s; processor 1.25 s here, 3.50 s in child processes
""")


def test_without_a_draft_and_a_run_there_is_less_to_tell() -> None:
    assert profile([Span("plan", 0.0, 0.5)], width=60) == snapshot("""\
  stage  start    time   share
* plan   0.00 s  0.50 s  100 %  ████████████████████████

* critical path, seconds: plan 0.50
the turn took 0.50 s
""")


def test_a_late_source_that_nobody_waited_for_is_not_on_the_path() -> None:
    late = [Span("quick", 0, 0.4, "source"), Span("slow", 0, 1.0, "source"), Span("fetch", 0, 0.4)]
    path = critical_path([*late, Span("synthesize", 0.4, 1.5)], 1.5)
    assert [step.name for step in path] == ["quick", "synthesize"]


def test_a_wait_that_nothing_ended_is_for_what_was_running_and_else_our_own() -> None:
    soft = [Span("slow", 0, 9, "source"), Span("fetch", 0, 9), Span("synthesize", 4, 5)]
    assert [(step.name, step.end) for step in critical_path(soft, 5)] == [("slow", 4), ("synthesize", 5)]
    gap = critical_path([Span("plan", 0, 1), Span("rank", 1.5, 2)], 2)
    assert [(step.name, step.start) for step in gap] == [("plan", 0), ("(own work)", 1), ("rank", 1.5)]


@given(spans)
def test_the_path_fills_the_time_from_the_beginning_to_the_end(given: list[Span]) -> None:
    wall = max(span.end for span in given)
    path = critical_path(given, wall)
    for step, following in pairwise(path):
        assert step.end == following.start
        assert step.name != following.name
    if path:
        assert path[0].start < 0.001
        assert path[-1].end == wall


@given(spans, st.integers(60, 200))
def test_every_row_shows_and_no_row_is_wider_than_asked(given: list[Span], width: int) -> None:
    lines = profile(given, width=width).splitlines()
    table = lines[1 : lines.index("")]
    assert len(table) == len({(span.lane, span.name) for span in given})
    assert all("\u2588" in line and len(line) <= width and line.isprintable() for line in table)


def test_nothing_ran_nothing_is_told() -> None:
    assert profile([]) == ""
