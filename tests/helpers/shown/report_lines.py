"""Rows of `messages.report_lines`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "NOT_FOUND": ("a report with a step that found nothing", {"items": "ITEMS"}, "Not found: ITEMS"),
    "NOT_SEARCHED": (
        "a report when the budget ran out",
        {"items": "ITEMS"},
        "Not searched, because the budget ran out: ITEMS",
    ),
    "ONE_SOURCE": (
        "a report with a step that one source answers",
        {"items": "ITEMS"},
        "Stated by only one source: ITEMS",
    ),
    "DOUBTFUL": ("a report with a step whose texts lack a name", {"items": "ITEMS"}, "Doubtful: ITEMS"),
    "NOT_MENTIONED": (
        "the same: the step",
        {"asked": "ASKED", "what": "WHAT"},
        "ASKED - the texts do not mention WHAT",
    ),
    "AND_MORE": ("a report with many of these", {"items": "ITEMS", "n": 2}, "ITEMS; and 2 more"),
    "SAID_ELSEWHERE": (
        "a report of which a sentence answers two steps",
        {"items": "ITEMS"},
        "Covered in another section: ITEMS",
    ),
    "NOT_CERTAIN": (
        "a report with a step whose finds are doubtful",
        {"items": "ITEMS"},
        "Found, but not certain enough to report: ITEMS",
    ),
    "METHOD": (
        "the last line of a report",
        {
            "steps": "STEPS",
            "searches": "SEARCHES",
            "sources": "SOURCES",
            "documents": "DOCUMENTS",
            "answering": "ANSWERING",
            "copies": "COPIES",
        },
        "How it was made: STEPS, SEARCHES of SOURCES; DOCUMENTS documents read, ANSWERING with sent"
        "ences that answerCOPIES.",
    ),
    "COPIES": ("the same, with copies", {"n": 2}, "; 2 of them copies, counted once"),
    "NO_SOURCE": ("the same, without a search", {}, "none"),
    "LINES_BY_MODEL": (
        "the same, with a large model",
        {"steps": "STEPS", "n": 2, "model": "llama3.2"},
        "STEPS (2 of its lines by llama3.2)",
    ),
    "TIMELINE": ("a report with a timeline: the heading", {}, "Timeline"),
    "WHEN": ("the same: a column", {}, "When"),
    "IN_ITS_WORDS": ("the same: a column", {}, "In the source's words"),
    "TIMELINE_SPAN": (
        "a report with a timeline: its first sentence",
        {"first": 1409, "last": 1711},
        "The dates of this timeline run from 1409 to 1711.",
    ),
    "ELSEWHERE": ("a report on a topic that other texts name: the heading", {}, "In other texts"),
    "DISAGREE": ("a report with a contradiction: the heading", {}, "Where sources disagree"),
    "SUMMARY": ("a long report: the heading", {}, "In short"),
    "COUNTED_STEPS": ("the same: steps", {"n": 2}, "2 steps"),
    "COUNTED_SEARCHES": ("the same: searches", {"n": 2}, "2 searches"),
    "ON_THIS_MACHINE": ("a plan with a local source: why it is searched", {}, "it is on this machine"),
}
