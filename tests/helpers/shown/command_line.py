"""Rows of `messages.command_line`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "INTERRUPTED": ("Ctrl-C", {}, "Interrupted."),
    "ASKED_SOURCES": ("/sources NAME of another one: what there is", {"names": "plans, trips"}, "Asked: plans, trips."),
    "NONE": ("the same, with none", {}, "none"),
    "OPTIONS_AFTER": (
        "research-agent --offline ask",
        {"program": "PROGRAM", "command": "COMMAND"},
        "Options go after the command: PROGRAM COMMAND --option",
    ),
    "THIS_IS_A_BUG": ("a bug, with --json", {}, "This is a bug: the trace is on standard error."),
    "KEYS": (
        "/help",
        {},
        "Enter sends; Alt-Enter, or a backslash before Enter, begins a new line.\nCtrl-C stops an an"
        "swer (what was written is kept) or clears the line; Ctrl-D leaves.",
    ),
    "NOT_ASKED": (
        "/sources: a source without its key",
        {"reason": "permission denied"},
        "not asked: permission denied",
    ),
    "SKIPPED_OFFLINE": ("/sources, with --offline", {}, "skipped: offline"),
    "UNRESTRICTED": ("/only off", {}, "Texts of all sites and days are used."),
    "DID_YOU_MEAN_THIS": ("config.toml with a misspelt name", {"name": "trip"}, "(did you mean trip?)"),
    "UNKNOWN_SETTINGS": (
        "config.toml with unknown names",
        {"place": "PLACE", "names": "plans, trips"},
        "warning: PLACE has unknown settings: plans, trips",
    ),
    "DEMO_SESSION": (
        "--demo, at its end",
        {"session": "trip"},
        "This was session trip. Go on with it:\nresearch-agent --session trip",
    ),
    "STANDS_ALONE": ("eval retrieval file.jsonl", {"name": "trip"}, "'trip' needs --data before it."),
    "FILES_AFTER_DATA": ("the same: what to do", {}, "Give the files of rows after --data."),
    "NO_EVALS": ("eval, in an installation without it", {}, "The evals are not installed."),
    "INSTALL_EVALS": ("the same: what to do", {}, "In a checkout of research-agent: pip install ./devtools"),
    "OWN_WORDS": ("an answer without a model", {}, "answer in the sources' own words"),
}
