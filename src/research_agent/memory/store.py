"""The session store in one SQLite file. More SQL is in `mapping` and `jobs`; the thread that runs it is in `writer`."""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from research_agent.errors import StoreError, UnknownSessionError, UsageError
from research_agent.memory import jobs, labels, research_rows, watches
from research_agent.memory.backup import remove_backups
from research_agent.memory.connection import damaged_error
from research_agent.memory.digest import digest_of
from research_agent.memory.mapping import add_turn, pack, read_document, read_turns, shorten, unpack
from research_agent.memory.protocol import (
    VERBATIM_TURNS,
    Job,
    Memory,
    SessionInfo,
    check_session_id,
    check_title,
)
from research_agent.memory.recovery.quarantine import quarantined_files
from research_agent.memory.research_store import research_of
from research_agent.memory.session_rows import check_session, newest_session, session_infos
from research_agent.memory.stored_images import images_of
from research_agent.memory.turn_deletion import delete_turn
from research_agent.memory.verification.turn_records import read_turn_records
from research_agent.memory.verification.verify import TurnRecord
from research_agent.memory.watch_store import watches_of
from research_agent.memory.writer import Kind, Writer
from research_agent.messages import storing
from research_agent.sqlite import Connection, fetch
from research_agent.text.timestamps import iso_now
from research_agent.types import Answer, Document, History, Turn

__all__ = ["open_memory"]

T = TypeVar("T")

log = logging.getLogger(__name__)


@asynccontextmanager
async def open_memory(
    path: Path,
    *,
    condense_after: int = 20,
    on_unwritable: Callable[[StoreError], None] | None = None,
    on_salvaged: Callable[[str], None] = log.warning,
    on_deleted: Callable[[], None] | None = None,
) -> AsyncIterator[Memory]:
    """
    Open the SQLite store at `path`, created when it is new.

    Sessions with more than `condense_after` messages that are not summarised get a condensing job.
    A damaged file is quarantined and its intact turns are salvaged; `on_salvaged` gets one line about that.
    Raises `StoreError` when the file cannot be written, was written by a newer version, or is damaged while other
    programs have it open. With `on_unwritable`, a file that cannot be written is opened for reading, and the callback
    gets the reason. `on_deleted` runs in a thread after each deletion, to erase what else holds the session's words.
    """
    writer = Writer(path, when_alone=_resume, or_read_only=on_unwritable is not None)
    try:
        await writer.opened()
        if writer.unwritable is not None and on_unwritable is not None:
            on_unwritable(writer.unwritable)
        if writer.salvage_report is not None:
            on_salvaged(writer.salvage_report.line())
        memory = _SqliteMemory(writer, condense_after, on_deleted)
        try:
            yield memory
        finally:
            await memory.release_claims()
    finally:
        await writer.close()


class _SqliteMemory:
    """See `Memory`."""

    def __init__(self, writer: Writer, condense_after: int, on_deleted: Callable[[], None] | None) -> None:
        self._writer = writer
        self._on_deleted = on_deleted
        self._condense_after = condense_after
        self._owner = secrets.token_hex(8)
        self._claimed = False
        self.watches = watches_of(self._run, _remember_alone, self._erase, self._owner)
        self.images = images_of(self._run)
        self.research = research_of(self._run, _remember_alone, self._erase, self._owner)

    async def remember(self, answer: Answer) -> int:
        check_session_id(answer.session)
        return await self._writer.run("write", lambda db: _remember(db, answer, self._condense_after))

    async def recall(self, session: str) -> History:
        check_session_id(session)
        return await self._read(lambda db: _recall(db, session))

    async def newest(self) -> str | None:
        return await self._read(newest_session)

    async def sessions(self) -> tuple[SessionInfo, ...]:
        return await self._read(session_infos)

    async def turns(self, session: str) -> tuple[Turn, ...]:
        return await self._read(lambda db: _turns(db, session))

    async def records(self, session: str) -> tuple[TurnRecord, ...]:
        return await self._read(lambda db: _records(db, session))

    async def document(self, document: str) -> Document:
        stored = await self._read(lambda db: read_document(db, _key(document)))
        if stored is None:
            raise UsageError(storing.NO_DOCUMENT(document=document), hint=storing.IDS_ARE_THERE())
        return stored

    async def rename(self, session: str, title: str) -> None:
        line = check_title(title)
        await self._run("write", lambda db: labels.rename(db, _known(db, session), line))

    async def pin(self, session: str, pinned: bool) -> None:
        await self._run("write", lambda db: labels.pin(db, _known(db, session), pinned))

    async def delete(self, session: str) -> None:
        await self._erase(lambda db: _delete(db, session))

    async def delete_turn(self, session: str, turn: int) -> None:
        await self._erase(lambda db: delete_turn(db, _known(db, session), turn))

    async def _erase(self, delete: Callable[[Connection], None]) -> None:
        """Delete rows, then everything else that holds their words."""
        await self._run("write", partial(_delete_rows, delete))
        try:
            await asyncio.to_thread(remove_backups, self._writer.path)
        except OSError as error:
            message = storing.BACKUP_HOLDS(error=error)
            raise StoreError(message, hint=storing.REMOVE_THAT()) from error
        if damaged := await asyncio.to_thread(quarantined_files, self._writer.path):
            names = ", ".join(file.name for file in damaged)
            log.warning("It is deleted; damaged files that are kept may still hold its words: %s", names)
        # secure_delete overwrote it in the file; the log has the old pages until it is truncated.
        busy, *_ = await self._writer.run("autocommit", lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").get)
        if busy:
            log.warning("It is deleted; its words leave the log when other programs close the file.")
        if self._on_deleted is not None:
            await asyncio.to_thread(self._on_deleted)

    async def claim_job(self) -> Job | None:
        self._claimed = True
        return await self._writer.run("write", lambda db: jobs.claim(db, self._owner))

    async def finish_job(self, job: Job, summary: str) -> bool:
        return await self._writer.run("write", lambda db: jobs.finish(db, job, summary))

    async def fail_job(self, job: Job, reason: str) -> None:
        await self._writer.run("write", lambda db: jobs.fail(db, job, reason))

    async def _read(self, do: Callable[[Connection], T]) -> T:
        return await self._run("read", do)

    async def _run(self, kind: Kind, do: Callable[[Connection], T]) -> T:
        try:
            return await self._writer.run(kind, do)
        except (ValueError, TypeError, LookupError) as error:  # not UTF-8, not JSON, or not our fields
            self._writer.mark_suspect()
            raise damaged_error(self._writer.path) from error

    async def release_claims(self) -> None:
        """Requeue at once the jobs that this process claimed and did not finish, before their leases end."""
        if self._claimed:
            with contextlib.suppress(StoreError):
                await self._writer.run("write", lambda db: jobs.release(db, self._owner))


def _resume(db: Connection) -> None:
    """Free what the processes that died had claimed. Needs exclusive access."""
    jobs.resume(db)
    watches.resume(db)
    research_rows.resume(db)


def _remember(db: Connection, answer: Answer, condense_after: int) -> int:
    _refuse_watched(db, answer.session)
    turn = _remember_alone(db, answer)
    summarised_to: int = db.execute("SELECT summarised_to FROM sessions WHERE id = ?", (answer.session,)).get
    if 2 * (turn - summarised_to) > condense_after:
        jobs.enqueue(db, answer.session, turn, summarised_to, iso_now())
    return turn


def _remember_alone(db: Connection, answer: Answer) -> int:
    """Store a turn without queueing a summary: the answers of a watch are not one conversation."""
    now = iso_now()
    row: tuple[Any, ...] = db.execute(
        "INSERT INTO sessions (id, title, created, updated, turns) VALUES (?, ?, ?, ?, 1)"
        " ON CONFLICT (id) DO UPDATE SET turns = turns + 1, updated = excluded.updated"
        # as digest.SESSION_ROW reads them
        " RETURNING id, title, created, updated, turns, summary, summarised_to, version, lost",
        (answer.session, pack(shorten(answer.question)), now, now),
    ).get
    turn: int = row[4]
    add_turn(db, answer, turn, now)
    db.execute("UPDATE sessions SET digest = ? WHERE id = ?", (digest_of([row]), answer.session))
    return turn


def _refuse_watched(db: Connection, session: str) -> None:
    """Raise `UsageError` for the session of a watch: a turn of another question would become what is compared."""
    if watches.is_watched(db, session):
        raise UsageError(storing.OF_A_WATCH(session=session), hint=storing.ASK_ELSEWHERE())


def _recall(db: Connection, session: str) -> History:
    _refuse_watched(db, session)
    rows = fetch(db, "SELECT summary, summarised_to, turns, lost FROM sessions WHERE id = ?", (session,))
    if not rows:
        return History(session=session)
    check_session(db, session)
    summary, summarised_to, newest, lost = rows[0]
    after = max(0, min(summarised_to, newest - VERBATIM_TURNS))
    turns = read_turns(db, session, after=after)
    if not lost and len(turns) != newest - after:
        raise LookupError(session)
    return History(session=session, summary=unpack(summary), summarised_to=summarised_to, turns=turns)


def _turns(db: Connection, session: str) -> tuple[Turn, ...]:
    known = fetch(db, "SELECT turns - lost FROM sessions WHERE id = ?", (_key(session),))
    if not known:
        raise _unknown(db, session)
    turns = read_turns(db, session)
    if len(turns) != known[0][0]:
        raise LookupError(session)
    return turns


def _records(db: Connection, session: str) -> tuple[TurnRecord, ...]:
    records = read_turn_records(db, _key(session))
    if not records:
        raise _unknown(db, session)
    return records


def _known(db: Connection, session: str) -> str:
    """The id. Raises `UnknownSessionError` for no session, or one of a watch, and `LookupError` for a damaged row."""
    if not fetch(db, "SELECT 1 FROM sessions WHERE id = ?", (_key(session),)) or watches.is_watched(db, session):
        raise _unknown(db, session)
    check_session(db, session)
    return session


def _delete(db: Connection, session: str) -> None:
    db.execute("DELETE FROM sessions WHERE id = ?", (_key(session),))
    if not db.changes():
        raise _unknown(db, session)
    db.execute("DELETE FROM watches WHERE session = ?", (_key(session),))
    research_rows.erase(db, _key(session))


def _delete_rows(delete: Callable[[Connection], None], db: Connection) -> None:
    """Delete rows, and the documents of no other turn."""
    delete(db)
    db.execute(
        "DELETE FROM documents WHERE NOT EXISTS (SELECT 1 FROM retrievals WHERE document = documents.id)"
        " AND NOT EXISTS (SELECT 1 FROM research_documents WHERE document = documents.id)"
    )


def _key(name: str) -> str:
    """The id as a key to look up: one with lone surrogates, which SQLite's TEXT cannot hold, matches nothing."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return ""
    return name


def _unknown(db: Connection, session: str) -> UnknownSessionError:
    names = [name for (name,) in fetch(db, "SELECT id FROM sessions WHERE id NOT IN (SELECT session FROM watches)")]
    near = difflib.get_close_matches(session[:200], names, n=5, cutoff=0.4)
    hint = storing.NEAR(names=", ".join(map(repr, near))) if near else storing.LIST_SESSIONS()
    return UnknownSessionError(storing.NO_SESSION(session=session[:200]), hint=hint)
