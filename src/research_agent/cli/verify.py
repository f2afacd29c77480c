"""`research-agent verify`: checks every quote of a stored session, or of an exported bundle, against its texts."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import NamedTuple

import click

from research_agent.cli.common_options import command_settings
from research_agent.errors import BundleError, StoreError, UnknownSessionError, UsageError
from research_agent.memory.protocol import check_session_id
from research_agent.memory.verification.bundle import Bundle
from research_agent.memory.verification.own_files import changed_files
from research_agent.memory.verification.verify import Fault, TurnRecord, Verdict, check
from research_agent.messages import command_results
from research_agent.text.sanitize import one_line, printable

__all__ = ["command"]

LONGEST = 160  # characters of a quote in a line; --json has all of it
MOST = 50  # faults that are printed for each turn; --json has all of them


class _Target(NamedTuple):
    """What is checked: a session, or a bundle. `note` says which one was chosen when both have the name."""

    name: str
    records: Sequence[TurnRecord]
    bundle: Bundle | None = None
    note: str | None = None

    @property
    def faults(self) -> Sequence[Fault]:
        """Faults of the file as a whole."""
        return self.bundle.faults if self.bundle else ()


@click.command("verify")
@click.argument("target", metavar="SESSION|FILE")
@click.option("--turn", type=click.IntRange(min=1), metavar="N", help="This turn only.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def command(ctx: click.Context, /, target: str, turn: int | None, as_json: bool) -> None:
    """
    Check every quote of a stored session, or of a bundle, against the texts kept with it. Needs no network.

    A name with a path separator or ending in .json is a FILE when there is one; any other name is a SESSION first.
    Write ./NAME for a file that is called like a session.

    Exit 0: all holds. 1: something does not. 2: no such session or turn, or the file is no bundle.
    """
    chosen = _find(target)
    verdicts = _verdicts(_select(chosen.records, turn))
    holds = not chosen.faults and all(verdict.holds for verdict in verdicts)
    if chosen.note:
        click.echo(printable(chosen.note), err=True)
    if as_json:
        click.echo(json.dumps(_object(chosen, verdicts, holds), indent=2))
    else:
        for line in _lines(chosen, verdicts):
            click.echo(printable(line))
    ctx.exit(0 if holds else 1)


def _verdicts(records: Sequence[TurnRecord]) -> list[Verdict]:
    """The verdict on each turn; what was computed is run again."""
    verdicts = [_with_files(check(record), record) for record in records]
    if not any(record.computed for record in records):
        return verdicts
    import asyncio

    from research_agent.memory.verification.rerun import rerun
    from research_agent.sandbox import open_sandbox

    async def run() -> list[Verdict]:
        async with open_sandbox() as sandbox:
            return [await rerun(record, verdict, sandbox) for record, verdict in zip(records, verdicts, strict=True)]

    return asyncio.run(run())


def _with_files(verdict: Verdict, record: TurnRecord) -> Verdict:
    """The verdict, with a note for each cited file of the user's that is no longer what was read."""
    return replace(verdict, notes=(*verdict.notes, *changed_files(record)))


def _find(target: str) -> _Target:
    path = Path(target)
    like_a_file = target.endswith(".json") or any(mark in target for mark in (os.sep, os.altsep) if mark)
    exists = os.path.lexists(path) and not path.is_dir()
    if exists and like_a_file:
        # A store that cannot be read is no reason not to check the file.
        with suppress(StoreError, UsageError):
            _session(target)
            return _bundle(path, command_results.SESSION_TOO())
        return _bundle(path)
    try:
        note = command_results.FILE_TOO(target=target)
        return _Target(target, _session(target), note=note if exists else None)
    except UsageError:
        if exists:
            return _bundle(path)
        if like_a_file:
            raise BundleError(command_results.NO_FILE(target=target), hint=command_results.CHECK_NAME()) from None
        raise


def _bundle(path: Path, note: str | None = None) -> _Target:
    from research_agent.memory.verification.bundle_reader import read_bundle

    bundle = read_bundle(path)
    return _Target(str(path), bundle.records, bundle, note)


def _session(name: str) -> Sequence[TurnRecord]:
    """The stored turns. Raises `UsageError` when there is no such session; never creates a store."""
    import asyncio

    from research_agent.cli.read_only_store import open_reading

    check_session_id(name)
    store = command_settings().store
    if not store.exists():
        raise UnknownSessionError(command_results.NOTHING_STORED(name=name), hint=command_results.GIVE_PATH())

    async def read() -> Sequence[TurnRecord]:
        async with open_reading(store) as memory:
            return await memory.records(name)

    return asyncio.run(read())


def _select(records: Sequence[TurnRecord], turn: int | None) -> Sequence[TurnRecord]:
    selected = [record for record in records if turn in (None, record.turn)]
    if not selected:
        numbers = ", ".join(str(record.turn) for record in records[:20])
        raise UsageError(
            command_results.NO_TURN(turn=turn),
            hint=command_results.TURNS_ARE(numbers=numbers, more=", ..." * (len(records) > 20)),
        )
    return selected


def _object(target: _Target, verdicts: Sequence[Verdict], holds: bool) -> dict[str, object]:
    return {
        "kind": "bundle" if target.bundle else "session",
        "name": target.name,
        "holds": holds,
        "sha256": target.bundle and target.bundle.sha256,
        "program": target.bundle and target.bundle.program,
        "faults": [asdict(fault) for fault in target.faults],
        "turns": [{**asdict(verdict), "holds": verdict.holds} for verdict in verdicts],
    }


def _lines(target: _Target, verdicts: Sequence[Verdict]) -> Iterator[str]:
    adjective = "enclosed" if target.bundle else "stored"
    for verdict in verdicts:
        yield f"turn {verdict.turn}: {_standing(verdict, adjective)}"
        yield from (f"  note: {note}" for note in verdict.notes)
        yield from _faults(verdict.faults)
    if bundle := target.bundle:
        as_written = command_results.AS_WRITTEN(sha256=bundle.sha256)
        yield f"file: {command_results.NOT_AS_WRITTEN() if bundle.faults else as_written}"
        yield from _faults(target.faults)


def _standing(verdict: Verdict, adjective: str) -> str:
    if not verdict.quotes:
        return command_results.QUOTES_NOTHING()
    documents = f"{verdict.documents} {adjective} document{'s' * (verdict.documents != 1)}"
    return command_results.QUOTES_STAND(standing=verdict.standing, quotes=verdict.quotes, documents=documents)


def _faults(faults: Sequence[Fault]) -> Iterator[str]:
    for fault in faults[:MOST]:
        yield f"  fault: {_line(fault.place)}: {_line(fault.message)}"
        if fault.expected or fault.found:
            yield f"    expected: {_line(fault.expected)}"
            yield f"    stands:   {_line(fault.found)}"
    if len(faults) > MOST:
        yield "  " + command_results.MORE_FAULTS(n=len(faults) - MOST)


def _line(text: str) -> str:
    """The text as one line, shortened. The messages name hidden characters by their code points."""
    line = one_line(text[: 2 * LONGEST])
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
