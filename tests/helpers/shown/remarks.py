"""Rows of `messages.remarks`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "FOR_EVERY_QUESTION": ("why a general source is searched", {}, "asked for every question"),
    "OWN_DOCUMENTS": ("why the library is searched", {}, "your own documents"),
    "LIKE_EXAMPLE": ("why a plug-in is searched", {"example": "EXAMPLE"}, "its questions are like 'EXAMPLE'"),
    "ANALYSIS_TOO_SLOW": (
        "a page that hangs the analysis",
        {"seconds": 8},
        "the analysis took longer than 8 s and was stopped",
    ),
    "ANALYSIS_FAILED": (
        "a page that breaks the analysis",
        {"reason": "permission denied"},
        "the analysis failed: permission denied",
    ),
    "NO_REPORT_PRINTED": ("a page that breaks the analysis", {}, "it printed something that is not a report."),
}
