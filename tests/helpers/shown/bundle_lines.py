"""Rows of `messages.bundle_lines`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "OTHER_FORMAT": ("a JSON file of another program", {"form": "FORM"}, "its format is not 'FORM'"),
    "NO_VERSION": ("a bundle without a version", {}, "it does not say its version"),
    "CUT": ("a file that is cut: what to do", {}, "Was it cut, or saved by another program? Export it again."),
    "TOO_DEEP": ("a file that nests without end", {"name": "trip"}, "'trip' is not a bundle: it is nested too deeply."),
    "UNREADABLE": (
        "verify of a file that may not be read",
        {"name": "trip", "reason": "permission denied"},
        "'trip' cannot be read: permission denied.",
    ),
    "TOO_LARGE": ("verify of a film", {"name": "trip", "most": 12}, "'trip' has more than 12 bytes."),
    "ONE_TURN_AT_A_TIME": ("the same: what to do", {}, "Bundles are smaller: export one turn at a time."),
    "SAVE_AS_UTF": ("a file that an editor saved as UTF-16: what to do", {}, "Save it as UTF-8, or export it again."),
    "NO_OBJECT": ("a JSON file with a list", {}, "it does not contain an object"),
    "NOT_A_BUNDLE": (
        "verify of another file",
        {"name": "trip", "reason": "permission denied"},
        "'trip' is not a bundle: permission denied.",
    ),
    "CUT_OR_CHANGED": (
        "a bundle with a field of another type: what to do",
        {},
        "It was cut, or changed by another program: export it again.",
    ),
    "MADE_BY": (
        "a JSON file of another program: what to do",
        {},
        "Bundles are made by: research-agent sessions export ID --bundle FILE",
    ),
    "EXPORT_AGAIN": ("a bundle without a version: what to do", {}, "Export it again."),
    "WRITTEN_BY": ("a bundle of a newer version", {"program": "PROGRAM"}, "It was written by PROGRAM."),
    "NEWER": (
        "the same",
        {"name": "trip", "number": "NUMBER", "version": 3, "by": "BY"},
        "'trip' is a bundle of version NUMBER; this program reads version 3.BY",
    ),
    "CHECK_WITH": ("the same: what to do", {"program": "PROGRAM"}, "Check it with PROGRAM, or a newer one."),
    "HOLDS_SECRET": (
        "sessions export --bundle of a question with the user's key",
        {},
        "The session contains a secret of your settings, such as a key, so it was not exported.",
    ),
    "OTHER_TURNS": ("the same: what to do", {}, "Export the other turns one by one: --turn N"),
    "WOULD_BE_TOO_LARGE": (
        "sessions export --bundle of a thousand turns",
        {"size": 12, "most": 12},
        "The bundle would have 12 bytes; at most 12 can be read.",
    ),
    "ONE_TURN": ("the same: what to do", {}, "Export one turn: --turn N"),
    "LONE_SURROGATES": (
        "sessions export --bundle of text that is no Unicode",
        {},
        "The session contains text that JSON cannot represent (two lone surrogates in a row).",
    ),
    "TARGET_FOLDER": ("sessions export --bundle /tmp", {"path": "/home/ada/notes"}, "'/home/ada/notes' is a folder."),
    "NAME_FILE": ("the same: what to do", {}, "Name a file."),
    "NO_FOLDER": ("sessions export --bundle no/where", {"parent": "PARENT"}, "There is no folder 'PARENT'."),
    "EXISTS": (
        "sessions export --bundle with a file that exists",
        {"path": "/home/ada/notes"},
        "'/home/ada/notes' already exists.",
    ),
    "NAME_OR_FORCE": ("the same: what to do", {}, "Name another file, or overwrite it with --force."),
    "NOT_WRITTEN": (
        "sessions export --bundle on a full disk",
        {"path": "/home/ada/notes", "reason": "permission denied"},
        "'/home/ada/notes' cannot be written: permission denied.",
    ),
    "OTHER_DISK": ("the same: what to do", {}, "Name a file on another disk, or free some space."),
    "FILE_UNREADABLE": (
        "verify, with a cited file that is gone",
        {"path": "/home/ada/notes", "reason": "permission denied"},
        "/home/ada/notes cannot be read now (permission denied); the quotes are from the text that was stored",
    ),
    "FILE_CHANGED": (
        "verify, with a cited file that was changed",
        {"path": "/home/ada/notes"},
        "/home/ada/notes has changed since it was cited; the quotes are from the text that was stored",
    ),
    "NO_SUCH_FILE": ("verify, with a cited file that is gone: why", {}, "no such file"),
    "OTHER_FORM": (
        "sessions export --format json of text that is no Unicode: what to do",
        {},
        "Export it as Markdown, or the other turns one by one: --turn N",
    ),
    "SOMETHING_ELSE": ("the same: its types", {}, "something else"),
    "A_LIST": ("the same: its types", {}, "a list"),
    "TEXT": ("the same: its types", {}, "text"),
    "A_NUMBER": ("the same: its types", {}, "a number"),
    "NULL": ("the same: its types", {}, "null"),
    "NAME_TWICE": ("a bundle with a name twice", {}, "an object has the same name twice"),
    "NO_NUMBER": ("a bundle with NaN", {"constant": "CONSTANT"}, "CONSTANT is not a JSON number"),
    "NUMBER_TOO_LARGE": ("a bundle with 1e999", {}, "a number is too large"),
    "NO_TURNS": ("a bundle without turns", {}, "it has no turns"),
    "TURNS_SAME_NUMBER": ("a bundle with a turn twice", {}, "it has two turns with the same number"),
    "WRONG_DOCUMENTS": (
        "a bundle whose turn names a missing document",
        {"where": "WHERE", "wrong": "WRONG", "stored": "STORED"},
        "WHERE.documents names WRONG, and there are STORED documents",
    ),
    "NO_PLOT_KIND": (
        "a bundle with a plot of another kind",
        {"where": "WHERE", "kind": "KIND"},
        "WHERE.kind is KIND, which is not a kind of plot",
    ),
    "NOT_TWO_NUMBERS": ("a bundle with a span of one number", {"where": "WHERE"}, "WHERE is not two whole numbers"),
    "MISSING": ("a bundle without a field", {"path": "/home/ada/notes"}, "/home/ada/notes is missing"),
    "WRONG_TYPE": (
        "a bundle with a field of another type",
        {"where": "WHERE", "kind": "KIND", "wanted": "WANTED"},
        "WHERE is KIND, not WANTED",
    ),
    "AN_OBJECT": ("the same: its types", {}, "an object"),
    "WHOLE_NUMBER": ("the same: its types", {}, "a whole number"),
    "TRUE_OR_FALSE": ("the same: its types", {}, "true or false"),
}
