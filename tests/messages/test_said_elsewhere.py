"""Lines that a user meets are in the catalogue: a walk over the source finds those that are said elsewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from research_agent import errors
from research_agent_devtools.checkout import ROOT

SOURCE = ROOT / "src" / "research_agent"
ERRORS = {name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, Exception)}
SAID = ERRORS | {
    "BusyError",
    "Check",
    "Fault",
    "HTTPException",
    "NotFoundError",
    "Notice",
    "PlainTextResponse",
    "RejectedError",
    "UnreadableFileError",
    "UsageError",
    "echo",
    "error_of",
    "error_page",
    "print_line",
    "print_text",
    "say",
}
"""Calls whose arguments a user reads: errors, notices, checks of doctor, refusals, what commands print."""

PROSE = re.compile(r"[A-Za-z]{2,}[,:;.']? (?:\S* )*?[a-z]{2,}")
"""Two words and more: one alone is a name or a label."""
CALLED = re.compile(rf"\b(?:{'|'.join(sorted(SAID))})\(")

ELSEWHERE = {
    "testing": "fakes for the tests of plug-ins: their authors read them",
    "cli/eval.py": "an eval is a developer's",
}
"""Modules and rooms that say lines of their own, with the reason."""

LABELS = {
    "no text": "a state of a file, in JSON too",
    "the turn": "a place in a bundle, as `documents[3]` is one",
    "the file": "a place in a bundle, as `documents[3]` is one",
    "no such document": "what `verify` found in place of a value",
    "no result": "what `verify` found in place of a value",
    "no words": "what `verify` found in place of a value",
    "no mark": "what `verify` found in place of a value",
    "one sentence": "what `verify` expected in place of a value",
    "a start from {}": "what `verify` expected in place of a value",
    "an end at {}": "what `verify` found in place of a value",
    "sentence at {}-{}": "a place in an answer",
    "answer at {}-{}": "a place in an answer",
}
"""Short values that are said beside a line, with the reason why they are none."""


def said_in(module: str) -> Iterator[tuple[int, str]]:
    """The literals of a module that are handed to whom a user hears: line and text."""
    if not CALLED.search(module):
        return
    for call in (node for node in ast.walk(ast.parse(module)) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name not in SAID:
            continue
        for argument in (*call.args, *(one.value for one in call.keywords if one.arg in (None, *HEARD))):
            yield from _prose(argument)


HEARD = ("message", "hint", "text", "detail", "reason", "why")


def _prose(argument: ast.expr) -> Iterator[tuple[int, str]]:
    """Prose in an argument, but for that in the arguments of other calls."""
    parts = [argument]
    while parts:
        part = parts.pop()
        if isinstance(part, ast.JoinedStr):
            text = "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in part.values)
            parts += [one.value for one in part.values if isinstance(one, ast.FormattedValue)]
        elif isinstance(part, ast.Constant):
            text = part.value if isinstance(part.value, str) else ""
        else:
            text = ""
            if not isinstance(part, ast.Call):
                parts += [one for one in ast.iter_child_nodes(part) if isinstance(one, ast.expr)]
        if PROSE.search(text) and text not in LABELS:
            yield part.lineno, text


def outside() -> list[str]:
    """Every such literal outside the catalogue."""
    found = []
    for file in sorted(SOURCE.rglob("*.py")):
        module = file.relative_to(SOURCE)
        if "messages" not in module.parts[:1] and not {str(module), *map(str, module.parents)} & ELSEWHERE.keys():
            found += [f"{module}:{line}: {text}" for line, text in said_in(file.read_text("utf-8"))]
    return found


def test_no_line_is_said_outside_the_catalogue() -> None:
    assert outside() == []


@pytest.mark.parametrize("place", ELSEWHERE)
def test_an_exception_is_there(place: str) -> None:
    assert (SOURCE / place).exists()


@pytest.mark.parametrize("label", LABELS)
def test_a_label_is_used(label: str) -> None:
    begin = label.partition("{")[0]
    assert any(f'"{begin}' in file.read_text("utf-8") for file in SOURCE.rglob("*.py"))


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ('raise UsageError("There is no such file.", hint="Look again.")', 2),
        ('raise errors.SourceError(f"answered with {kind} in place of JSON")', 1),
        ('click.echo("It is done now.")', 1),
        ('click.echo("done" if quick else f"done in {seconds} s, that was slow")', 1),
        ('click.echo("Files: " + ", ".join(names) + " were read twice")', 1),
        ('raise HTTPException(404, detail="Nothing is here.")', 1),
        ("raise UsageError(command_results.NO_FILE(target=target), hint=command_results.CHECK_NAME())", 0),
        ('log.error("The page failed to load.")', 0),
        ('click.echo(json.dumps({"a b": 1}))', 0),
        ('raise ValueError("a list is wanted here")', 0),
        ('raise UsageError(kind("of a thing"))', 0),
    ],
)
def test_what_a_user_hears_is_found(code: str, lines: int) -> None:
    """The broken twin of the catalogue: a line in its place of use is found, one of developers is not."""
    assert len(list(said_in(code))) == lines


def test_a_line_in_a_module_of_ours_would_be_found(tmp_path: Path) -> None:
    module = (SOURCE / "cli" / "setup.py").read_text("utf-8")
    assert list(said_in(module)) == []
    assert len(list(said_in(module + '\nclick.echo("Nothing was removed at all.")\n'))) == 1
