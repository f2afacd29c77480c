"""Rows of `messages.verify_lines`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "NOT_RUN": (
        "verify on a machine without a sandbox",
        {"reason": "permission denied"},
        "what was computed was not run again: permission denied",
    ),
    "FILE_CHANGED": (
        "verify of a file that was changed",
        {},
        "it was changed after it was written: its own hash differs",
    ),
    "STANDS_TWICE": (
        "verify of a file with a document twice",
        {"first": "FIRST"},
        "it appears twice: it is documents[FIRST] too",
    ),
    "NO_TURN_HAS_IT": ("verify of a file with a document of no turn", {}, "no turn uses it"),
    "NOT_FETCHED_TEXT": ("verify, with a text that was changed", {}, "its text is not the text that was fetched"),
    "PROGRAM_FAILS": (
        "verify of a computed sentence whose program fails",
        {"message": "needs a password."},
        "its program needs a password.",
    ),
    "OTHER_RESULT": ("verify of a computed sentence with another result", {}, "its program gives another result"),
    "NOT_THE_RESULT": ("verify of a computed sentence that was changed", {}, "the sentence does not say the result"),
    "OTHER_FIGURE": ("verify of a plot that was changed", {}, "its plot shows another figure"),
    "NO_COPY": (
        "verify of a turn of an old version",
        {},
        "no copy of the quotes was kept when it was stored: texts, offsets and marks were checked",
    ),
    "TURN_CHANGED": (
        "verify of a turn whose answer was changed",
        {},
        "question, answer or citations are not what was stored",
    ),
    "FACTS_CHANGED": (
        "verify of a turn whose date was changed",
        {},
        "its date, model, sources or notes are not what was stored",
    ),
    "DIFFERS": (
        "verify of a quote that was changed: where",
        {"at": "AT", "found": "FOUND", "wanted": "WANTED"},
        "from character AT: FOUND where WANTED is expected",
    ),
    "TEXT_MISSING": ("verify of a session whose text is gone", {}, "its text is missing"),
    "KEPT_TWICE": ("verify of a session with a text twice", {}, "it is stored twice, with two texts"),
    "NOT_KEPT": ("verify of a citation without its document", {}, "the document it cites is not stored"),
    "OTHER_ORIGIN": (
        "verify of a citation whose title was changed",
        {},
        "source, title or URL are not those of the document",
    ),
    "OFFSETS_OUTSIDE": ("verify of a citation with other offsets", {}, "its offsets are not in the text"),
    "NOT_THE_QUOTE": (
        "verify of a quote that was changed",
        {"start": "START", "end": "END", "difference": "DIFFERENCE"},
        "the text at START-END is not the quote: DIFFERENCE",
    ),
    "TWO_DOCUMENTS": ("verify of an answer whose numbers were changed", {}, "it stands for two documents"),
    "ANOTHER_NUMBER": ("verify of an answer whose numbers were changed", {}, "its document also has another number"),
    "NOT_IN_ORDER": (
        "verify of an answer whose numbers were exchanged",
        {},
        "documents are not numbered in order of mention",
    ),
    "OUTSIDE_ANSWER": ("verify of a span outside the answer", {}, "it is not in the answer"),
    "OVERLAPS": ("verify of spans that overlap", {}, "it overlaps the one before"),
    "WRONG_MARKS": (
        "verify of an answer whose marks were changed",
        {},
        "the marks behind it are not those of its citations",
    ),
    "SEVERAL_SENTENCES": ("verify of a span of two sentences", {}, "it is more than one sentence"),
    "STRAY_MARK": ("verify of a mark that was added", {}, "it follows no cited sentence"),
    "CITES_NO_FIGURE": (
        "verify of a computed sentence without citations",
        {},
        "it is computed but cites none of its figures",
    ),
    "PROGRAM_MISSING": (
        "verify of a computed sentence without its program",
        {},
        "it is marked as computed, but its program is missing",
    ),
    "NOT_LISTED": ("verify of words that were added", {}, "these words are neither cited nor listed as unsupported"),
}
