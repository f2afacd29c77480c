"""The timeline: every span within its axis, few round ticks."""

from __future__ import annotations

from research_agent.rendering.timeline import WIDTH, waterfall
from research_agent.types import Span
from research_agent_devtools.harness.scripted_engine import answer


def test_the_waterfall_shows_every_span_within_its_axis() -> None:
    picture = waterfall(answer().spans)
    assert picture is not None
    assert [(row.name, row.nested) for row, _ in picture.rows] == [("plan", False), ("fetch", False), ("notes", True)]
    assert picture.wall == 1.5
    assert picture.parts == 1.5  # a stage is not counted beside what ran inside it
    tiny = waterfall([Span("a", 0, 10), Span("b", 10, 10)])
    assert tiny is not None
    assert all(bar.width > 0 and bar.x + bar.width <= WIDTH for _, bars in tiny.rows for bar in bars)
    assert waterfall([]) is None
