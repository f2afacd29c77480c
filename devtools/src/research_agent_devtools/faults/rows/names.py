"""A19: an id is an id, whatever SQL it could be."""

from __future__ import annotations

import asyncio
import json
import random
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from unittest import mock

from research_agent.errors import UnknownSessionError, UsageError
from research_agent.http import Client
from research_agent.memory import Memory, mapping, open_memory, store, writer
from research_agent.memory.connection import connect
from research_agent.memory.verification import turn_records
from research_agent.setup.encyclopedia_index import build_database
from research_agent.sources import SourceSettings, Tools
from research_agent.sources.encyclopedia import DATABASE, FOLDER, Encyclopedia
from research_agent.text.tokens import WORD
from research_agent.types import Answer, Document, Topic
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.harness import sql_statements
from research_agent_devtools.samples import hostile_values

FILE = 250  # trials that share a file of the store
TITLES = ("Moon", "AC/DC", "Full Moon (film)", "O'Brien", "Table (database)")
TOOLS = Tools(client=cast(Client, None))


@dataclass
class Model:
    """What the store must hold, in plain dicts."""

    sessions: dict[str, list[Answer]] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)

    def document(self, key: str) -> Document | None:
        """As it was last retrieved."""
        found = [(self.written.index(f"{one.session}\0{one.turn}"), document) for turns in self.sessions.values()
                 for one in turns for document in one.documents if document.id == key]  # fmt: skip
        return max(found, key=lambda item: item[0])[1] if found else None

    def add(self, answer: Answer) -> int:
        turns = self.sessions.setdefault(answer.session, [])
        object.__setattr__(answer, "turn", len(turns) + 1)
        turns.append(answer)
        self.written.append(f"{answer.session}\0{answer.turn}")
        return answer.turn

    def delete(self, session: str) -> None:
        del self.sessions[session]
        self.written = [one for one in self.written if one.split("\0")[0] != session]


def named(run: Run) -> None:
    """Each trial calls one method with names made of SQL; the store must do what the dicts do."""
    known, built = sql_statements.read_off(sql_statements.program())
    run.check(not built, f"SQL is put together at {built}")
    with _traced(run, known):
        asyncio.run(_named(run))


async def _named(run: Run) -> None:
    encyclopedia = _encyclopedia(run.folder)
    async with AsyncExitStack() as stack:
        for number, rng in run.trials():
            if number % FILE == 0:
                await stack.aclose()
                memory = await stack.enter_async_context(open_memory(run.folder / f"{number}.db", condense_after=999))
                model = Model()
            call = rng.choice(CALLS)
            name = rng.choice(hostile_values.UNFIT if rng.random() < 0.2 else hostile_values.NAMES)
            run.count(call.__name__.strip("_"))
            try:
                if call is _search:
                    await _search(run, encyclopedia, rng, name)
                else:
                    await call(run, memory, model, rng, name)
            except Exception as error:  # noqa: BLE001 - a statement that was altered may raise anything
                run.fail(f"{call.__name__} {name!r}: {type(error).__name__}: {error!r:.200}")


async def _outcome(call: Any) -> Any:
    """What it returns; of what it raises for a wrong name, the type."""
    try:
        return await call
    except UsageError as error:
        return type(error)


async def _remember(run: Run, memory: Memory, model: Model, rng: random.Random, name: str) -> None:
    text, other = rng.choice(hostile_values.NAMES), rng.choice(hostile_values.NAMES)
    document = Document(source=name, title=other, url=other, text=text, retrieved=name)
    answer = Answer(session=name, turn=0, question=text, text=other, answer_from="floor", status="extracts",
                    documents=(document,))  # fmt: skip
    number = await _outcome(memory.remember(answer))
    run.check(
        number == (UsageError if name in hostile_values.UNFIT else model.add(answer)), f"{name!r}: number {number}"
    )


async def _recall(run: Run, memory: Memory, model: Model, rng: random.Random, name: str) -> None:
    history = await _outcome(memory.recall(name))
    if name in hostile_values.UNFIT:
        run.check(history is UsageError, f"{name!r} was recalled")
    else:
        run.check([turn.answer for turn in history.turns] == model.sessions.get(name, []), f"{name!r}: other turns")


async def _turns(run: Run, memory: Memory, model: Model, rng: random.Random, name: str) -> None:
    turns = await _outcome(memory.turns(name))
    found = turns if turns is UnknownSessionError else [turn.answer for turn in turns]
    run.check(found == model.sessions.get(name, UnknownSessionError), f"{name!r}: other turns")


async def _records(run: Run, memory: Memory, model: Model, rng: random.Random, name: str) -> None:
    kept = await _outcome(memory.records(name))
    found = kept if kept is UnknownSessionError else [record.question for record in kept]
    wanted = [one.question for one in model.sessions.get(name, [])] or UnknownSessionError
    run.check(found == wanted, f"{name!r}: other records")


async def _document(run: Run, memory: Memory, model: Model, rng: random.Random, name: str) -> None:
    held = sorted({document.id for turns in model.sessions.values() for one in turns for document in one.documents})
    key = rng.choice(held) if held and rng.random() < 0.5 else name
    found = await _outcome(memory.document(key))
    run.check(found == (model.document(key) or UsageError), f"{key!r}: another document")


async def _delete(run: Run, memory: Memory, model: Model, rng: random.Random, name: str) -> None:
    wanted = None if name in model.sessions else UnknownSessionError
    run.check(await _outcome(memory.delete(name)) == wanted, f"{name!r}: delete")
    if wanted is None:
        model.delete(name)


async def _sessions(run: Run, memory: Memory, model: Model, rng: random.Random, name: str) -> None:
    found = [(info.id, info.turns) for info in await memory.sessions()]
    latest = dict.fromkeys(one.split("\0")[0] for one in reversed(model.written))
    run.check(found == [(session, len(model.sessions[session])) for session in latest], "other sessions")
    run.check(await memory.newest() == next(iter(latest), None), "another newest session")


async def _search(run: Run, encyclopedia: Encyclopedia, rng: random.Random, name: str) -> None:
    """Words are searched, never their punctuation: the same is found without it."""
    asked = f"{rng.choice(TITLES)} {name} NEAR(moon* OR title:band)"
    bare = " ".join(WORD.findall(unicodedata.normalize("NFKC", asked)))
    found = [await encyclopedia.search(Topic(text=text, question=""), tools=TOOLS, limit=9) for text in (asked, bare)]
    run.check(found[0] == found[1] and found[0].documents, f"{asked!r}: other articles")


CALLS: tuple[Callable[..., Any], ...] = (
    _remember, _remember, _remember, _recall, _turns, _records, _document, _delete, _sessions, _search,
)  # fmt: skip


def _encyclopedia(folder: Path) -> Encyclopedia:
    """Five articles."""
    (folder / FOLDER).mkdir()
    leads = {title: {"title": title, "extract": f"{title} has a moon.", "topic": "Test"} for title in TITLES}
    (folder / "leads.json").write_text(json.dumps(leads), "utf-8")
    build_database(folder / "leads.json", folder / FOLDER / DATABASE)
    (folder / FOLDER / "part.json").write_text("{}")
    return Encyclopedia(SourceSettings(parts=folder))


@contextmanager
def _traced(run: Run, known: set[str]) -> Iterator[None]:
    """Every statement that the store runs must be one that stands in the source."""
    texts = "\n".join(known)

    def traced(path: Path, **given: Any) -> Any:
        db = connect(path, **given)

        def look(cursor: object, sql: str, bindings: object) -> bool:
            if sql not in known and sql.strip().rstrip(";") not in texts:
                run.fail(f"another statement was run: {sql[:100]!r}")
            return True

        db.exec_trace = look
        return db

    with mock.patch.object(writer, "connect", traced):
        yield


def by_f_string(run: Run) -> None:
    """The twin."""

    def fetch(db: Any, sql: str, bindings: tuple[object, ...] = ()) -> Any:
        for value in bindings:
            sql = sql.replace("?", f"'{value}'" if isinstance(value, str) else f"{value}", 1)
        return db.execute(sql).fetchall()

    with ExitStack() as stack:
        for module in (store, mapping, turn_records):
            stack.enter_context(mock.patch.object(module, "fetch", fetch))
        named(run)


ROWS = (
    Row(
        id="A19",
        fault="SQL and its marks in every parameter: session ids, document ids, fields, topics",
        guarantee="the store does what dicts do, and runs no statement that does not stand in its source",
        quick=300,
        full=10_000,
        try_it=named,
        twin=by_f_string,
        twin_is="the same queries, put together by f-strings",
        twin_trials=50,
        unit="calls",
    ),
)
