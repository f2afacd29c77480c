"""Rows of `messages.research_lines`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "MORE_STEPS": ("the plan gets steps while it runs", {"n": 2, "steps": "STEPS"}, "2 more steps: STEPS"),
    "WRITTEN": (
        "a section is written",
        {"heading": "HEADING", "sentences": "SENTENCES"},
        "written: HEADING, SENTENCES",
    ),
    "NOT_RUN_YET": (
        "research --plan",
        {"run": "RUN"},
        "Nothing has been searched yet. Run it: research-agent research resume RUN",
    ),
    "KEPT": ("research, and q at the plan", {"run": "RUN"}, "Saved, not run: research-agent research resume RUN"),
    "NO_RUNS": ("research list, with none", {}, 'No runs yet. Start one: research-agent research "QUESTION"'),
    "WRITES_NOW": ("research stop", {"run": "RUN"}, "RUN is writing its report now."),
    "NOT_RUNNING": ("research stop of a run that is done", {}, "It is not running."),
    "NO_REPORT": ("research replay of a run without a report", {"run": "RUN"}, "RUN has no report yet."),
    "RUN_IT": ("the same: what to do", {}, "Run it: research-agent research resume ID"),
    "SAME_REPORT": ("research replay", {}, "The report is identical, byte for byte."),
    "OTHER_REPORT": (
        "research replay of a run whose texts were changed",
        {"run": "RUN"},
        "The report differs from that of RUN.",
    ),
    "PDF_TO_FILE": ("research export --format pdf on a terminal", {}, "Write it to a file: ... > report.pdf"),
    "AT_MOST": ("research, on a terminal", {"budget": "BUDGET"}, "At most BUDGET."),
    "EDIT_PROMPT": (
        "research, on a terminal",
        {},
        "Enter to run it, e to edit it, + TEXT to add a step, - N to remove one, N. TEXT to reword one, q to quit",
    ),
    "UNCHANGED": ("research, and an editor that is closed", {}, "The plan was not changed."),
    "PLAN_OF": ("research --plan", {"run": "RUN", "shape": "SHAPE"}, "Plan of RUN (SHAPE):"),
    "STOPPED": ("Ctrl-C twice", {"run": "RUN"}, "Stopped. To continue: research-agent research resume RUN"),
    "ASK_ABOUT": (
        "research, at its end",
        {"id": "tides-k3fd"},
        "Ask about it: research-agent ask --session tides-k3fd QUESTION",
    ),
    "FOUND_NOTHING": ("a step that finds nothing", {}, "nothing found"),
    "DISAGREE": (
        "a step whose sources disagree",
        {"ours": "OURS", "theirs": "THEIRS"},
        "sources disagree: OURS / THEIRS",
    ),
    "THE_REPORT": ("a report of one section", {}, "the report"),
    "WRITING_NOW": ("Ctrl-C in research", {}, "writing the report from what is there; press again to end at once"),
}
