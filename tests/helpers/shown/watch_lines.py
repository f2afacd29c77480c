"""Rows of `messages.watch_lines`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "SOURCE_GONE": (
        "a watched question whose source was removed",
        {"name": "trip"},
        "the source 'trip' is not in use here",
    ),
    "TOOK_TOO_LONG": ("a watched question that hangs", {"minutes": 12}, "it took longer than 12 minutes"),
    "NOW_BEFORE": ("a figure that changed", {"now": "NOW", "was": "WAS"}, "NOW now, WAS before"),
    "ANSWERED_NOW": ("a question that was not answered before", {}, "Answered now"),
    "NO_ANSWER_NOW": ("a question that is not answered any more", {}, "No longer answered"),
    "NEWER_TEXT": ("a newer text", {"change": "CHANGE"}, "A newer text: CHANGE"),
    "NOT_ASKED_YET": ("watch list: a new one", {}, "not asked yet"),
    "COULD_NOT_ASK": (
        "watch list: one that failed",
        {"when": "WHEN", "reason": "permission denied"},
        "could not be asked WHEN: permission denied",
    ),
    "FIRST_ANSWER": ("watch list: one that was asked once", {"when": "WHEN"}, "first answer WHEN"),
    "NOT_ANSWERED": ("watch list: one without an answer", {"when": "WHEN"}, "not answered WHEN"),
    "SOMETHING_NEW": ("watch list: one with a change", {}, "something new"),
    "NOTHING_NEW": ("watch list: one without a change", {}, "nothing new"),
    "NEXT": ("watch list: when it is asked", {"every": "EVERY", "due": "DUE"}, "EVERY, next in DUE"),
    "NOT_AN_INTERVAL": ("watch add --every often", {"text": "TEXT"}, "'TEXT' is not an interval."),
    "INTERVAL_IS": ("the same: what to do", {}, "Write 30m, 6h, 1d or 2w."),
    "INTERVAL_TOO": ("watch add --every 1m", {"text": "TEXT", "end": "END"}, "'TEXT' is too END."),
    "INTERVAL_RANGE": ("the same: what to do", {}, "Choose between 15m and 365d."),
    "ENDED_THRICE": ("a watched question that ends the program", {}, "the program ended three times while asking it"),
    "WATCHED_ALREADY": ("watch add, twice", {"watch": "WATCH"}, "This question is already watched, as WATCH."),
    "LIST_WATCHES": ("the same: what to do", {}, "See: research-agent watch list"),
    "NO_WATCH": ("watch show of an unknown id", {"watch": "WATCH"}, "There is no watched question 'WATCH'."),
    "SHOW_WATCHES": ("the same: what to do", {}, "List them: research-agent watch list"),
}
