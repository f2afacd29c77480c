"""Budgets: named, written, and in words."""

from __future__ import annotations

import pytest

from research_agent.deep_research.budget import BUDGETS, budget_text, parse_budget, spent_text
from research_agent.errors import UsageError
from research_agent.memory import Spent


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("quick", (60, 30, 0)),
        ("standard", (300, 120, 20_000)),
        (" Long ", (1800, 600, 200_000)),
        ("5m,120req,20ktok", (300, 120, 20_000)),
        ("90s", (90, 120, 20_000)),
        ("2h, 7 requests, 0 tokens", (7200, 7, 0)),
        ("1.5min,0req", (90, 0, 20_000)),
    ],
)
def test_a_budget_is_read(text: str, limits: tuple[float, int, int]) -> None:
    budget = parse_budget(text)
    assert (budget.seconds, budget.requests, budget.tokens) == limits


@pytest.mark.parametrize("text", ["", "fast", "5", "-5m", "0s", "5m,6m", "5m,", "5 minutes and more", "1e9s"])
def test_what_is_no_budget_is_told(text: str) -> None:
    with pytest.raises(UsageError):
        parse_budget(text)


def test_what_was_spent_is_told_of_what() -> None:
    told = spent_text(Spent(seconds=41.2, requests=12, tokens=1500), BUDGETS["standard"])
    assert told == "41 s of 5 min, 12 of 120 searches, 1,500 of 20,000 tokens"
    assert budget_text(BUDGETS["quick"]) == "60 s, 30 searches, 0 tokens"
