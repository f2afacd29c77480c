"""Budgets: how much time, how many searches and tokens a run may spend, named ("standard") or written ("5m,120req")."""

from __future__ import annotations

import re

from research_agent.errors import UsageError
from research_agent.memory import Budget, Spent
from research_agent.messages import research_lines

__all__ = ["BUDGETS", "DEFAULT", "SEARCHED", "budget_text", "parse_budget", "spent_text"]

BUDGETS = {
    "quick": Budget(seconds=60, requests=30, tokens=0),
    "standard": Budget(seconds=300, requests=120, tokens=20_000),
    "long": Budget(seconds=1800, requests=600, tokens=200_000),
}
DEFAULT = "standard"
SEARCHED = 0.75
"""Share of the time after which nothing more is searched for: the rest is kept for writing; a report always comes."""

PART = re.compile(
    r"(?P<number>\d{1,9}(?:\.\d{1,3})?)\s*(?P<unit>s|sec|m|min|h|req|requests?|k?tok|k?tokens?)", re.ASCII
)
SECONDS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600}


def parse_budget(text: str) -> Budget:
    """
    Parse a budget: a name, or parts with units, such as "90s", "10m,50req" or "5m,120req,20ktok".

    What no part says is that of the standard budget. Raises `UsageError`.
    """
    said = text.strip().casefold()
    if said in BUDGETS:
        return BUDGETS[said]
    fields: dict[str, float] = {}
    for part in said.split(","):
        match = PART.fullmatch(part.strip())
        if match is None:
            raise UsageError(research_lines.NOT_A_BUDGET(part=part.strip()[:40]), hint=research_lines.BUDGET_IS())
        number, unit = float(match["number"]), match["unit"]
        name = "seconds" if unit in SECONDS else "tokens" if "tok" in unit else "requests"
        if name in fields:
            raise UsageError(research_lines.BUDGET_TWICE(text=text[:40], name=name), hint=research_lines.BUDGET_IS())
        fields[name] = number * SECONDS.get(unit, 1000 if unit.startswith("k") else 1)
    standard = BUDGETS[DEFAULT]
    seconds = fields.get("seconds", standard.seconds)
    if seconds <= 0:
        raise UsageError(research_lines.NO_TIME(), hint=research_lines.BUDGET_IS())
    requests, tokens = fields.get("requests", standard.requests), fields.get("tokens", standard.tokens)
    return Budget(seconds=seconds, requests=int(requests), tokens=int(tokens))


def budget_text(budget: Budget) -> str:
    """A budget in words: "5 min, 120 searches, 20,000 tokens"."""
    return research_lines.BUDGET(seconds=_time(budget.seconds), requests=budget.requests, tokens=budget.tokens)


def spent_text(spent: Spent, budget: Budget) -> str:
    """What was spent, of what: "41 s of 5 min, 12 of 120 searches, 0 of 20,000 tokens"."""
    return research_lines.SPENT(
        seconds=_time(spent.seconds),
        seconds2=_time(budget.seconds),
        requests=spent.requests,
        requests2=budget.requests,
        tokens=spent.tokens,
        tokens2=budget.tokens,
    )


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f}".rstrip("0").rstrip(".") + " min"
