"""The protocol of a session store: all that the rest of the program knows of one."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from research_agent.errors import UsageError
from research_agent.memory.research_protocol import ResearchRuns
from research_agent.memory.stored_images import Images
from research_agent.memory.verification.verify import TurnRecord
from research_agent.memory.watch_records import Watches
from research_agent.messages import storing
from research_agent.text.sanitize import one_line
from research_agent.types import Answer, Document, History, Turn

__all__ = ["VERBATIM_TURNS", "Job", "Memory", "SessionInfo", "check_session_id", "check_title", "new_session_id"]

VERBATIM_TURNS = 2
"""How many of the newest turns are always recalled verbatim, summarised or not (a turn is two messages)."""

MAX_ID = 200
MAX_TITLE = 200
FORBIDDEN = {"Cc", "Cs", "Zl", "Zp"}  # control characters, lone surrogates, line and paragraph separators


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInfo:
    """
    A stored session's metadata. `title` is its first question, shortened, or what the user called it; dates are ISO
    8601, UTC. A `pinned` one stands first where sessions are listed for a person.
    """

    id: str
    title: str
    turns: int
    created: str
    updated: str
    summary: str = ""
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """
    A claimed condensing job: summarise `session` up to and including `upto_turn`; this is the `attempts`-th attempt.

    `version` is the session's when it was claimed: a summary is only stored onto that version (compare-and-set).
    """

    id: int
    session: str
    upto_turn: int
    attempts: int
    version: int


class Memory(Protocol):
    """
    A store of sessions. Every method raises `StoreError` when the store cannot be read or written.

    Writes are atomic, even when the caller is cancelled, and committed when the method returns. `watches` are its
    watched questions; their answers are in sessions of their own, which are not listed, and which nobody continues.
    """

    @property
    def watches(self) -> Watches:
        """The watched questions of this store."""

    @property
    def research(self) -> ResearchRuns:
        """The runs of deep research of this store."""

    @property
    def images(self) -> Images:
        """The images beside the documents of this store."""

    async def remember(self, answer: Answer) -> int:
        """Store one turn and return its number, from 1. Raises `ValueError` for a citation that is in no document."""

    async def recall(self, session: str) -> History:
        """The summary and the turns after it, at least the newest `VERBATIM_TURNS`; empty for an unknown session."""

    async def newest(self) -> str | None:
        """The id of the session with the latest turn; None in an empty store."""

    async def sessions(self) -> tuple[SessionInfo, ...]:
        """All sessions, the latest first."""

    async def turns(self, session: str) -> tuple[Turn, ...]:
        """Every turn, oldest first. Raises `UnknownSessionError`."""

    async def records(self, session: str) -> tuple[TurnRecord, ...]:
        """Every turn as stored, also altered ones that `turns` refuses, for `verify`. Raises `UnknownSessionError`."""

    async def document(self, document: str) -> Document:
        """The document with that id, as last retrieved. Raises `UsageError` when there is none."""

    async def rename(self, session: str, title: str) -> None:
        """Give the session another title. Raises `UnknownSessionError`, and `UsageError` for what is no title."""

    async def pin(self, session: str, pinned: bool) -> None:
        """Pin the session, or unpin it. Raises `UnknownSessionError`."""

    async def delete(self, session: str) -> None:
        """Erase the session and documents of no other, from the disk too. Raises `UnknownSessionError`."""

    async def delete_turn(self, session: str, turn: int) -> None:
        """
        Erase one turn like `delete`, and the summary that may hold its words; with its only turn, the session.

        Raises `UnknownSessionError`, and `UsageError` for a turn that is not there.
        """

    async def claim_job(self) -> Job | None:
        """Lease the next free job for a limited time; None when there is none."""

    async def finish_job(self, job: Job, summary: str) -> bool:
        """Store the summary and close the job; False when a newer summary, or a newer claim, came first."""

    async def fail_job(self, job: Job, reason: str) -> None:
        """Requeue the job; after its last attempt it stays failed."""


def check_title(title: str) -> str:
    """The title on one line, or raises `UsageError` when it is empty or too long."""
    line = one_line(title).strip()
    if not line:
        raise UsageError(storing.TITLE_EMPTY(), hint=storing.WRITE_WORDS())
    if len(line) > MAX_TITLE:
        raise UsageError(storing.TITLE_TOO_LONG(line=len(line)), hint=storing.USE_AT_MOST(most=MAX_TITLE))
    return line


def new_session_id() -> str:
    """A short id that sorts by day, such as 20261123-ab12cd."""
    return f"{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(3)}"


def check_session_id(session: str) -> str:
    """Return the id, or raise `UsageError` when it cannot be one."""
    if not session.strip():
        raise UsageError(storing.NAME_EMPTY(), hint=storing.GIVE_NAME())
    if len(session) > MAX_ID:
        raise UsageError(storing.NAME_TOO_LONG(session=len(session)), hint=storing.USE_AT_MOST_CHARACTERS(most=MAX_ID))
    if forbidden := [char for char in session if unicodedata.category(char) in FORBIDDEN]:
        raise UsageError(storing.NAME_UNTYPABLE(forbidden=forbidden[0]), hint=storing.USE_PRINTABLE())
    return session
