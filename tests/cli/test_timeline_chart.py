"""The picture of what ran when: true to the spans, within the width, everything visible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.span_strategies import any_spans
from research_agent.cli.timeline_chart import draw
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


def test_the_picture_of_a_turn() -> None:
    assert draw(SPANS, width=64, ascii_only=True) == (
        "plan         ##########                                   0.50 s\n"
        "fetch                  #####################              1.00 s\n"
        "  wikipedia            ===============                    0.70 s\n"
        "  hackernews           =====================              1.00 s\n"
        "rank                                       #              0.00 s\n"
        "synthesize                                 ###########    0.50 s\n"
        "             +---------+---------+---------+---------+\n"
        "             0.0       0.5       1.0       1.5         seconds\n"
        "sum of parts 2.7 s, wall 2.0 s: 1.4x overlapped\n"
    )


def test_a_stage_that_only_holds_sources_is_not_counted_twice() -> None:
    assert "sum of parts 2.0 s, wall 1.0 s" in draw(
        [Span("fetch", 0, 1), Span("a", 0, 1, "source"), Span("b", 0, 1, "source")]
    )


@given(spans, st.integers(20, 200), st.booleans())
def test_every_span_is_visible_and_no_line_is_wider_than_asked(given: list[Span], width: int, plain: bool) -> None:
    lines = draw(given, width=width, ascii_only=plain).splitlines()
    rows = [line for line in lines[:-3] if any(mark in line for mark in "#=█▬")]
    assert len(rows) == len({(span.lane, span.name) for span in given}) == len(lines) - 3
    assert all(len(line) <= max(width, 60) for line in lines)
    assert all(line.isprintable() for line in lines)
    if plain:
        assert "\n".join(lines).isascii()


@pytest.mark.parametrize("wall", [1e-6, 0.0003, 0.02, 0.9, 7, 59, 3600])
def test_the_axis_has_few_round_ticks(wall: float) -> None:
    ruler = draw([Span("plan", 0, wall)]).splitlines()[-3]
    assert 2 <= ruler.count("┬") <= 6


def test_nothing_ran_nothing_is_drawn() -> None:
    assert draw([]) == ""
