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
    "BUDGET_IS": (
        "--budget soon: what can be given",
        {},
        "Use quick, standard or long, or a combination such as 5m,120req,20ktok.",
    ),
    "NOT_A_BUDGET": ("--budget soon", {"part": "PART"}, "'PART' is not a budget."),
    "BUDGET_TWICE": ("--budget 5m,9m", {"text": "TEXT", "name": "trip"}, "The budget 'TEXT' gives its trip twice."),
    "NO_TIME": ("--budget 0m", {}, "A run needs some time."),
    "BUDGET": ("a budget in words", {"seconds": 8, "requests": 12, "tokens": 12}, "8, 12 searches, 12 tokens"),
    "SPENT": (
        "what was spent, in words",
        {"seconds": 8, "seconds2": "SECONDS2", "requests": 12, "requests2": 12, "tokens": 12, "tokens2": 12},
        "8 of SECONDS2, 12 of 12 searches, 12 of 12 tokens",
    ),
    "CHANGES_NOTHING": ("a line at the plan that is no edit", {"line": "LINE"}, "'LINE' is not an edit of the plan."),
    "EDITS_ARE": ("the same: what can be typed", {}, "Type + TEXT, - NUMBER, or NUMBER. TEXT."),
    "NO_STEP": ("an empty plan", {}, "The plan has no steps."),
    "GIVE_LINE": ("the same: what to do", {}, "Write one question per line, or stop the run."),
    "TOO_MANY_STEPS": (
        "a plan of a hundred lines",
        {"n": 2, "most": "MOST"},
        "The plan has 2 steps; at most MOST can be run.",
    ),
    "LEAVE_OUT": ("the same: what to do", {}, "Remove some."),
    "NO_WORDS": ("a line with a mark alone", {"text": "TEXT"}, "A step has no words: 'TEXT'."),
    "WRITE_QUESTION": ("the same: what to do", {}, "Write a question, or remove the line."),
    "STEP_TOO_LONG": (
        "a line of a page",
        {"n": 2, "most": "MOST"},
        "A step has 2 characters; at most MOST can be searched.",
    ),
    "SHORTEN": ("the same: what to do", {}, "Shorten it."),
    "SAME_NUMBER": ("two lines with one number", {"number": "NUMBER"}, "Two steps have the number NUMBER."),
    "REMOVE_NUMBER": ("the same: what to do", {}, "Remove one of them."),
    "MARKS_ARE": (
        "a line with an unknown mark: what there is",
        {},
        "Available: [list], [facets], [against], [heading: ...] and [sources: ...].",
    ),
    "NO_MARK": ("a line with an unknown mark", {"mark": "MARK"}, "[MARK] is not a mark of a step."),
    "NO_SUCH_STEP": (
        "a line with the slot of a missing step",
        {"id": "tides-k3fd", "unknown": "UNKNOWN"},
        "Step tides-k3fd needs step UNKNOWN, which does not exist.",
    ),
    "SLOT_IS": ("the same: what to do", {}, "A slot is the number of another step."),
    "CIRCLE": ("two steps that need each other", {"ids": "IDS"}, "Steps IDS wait for one another."),
    "REMOVE_SLOT": ("the same: what to do", {}, "Remove one of the slots."),
    "GO_ON": (
        "research export of a run without a report: what to do",
        {},
        "Continue it: research-agent research resume ID",
    ),
    "NO_RUN": ("research show of an unknown id", {"run": "RUN"}, "There is no research run 'RUN'."),
    "LIST_RUNS": ("the same: what to do", {}, "List them: research-agent research list"),
    "PLAN_CHANGED": (
        "two edits of a plan at once",
        {"run": "RUN", "plan_version": "PLAN_VERSION", "version": 3},
        "The plan of RUN was changed in the meantime: it is at version PLAN_VERSION, not 3.",
    ),
    "READ_AGAIN": ("the same: what to do", {}, "Read the plan again and edit that version."),
    "RUN_BUSY": ("research resume of a run that runs", {"run": "RUN"}, "Another program is working on RUN."),
    "STOP_THERE": (
        "the same: what to do",
        {"run": "RUN"},
        "Stop it there, or ask it to: research-agent research stop RUN",
    ),
}
