"""Spans of any turn: names that are long or hostile, times in any order."""

from __future__ import annotations

from hypothesis import strategies as st

from research_agent.types import Span

__all__ = ["any_spans"]

NAMES = ["plan", "fetch", "rank", "a-very-long-name-of-a-source", "x\x1b[2J"]
TIMES = st.floats(0, 1000, allow_nan=False)


def any_spans() -> st.SearchStrategy[list[Span]]:
    """One span and more."""
    return st.lists(
        st.builds(
            lambda name, start, length, lane: Span(name, start, start + length, lane),
            st.sampled_from(NAMES),
            TIMES,
            TIMES,
            st.sampled_from(["stage", "source"]),
        ),
        min_size=1,
        max_size=20,
    )
