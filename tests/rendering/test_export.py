from __future__ import annotations

import builtins
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from helpers.stored_turns import HOSTILE, INFO, hostile_turn, pdf_text, stored_turn
from research_agent.errors import UsageError
from research_agent.installation import extra_hint
from research_agent.memory import open_memory
from research_agent.rendering import FORMATS, export
from research_agent_devtools.harness.scripted_engine import answer


@pytest.mark.parametrize("form", ["html", "pdf", "bibtex", "csl", "markdown"])
def test_hostile_text_is_text_in_every_format(form: str) -> None:
    data = export(form, replace(INFO, title=HOSTILE), [hostile_turn()])
    text = pdf_text(data) if form == "pdf" else data.decode()
    assert "\u202e" not in text
    if form == "pdf":
        assert '#image("/etc/passwd")' in text
        assert b"/JavaScript" not in data
        assert b"javascript:" not in data
    if form == "html":
        assert "<script" not in text
        assert 'href="javascript' not in text
    if form == "bibtex":
        assert text.count("\n@") == 0
        assert "{" * 2 in text
        assert text.count("{") - text.count("\\{") == text.count("}") - text.count("\\}")


@pytest.mark.parametrize("form", ["html", "pdf", "markdown", "json"])
def test_exponents_and_fractions_are_legible_in_every_format(form: str) -> None:
    said = "It carries 10^6 tonnes of CO2 over 40 km^2 at 10^-6 m and 3 1/2 feet, of x_1^2 and 10\u202f000 men."
    turn = stored_turn()
    turn = replace(turn, answer=replace(turn.answer, text=said, citations=(), unsupported=()))
    data = export(form, INFO, [turn])
    text = pdf_text(data) if form == "pdf" else data.decode()
    assert said.replace("\u202f", " ") in " ".join(text.replace("\\u202f", " ").split())


@pytest.mark.parametrize(("form", "gone"), [("html", "jinja2"), ("html", "nh3"), ("pdf", "typst")])
def test_without_the_extra_it_says_what_to_install(form: str, gone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    real = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == gone:
            raise ModuleNotFoundError(f"No module named {gone!r}", name=gone)
        return real(name, *rest)

    for name in [name for name in sys.modules if name.startswith("research_agent.rendering.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(UsageError, match=gone) as raised:
        export(form, INFO, [stored_turn()])
    assert raised.value.hint == extra_hint("serve")


@pytest.mark.anyio
async def test_the_command_line_exports_every_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from research_agent.cli.sessions import command

    async with open_memory(tmp_path / "sessions.db") as memory:
        await memory.remember(answer(turn=0))
    monkeypatch.setenv("RESEARCH_AGENT_HOME", str(tmp_path))
    begins: Mapping[str, bytes] = {
        "markdown": b"# ",
        "json": b"{",
        "html": b"<!doctype html>",
        "pdf": b"%PDF",
        "docx": b"PK",
        "bibtex": b"@misc{",
        "csl": b"[\n  {",
    }
    import asyncio

    for form in FORMATS:
        made = await asyncio.to_thread(CliRunner().invoke, command, ["export", "s", "--format", form])
        assert made.stdout_bytes.startswith(begins[form]), made.output
