"""Of two documents that say the same with another figure the newer one counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers.sample_evidence import document
from research_agent.stages.superseded import prefer_what_supersedes

OLD, NEW = (
    "On Sundays the last ferry to Skell departs at 18:15.",
    "On Sundays the last ferry to Skell departs at 19:40.",
)


@pytest.mark.parametrize(
    ("older", "newer", "days", "exchanged"),
    [
        (OLD, NEW, ("2023-03-20", "2026-10-19"), True),
        (OLD, NEW, ("2026-10-19", "2026-10-19T08:00:00+00:00"), False),
        (OLD, NEW, ("2023-03-20", None), False),
        (OLD, NEW, (None, "2026-10-19"), False),
        (OLD, OLD, ("2023-03-20", "2026-10-19"), False),
        (OLD, "A car costs 31 pounds.", ("2023-03-20", "2026-10-19"), False),
        (OLD, "On Sundays the last ferry to Skell departs late.", ("2023-03-20", "2026-10-19"), False),
    ],
)
def test_the_newer_of_two_figures_answers(
    older: str, newer: str, days: tuple[str | None, str | None], exchanged: bool
) -> None:
    """By the reader alone (the naive way) the older one, which it likes a little better, would be the answer."""
    documents = [replace(document(text), published=day) for text, day in zip((older, newer), days, strict=True)]
    logits = [[3.0], [2.0]]
    prefer_what_supersedes(documents, [(older,), (newer,)], logits, least=0.0)
    assert logits == ([[2.0], [3.0]] if exchanged else [[3.0], [2.0]])


def test_what_does_not_answer_supersedes_nothing() -> None:
    documents = [replace(document(OLD), published="2023-03-20"), replace(document(NEW), published="2026-10-19")]
    logits = [[3.0], [-2.0]]
    prefer_what_supersedes(documents, [(OLD,), (NEW,)], logits, least=0.0)
    assert logits == [[3.0], [-2.0]]
