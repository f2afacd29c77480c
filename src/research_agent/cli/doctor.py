"""`research-agent doctor`: diagnosis as a table or as JSON."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from research_agent.cli.common_options import command_settings
from research_agent.messages import diagnostics

if TYPE_CHECKING:
    from research_agent.doctor import Check, Diagnosis, SettingState, SourceProbe
    from research_agent.settings import Unknown
    from research_agent.setup.parts import PartState

__all__ = ["command"]

MARKS = {"ok": "green", "ready": "green", "skipped": "dim", "missing": "yellow", "empty": "yellow", "unknown": "yellow"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--offline", is_flag=True, help="Ask no live source.")
@click.pass_context
def command(ctx: click.Context, /, as_json: bool, offline: bool) -> None:
    """Check models, sources and settings, and say what to do next. Exit 0 when it is ready for a question."""
    from research_agent.doctor import diagnose

    diagnosis = asyncio.run(diagnose(command_settings(offline=offline)))
    if as_json:
        click.echo(json.dumps(diagnosis.as_json(), indent=2))
    else:
        _print(diagnosis)
    ctx.exit(0 if diagnosis.usable else 1)


def _print(diagnosis: Diagnosis) -> None:
    from research_agent.cli.table import print_heading, print_line, print_rows

    for heading, rows in _sections(diagnosis):
        print_heading(heading)
        print_rows(((name, state, text) for name, state, text in rows), marks=MARKS)
        print_line()
    if diagnosis.warnings:
        print_heading("problems")
        for line in diagnosis.warnings:
            print_line(line)
        print_line()
    print_heading("next")
    print_line(f"-> {diagnosis.next[0]}")


def _sections(diagnosis: Diagnosis) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """Sections of the table: headings with rows of name, state, text."""
    yield (
        "program",
        [
            ("version", "ok", f"{diagnosis.version}, Python {diagnosis.python}"),
            ("SQLite", *_state(diagnosis.sqlite)),
            ("home", *_state(diagnosis.home)),
            ("log", *_state(diagnosis.log)),
            ("proxy", *_state(diagnosis.proxy)),
        ],
    )
    yield "embedded parts", [_part(part) for part in diagnosis.parts]
    yield (
        "models",
        [
            ("chat", _state(diagnosis.chat)[0], _chat(diagnosis)),
            ("second judge", *_state(diagnosis.second_judge)),
            ("Ollama", "ok" if diagnosis.ollama.reachable else "skipped", _ollama(diagnosis)),
            ("embedding", *_state(diagnosis.embedding)),
            ("judge", *_state(diagnosis.judge)),
            ("languages", *_state(diagnosis.language)),
            ("sandbox", *_state(diagnosis.sandbox)),
            ("encyclopedia", *_state(diagnosis.encyclopedia)),
        ],
    )
    sources = [(item.name, item.status, _source(item)) for item in diagnosis.sources]
    yield "sources", [*sources, ("web search", *_state(diagnosis.web_search))]
    yield (
        "settings",
        [(item.name, "", _setting(item)) for item in diagnosis.settings]
        + [(item.name, "unknown", _unknown(item)) for item in diagnosis.unknown],
    )


def _state(check: Check) -> tuple[str, str]:
    return "ok" if check.ok else "problem", check.text


def _part(part: PartState) -> tuple[str, str, str]:
    size = f", {part.bytes / 1e6:,.0f} MB" if part.bytes else ""
    return part.name, part.state, f"{part.title}, {part.version}, {part.licence}{size}"


def _chat(diagnosis: Diagnosis) -> str:
    by = f"by {diagnosis.chat_proxy}" if diagnosis.chat.ok and diagnosis.chat_proxy else ""
    return " - ".join(filter(None, (diagnosis.model, diagnosis.chat.text, by)))


def _ollama(diagnosis: Diagnosis) -> str:
    state = diagnosis.ollama
    if not state.reachable:
        return f"{state.url}: {state.reason}"
    names = ", ".join(model.name for model in state.models) or "no models"
    return f"{state.url}, version {state.version}: {names}"


def _source(item: SourceProbe) -> str:
    took = f"{item.ms} ms" if item.status == "ok" else ""
    scope = diagnostics.ASKED_FOR(scope=item.scope) if item.scope else ""
    by = f"by {item.proxy}" if " = " in item.proxy and item.proxy not in item.reason else ""
    return ", ".join(filter(None, (item.title, item.url, by, took, item.reason, scope)))


def _setting(item: SettingState) -> str:
    return f"{item.value or '-'} ({item.origin if item.origin != 'default' else f'default; {item.variable}'})"


def _unknown(item: Unknown) -> str:
    return f"in {item.place}" + (f"; did you mean {item.nearest}?" if item.nearest else "")
