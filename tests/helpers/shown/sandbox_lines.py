"""Rows of `messages.sandbox_lines`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "SAY_OR_GIVE": ("sandbox analyze SESSION", {}, "Say what to find out, or give your own program: --program FILE."),
    "NO_PLOT": (
        "sandbox analyze --svg of a number",
        {},
        "The result is not a plot, so nothing is drawn; leave --svg out to see it.",
    ),
    "SVG_NOT_WRITTEN": (
        "sandbox analyze --svg /x.svg",
        {"name": "trip", "reason": "permission denied"},
        "'trip' cannot be written: permission denied.",
    ),
    "BY_PROGRAM": (
        "sandbox analyze",
        {"author": "AUTHOR", "level": "LEVEL", "program": "PROGRAM"},
        "By a program of AUTHOR, run in the LEVEL:\nPROGRAM",
    ),
    "READ_PROGRAM": ("sandbox analyze: what it is worth", {}, "No source says this: read the program."),
    "NO_MODEL": ("sandbox analyze without a model", {}, "There is no chat model to write a program."),
    "GIVE_PROGRAM": ("the same: what to do", {}, "Give your own: --program FILE"),
    "PROGRAM_OF": (
        "sandbox analyze, and the model's program fails",
        {"id": "tides-k3fd", "message": "needs a password."},
        "The program of tides-k3fd needs a password.",
    ),
    "PROGRAM_UNREADABLE": (
        "sandbox run missing.py",
        {"name": "trip", "reason": "permission denied"},
        "'trip' cannot be read: permission denied.",
    ),
    "NOT_UNICODE": ("sandbox run of a picture", {"name": "trip"}, "'trip' is not UTF-8 text."),
    "VALUES_NOT_JSON": ("sandbox run --values x", {"error": "not a database"}, "--values is not JSON: not a database."),
    "VALUES_NOT_OBJECT": ("sandbox run --values 3", {}, '--values is not an object, such as {"a": 1}.'),
    "PROGRAM_DID": (
        "sandbox run of a program that fails",
        {"message": "needs a password."},
        "The program needs a password.",
    ),
    "NOT_HERE": ("sandbox levels", {"reason": "permission denied"}, "not here: permission denied"),
}
