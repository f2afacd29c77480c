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
    "GIVE_PROGRAM_OR_MODEL": (
        "`sandbox analyze`, where the program of the model is wrong",
        {},
        "A larger model may do better (RESEARCH_AGENT_MODEL), or give your own: --program FILE",
    ),
    "PROGRAM_OF": (
        "sandbox analyze, and the model's program fails",
        {"id": "tides-k3fd", "message": "needs a password."},
        "The program of tides-k3fd needs a password.",
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
    "VALUES_NOT_PASSED": ("Python: values that cannot be passed", {}, "The values cannot be passed to a program."),
    "BROKE_OFF": ("a program that crashes", {}, "was stopped: it crashed or took too long."),
    "NO_INTERPRETER": ("ten programs at once", {}, "No interpreter is free to run a program."),
    "TOOK_LONGER": ("a program that loops", {"seconds": 8}, "took longer than 8 s."),
    "TOOK_MEMORY": (
        "a program that fills the memory",
        {"megabytes": "MEGABYTES"},
        "took more than MEGABYTES MB, or printed too much.",
    ),
    "ENDED_WITH": ("a program that divides by zero", {"reason": "permission denied"}, "ended with permission denied."),
    "NOT_STARTED": (
        "an interpreter of another system",
        {"package": "footnoted", "reason": "permission denied"},
        "footnoted does not start here: permission denied",
    ),
    "NOT_INSTALLED": ("without the extra sandbox", {"package": "footnoted"}, "footnoted is not installed"),
    "WITHOUT_PROGRAM": (
        "an interpreter that is not whole",
        {"package": "footnoted"},
        "footnoted is installed without its program",
    ),
    "WAS_STOPPED": ("a program that the kernel ends", {}, "was stopped: it crashed, or took too much memory or time."),
    "NO_PROCESS": (
        "a machine that is full",
        {"reason": "permission denied"},
        "No process could be started for a program: permission denied",
    ),
    "PROCESS_SILENT": (
        "a machine that is full",
        {"reason": "permission denied"},
        "its process does not start: permission denied",
    ),
    "PROCESS_NOT_STARTED": ("a machine that is full", {}, "its process does not start"),
    "NO_LANDLOCK": ("an old Linux", {}, "this system lacks Landlock with seccomp (Linux 5.13 or later has it)"),
    "NO_ANSWER": ("a program that writes an answer itself", {}, "gave no readable answer."),
    "RESULT_TOO_DEEP": (
        "a program with a result of a million items",
        {},
        "returned a result that is nested too deeply or too long.",
    ),
    "NOT_A_NUMBER": (
        "a program with an infinite result",
        {"value": "VALUE"},
        "returned VALUE, which is not a usable number.",
    ),
    "WRONG_TYPE": (
        "a program that returns a function",
        {"name": "trip"},
        "returned a result of type trip; use lists, texts and numbers.",
    ),
    "NUMBER_TOO_LARGE": ("a program with a huge number", {"most": 12}, "returned a whole number of more than 12 bits."),
    "TEXT_TOO_LONG": ("a program with a text of a book", {"most": 12}, "returned more than 12 characters."),
    "KEYS_NOT_TEXT": ("a program with other keys", {}, "returned a dict whose keys are not texts."),
    "PROGRAM_TOO_LONG": ("a program of a book", {"most": 12}, "has more than 12 characters."),
    "NONE_ALLOWED": ("Python: a sandbox without a level", {}, "none is allowed"),
    "NO_SANDBOX": (
        "a system without a sandbox",
        {"reasons": "REASONS"},
        "There is no sandbox here to run a program in (REASONS), so none is run.",
    ),
}
