"""
Deep research: a question in steps, each with searches that go from what one passage says to the next.

    start_run -> plan_of, edit_plan -> run_to_end (resume) -> report_of, report_json

`research_runs` has these functions; they are imported when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from research_agent.deep_research.budget import parse_budget
    from research_agent.deep_research.plan_text import plan_lines, plan_text
    from research_agent.deep_research.research_runs import (
        Report,
        edit_plan,
        plan_of,
        replay,
        report_json,
        report_of,
        resume,
        run_json,
        run_to_end,
        start_run,
        stop,
    )

__all__ = [
    "Report",
    "edit_plan",
    "parse_budget",
    "plan_lines",
    "plan_of",
    "plan_text",
    "replay",
    "report_json",
    "report_of",
    "resume",
    "run_json",
    "run_to_end",
    "start_run",
    "stop",
]

HOMES = {"parse_budget": "budget", "plan_lines": "plan_text", "plan_text": "plan_text"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOMES.get(name, 'research_runs')}"), name)
