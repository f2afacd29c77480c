"""Rows of `messages.command_results`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "EXIT_FAILED": ("man: exit codes", {}, "it could not be done"),
    "EXIT_USAGE": ("man: exit codes", {}, "wrong usage"),
    "EXIT_NOTHING": ("man: exit codes", {}, "nothing found, or nothing that answers"),
    "EXIT_EXTRACTS": ("man: exit codes", {}, "extracts, because no model answered"),
    "SEEN_NOT_READ": ("--profile: pages that could not be read", {}, "Seen, not read"),
    "SENT_TO_MODEL": ("--profile: what the model was told", {}, "the question, the evidence and the session so far"),
    "SENT_NOTHING": ("--profile, offline without a model", {}, "Sent: nothing"),
    "CRITICAL_PATH": ("--profile", {"steps": "STEPS"}, "* critical path, seconds: STEPS"),
    "FIRST_WORD": ("--profile", {"seconds": 8}, "first word after 8.00 s,"),
    "TURN_TOOK": ("--profile", {"first": "FIRST", "seconds": 8}, "FIRSTthe turn took 8.00 s"),
    "BEFORE_TURN": (
        "--profile",
        {"before": 12, "own": 12, "children": 12},
        "before the turn 12.00 s; processor 12.00 s here, 12.00 s in child processes",
    ),
    "OVERLAPPED": (
        "--demo: the chart",
        {"parts": 12, "wall": 12, "times": 12},
        "sum of parts 12.0 s, wall 12.0 s: 12.0x overlapped",
    ),
    "WROTE_BUNDLE": (
        "sessions export --bundle FILE",
        {"count": "COUNT", "file": "notes.pdf"},
        "Wrote COUNT to notes.pdf. Check it anywhere: research-agent verify notes.pdf",
    ),
    "PARTS_WRONG": ("setup --verify with a damaged part", {"wrong": "WRONG"}, "WRONG. Run: research-agent setup"),
    "IN_ALL": ("setup --remove", {"megabytes": 12}, "12.0 MB in all"),
    "DUE": ("chat, with watched questions that are due", {"due": "DUE"}, "DUE due: research-agent watch run"),
    "SESSION_TOO": (
        "verify NAME, with a file and a session of that name",
        {},
        "A session of that name is stored too; this is about the file.",
    ),
    "FILE_TOO": (
        "verify NAME, with a session and a file of that name",
        {"target": "TARGET"},
        "A file of that name exists too; this is about the session. For the file: ./TARGET",
    ),
    "TURNS_ARE": (
        "verify --turn 9 of 3: what there is",
        {"numbers": "NUMBERS", "more": "MORE"},
        "Available: NUMBERSMORE.",
    ),
    "NOT_AS_WRITTEN": ("verify of a file that was changed", {}, "not as it was written"),
    "AS_WRITTEN": ("verify of a file", {"sha256": "SHA256"}, "as it was written (sha256 SHA256)"),
    "QUOTES_NOTHING": ("verify of a turn without an answer", {}, "it quotes nothing"),
    "QUOTES_STAND": (
        "verify",
        {"standing": "STANDING", "quotes": "QUOTES", "documents": "DOCUMENTS"},
        "STANDING of QUOTES quotes found in DOCUMENTS",
    ),
    "MORE_FAULTS": ("verify of a file with a hundred faults", {"n": 2}, "and 2 more (--json has them all)"),
    "WATCH_ADDED": (
        "watch add",
        {"interval": "INTERVAL", "watch": "WATCH"},
        "It is asked every INTERVAL. Ask it now: research-agent watch run WATCH",
    ),
    "WATCH_PAUSED": ("watch pause", {"watch": "WATCH"}, "Paused. To resume: research-agent watch resume WATCH"),
    "ALL_BUSY": ("watch run, with nothing due", {}, "all are paused or being asked"),
    "NEXT_IN": ("watch run, with nothing due yet", {"duration": "DURATION"}, "the next is in DURATION"),
    "WATCH_TAKEN": ("watch run, twice at once", {}, "another program was quicker, or it was removed"),
    "WATCH_FAILED": ("watch run, offline", {"reason": "permission denied"}, "could not be asked: permission denied"),
    "FIRST_KEPT": ("watch run for the first time", {}, "the first answer is kept"),
    "NOT_ANSWERED_YET": ("watch run for the first time, with no answer", {}, "not answered yet"),
    "WATCH_FIRST": (
        "watch run for the first time",
        {"told": "too many words", "watch": "WATCH"},
        "too many words; see: research-agent watch show WATCH",
    ),
    "EXIT_ANSWERED": ("man: exit codes", {}, "answered"),
    "EXIT_INTERRUPTED": ("man: exit codes", {}, "interrupted"),
    "AVAILABLE": ("an unknown name: what there is", {"names": "plans, trips"}, "Available: plans, trips."),
}
