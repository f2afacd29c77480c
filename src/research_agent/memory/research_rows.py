"""
Rows of deep research in the store: `research_runs`, `research_rows` and `research_documents`, leased like watches.

Everything that one moment of a run changes is written in the transaction of the caller, whose commit comes before
anybody is told. A run that was killed goes on from its last commit: what a source answered is not asked again. Leases
are in the system's monotonic clock, as those of `watches`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from research_agent.errors import PlanChangedError, RunBusyError, UnknownRunError
from research_agent.memory.answer_fields import retrieval_of
from research_agent.memory.digest import digest_of
from research_agent.memory.mapping import document_of, pack
from research_agent.memory.research_fields import (
    KINDS,
    NAMES,
    definition_of,
    packed,
    state_of,
    step_of,
    unpacked,
    with_tuples,
)
from research_agent.memory.research_records import (
    RUN_ID,
    Budget,
    ResearchClaim,
    ResearchRun,
    RunEvent,
    RunRows,
    Spent,
    Step,
    Writes,
)
from research_agent.messages import research_lines
from research_agent.sqlite import Connection, fetch
from research_agent.types import Document

__all__ = [
    "add",
    "claim",
    "edit_plan",
    "erase",
    "is_of_run",
    "load",
    "read_events",
    "read_left",
    "read_run",
    "read_runs",
    "release",
    "resume",
    "set_state",
    "write",
]

LEASE_SECONDS = 60.0  # longer than any two commits of a run that is alive are apart
RUN_ROW = "SELECT id, definition, state, plan_version FROM research_runs WHERE id = ?"

STEPS_OF = (
    "SELECT run, kind, number, content, digest FROM research_rows WHERE run = ? AND kind = 'step' ORDER BY kind, number"
)
OTHERS_OF = (
    "SELECT run, kind, number, content, digest FROM research_rows WHERE run = ? AND kind NOT IN ('step', 'event')"
    " ORDER BY kind, number"
)


def add(db: Connection, run: ResearchRun, steps: Sequence[Step]) -> ResearchRun:
    """Insert a planned run, under an id of its own when it has none."""
    key = run.id or _free_id(db)
    run = replace(run, id=key)
    db.execute(
        "INSERT INTO research_runs (id, definition, state, plan_version) VALUES (?, ?, ?, ?)",
        (key, packed(definition_of(run)), packed(state_of(run)), run.plan_version),
    )
    _seal(db, key)
    for step in steps:
        _put_step(db, key, step)
    _tell(db, key, [("RunPlanned", {"question": run.question, "shape": run.shape})])
    return run


def _free_id(db: Connection) -> str:
    while True:
        key = f"{RUN_ID}{time.strftime('%Y%m%d', time.gmtime())}-{secrets.token_hex(3)}"
        if not is_of_run(db, key) and not fetch(db, "SELECT 1 FROM sessions WHERE id = ?", (key,)):
            return key


def is_of_run(db: Connection, session: str) -> bool:
    """Whether a session holds the reports of a run."""
    return bool(fetch(db, "SELECT 1 FROM research_runs WHERE id = ?", (session,)))


def read_run(db: Connection, run: str) -> ResearchRun:
    """The run of that id, or of the only one that begins so. Raises `UnknownRunError`, `LookupError` if altered."""
    begins = run.encode("utf-8", "replace").decode()
    keys = [key for (key,) in fetch(db, "SELECT id FROM research_runs") if key.startswith(begins)] if begins else []
    exact = [key for key in keys if key == begins] or keys
    if len(exact) != 1:
        raise UnknownRunError(research_lines.NO_RUN(run=run[:80]), hint=research_lines.LIST_RUNS())
    return _run(db, exact[0])


def read_runs(db: Connection) -> tuple[ResearchRun, ...]:
    """All runs, the newest first."""
    return tuple(_run(db, key) for (key,) in fetch(db, "SELECT id FROM research_runs ORDER BY rowid DESC"))


def read_left(db: Connection) -> tuple[ResearchRun, ...]:
    """The runs that servers began, that have not ended, and that no living process has leased; the oldest first."""
    ticks = time.monotonic()
    sql = "SELECT id FROM research_runs WHERE claimed_by IS NULL OR lease NOT BETWEEN ? AND ? ORDER BY rowid"
    runs = [_run(db, key) for (key,) in fetch(db, sql, (ticks, ticks + LEASE_SECONDS))]
    return tuple(run for run in runs if run.served and run.state == "running")


def _run(db: Connection, key: str) -> ResearchRun:
    ((_, definition, state, version, digest),) = fetch(
        db, "SELECT id, definition, state, plan_version, digest FROM research_runs WHERE id = ?", (key,)
    )
    if digest != digest_of([(key, definition, state, version)]):
        raise LookupError(key)
    fields = {**unpacked(definition), **unpacked(state)}
    fields |= {"budget": Budget(**fields["budget"]), "spent": Spent(**fields["spent"])}
    return ResearchRun(id=key, plan_version=version, **fields)


def load(db: Connection, run: str) -> RunRows:
    """All rows of a run. Raises `LookupError` for one that was altered."""
    known = read_run(db, run)
    found: dict[str, list[Any]] = {name: [] for name in KINDS}
    for kind, content in _contents(db, known.id, OTHERS_OF):
        found[kind].append(KINDS[kind](**with_tuples(content)))
    return RunRows(
        run=known,
        steps=_steps(db, known.id),
        requests=tuple(found["request"]),
        ledger=tuple(found["ledger"]),
        gaps=tuple(found["gap"]),
        disagreements=tuple(found["disagreement"]),
        sections=tuple(found["section"]),
        calls=tuple(found["call"]),
        documents={document.id: document for document in _documents(db, known.id)},
    )


def read_events(db: Connection, run: str, after: int) -> tuple[RunEvent, ...]:
    """The events of a run behind the `after`th."""
    key = read_run(db, run).id
    rows = fetch(
        db,
        "SELECT number, content FROM research_rows WHERE run = ? AND kind = 'event' AND number > ? ORDER BY number",
        (key, after),
    )
    return tuple(RunEvent(seq=number, **unpacked(content)) for number, content in rows)


def edit_plan(db: Connection, run: str, version: int, steps: Sequence[Step]) -> ResearchRun:
    """Compare and set: these steps, if the plan is still at `version`; those that are left out are dropped."""
    known = read_run(db, run)
    if known.plan_version != version:
        raise PlanChangedError(
            research_lines.PLAN_CHANGED(run=known.id, plan_version=known.plan_version, version=version),
            hint=research_lines.READ_AGAIN(),
        )
    kept = {step.id for step in steps}
    for step in (*steps, *(replace(one, state="dropped") for one in _steps(db, known.id) if one.id not in kept)):
        _put_step(db, known.id, step)
    db.execute("UPDATE research_runs SET plan_version = plan_version + 1 WHERE id = ?", (known.id,))
    _seal(db, known.id)
    _tell(db, known.id, [("PlanChanged", {"version": version + 1, "steps": len(steps)})])
    return _run(db, known.id)


def set_state(
    db: Connection, run: str, changes: Mapping[str, Any], *events: tuple[str, Mapping[str, Any]]
) -> ResearchRun:
    """Change fields of a run that are its state."""
    known = read_run(db, run)
    db.execute(
        "UPDATE research_runs SET state = ? WHERE id = ?", (packed(state_of(replace(known, **changes))), known.id)
    )
    _seal(db, known.id)
    _tell(db, known.id, events)
    return _run(db, known.id)


def write(db: Connection, held: ResearchClaim, writes: Writes) -> tuple[ResearchRun, tuple[RunEvent, ...]]:
    """Store what a moment of a run changes, under its lease, which begins anew. Raises `RunBusyError` without it."""
    lease = (time.monotonic() + LEASE_SECONDS, held.run, held.owner)
    db.execute("UPDATE research_runs SET lease = ? WHERE id = ? AND claimed_by = ?", lease)
    if not db.changes():
        raise _busy(held.run)
    _put_documents(db, held.run, writes.documents)
    for row in writes.rows:
        _append(db, held.run, NAMES[type(row)], asdict(row))
    known = {step.id: step for step in _steps(db, held.run)} if writes.steps else {}
    for step in writes.steps:
        if (old := known.get(step.id)) is None or (old.text == step.text and old.state != "dropped"):
            _put_step(db, held.run, step)  # else it was edited meanwhile: what was found for the old one is not its
    changes = dict(writes.changes) if writes.spent is None else {**writes.changes, "spent": writes.spent}
    run = set_state(db, held.run, changes) if changes else _run(db, held.run)
    return run, _tell(db, held.run, writes.events)


def claim(db: Connection, run: str, owner: str) -> ResearchClaim:
    """Lease a run. Raises `RunBusyError` while a living process has it."""
    key, ticks = read_run(db, run).id, time.monotonic()
    _free(db, (ticks, ticks + LEASE_SECONDS))
    holder = f"{owner}:{secrets.token_hex(8)}"
    db.execute(
        "UPDATE research_runs SET claimed_by = ?, lease = ? WHERE id = ? AND claimed_by IS NULL",
        (holder, ticks + LEASE_SECONDS, key),
    )
    if not db.changes():
        raise _busy(key)
    return ResearchClaim(key, holder)


def release(db: Connection, held: ResearchClaim) -> None:
    """Give a lease back."""
    sql = "UPDATE research_runs SET claimed_by = NULL, lease = NULL WHERE id = ? AND claimed_by = ?"
    db.execute(sql, (held.run, held.owner))


def resume(db: Connection) -> None:
    """Free every leased run. Needs exclusive access: no other process can hold a lease."""
    _free(db, (1.0, 0.0))


def erase(db: Connection, run: str) -> None:
    """Remove a run with all its rows."""
    db.execute("DELETE FROM research_rows WHERE run = ?", (run,))
    db.execute("DELETE FROM research_documents WHERE run = ?", (run,))
    db.execute("DELETE FROM research_runs WHERE id = ?", (run,))


def _free(db: Connection, valid: tuple[float, float]) -> None:
    """Free the runs whose lease ends outside of these times: their processes are dead."""
    db.execute("UPDATE research_runs SET claimed_by = NULL, lease = NULL WHERE lease NOT BETWEEN ? AND ?", valid)


def _busy(run: str) -> RunBusyError:
    return RunBusyError(research_lines.RUN_BUSY(run=run), hint=research_lines.STOP_THERE(run=run))


def _seal(db: Connection, run: str) -> None:
    """Store the digest of a run's row, after every change to it."""
    db.execute("UPDATE research_runs SET digest = ? WHERE id = ?", (digest_of(fetch(db, RUN_ROW, (run,))), run))


def _steps(db: Connection, run: str) -> tuple[Step, ...]:
    """The steps by number, dropped ones too."""
    return tuple(step_of(content) for _, content in _contents(db, run, STEPS_OF))


def _contents(db: Connection, run: str, sql: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for *values, digest in fetch(db, sql, (run,)):
        if digest != digest_of([values]):
            raise LookupError(run)
        yield values[1], unpacked(values[3])


def _put_step(db: Connection, run: str, step: Step) -> None:
    row = (run, "step", step.id, packed(asdict(step)))
    db.execute("INSERT OR REPLACE INTO research_rows VALUES (?, ?, ?, ?, ?)", (*row, digest_of([row])))


def _append(db: Connection, run: str, kind: str, content: object) -> int:
    sql = "SELECT ifnull(max(number), 0) + 1 FROM research_rows WHERE run = ? AND kind = ?"
    number = int(db.execute(sql, (run, kind)).get)
    row = (run, kind, number, packed(content))
    db.execute("INSERT INTO research_rows VALUES (?, ?, ?, ?, ?)", (*row, digest_of([row])))
    return number


def _tell(db: Connection, run: str, events: Sequence[tuple[str, Mapping[str, Any]]]) -> tuple[RunEvent, ...]:
    return tuple(
        RunEvent(seq=_append(db, run, "event", {"kind": kind, "data": data}), kind=kind, data=data)
        for kind, data in events
    )


def _put_documents(db: Connection, run: str, documents: Sequence[Document]) -> None:
    for document in documents:
        db.execute("INSERT OR IGNORE INTO documents (id, text) VALUES (?, ?)", (document.id, pack(document.text)))
        row = (run, document.id, packed(retrieval_of(document)))
        db.execute("INSERT OR IGNORE INTO research_documents VALUES (?, ?, ?, ?)", (*row, digest_of([row])))


def _documents(db: Connection, run: str) -> list[Document]:
    rows = fetch(
        db,
        "SELECT run, document, meta, digest, text FROM research_documents JOIN documents ON documents.id = document"
        " WHERE run = ? ORDER BY research_documents.rowid",
        (run,),
    )
    if any(digest != digest_of([(run, key, meta)]) for _, key, meta, digest, _ in rows):
        raise LookupError(run)
    return [document_of(key, text, meta) for _, key, meta, _, text in rows]
