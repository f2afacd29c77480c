"""
What is remembered: sessions, their turns, the text the citations point into, and the jobs still to do.

`Memory` is the whole contract, so that other stores can come.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from research_agent.errors import UsageError
from research_agent.memory.verification.verify import Record
from research_agent.types import Answer, Document, History, Turn

__all__ = ["KEPT_TURNS", "Job", "Memory", "SessionInfo", "check_session_id", "new_session_id"]

KEPT_TURNS = 2
"""The newest turns are always given back verbatim, summarised or not (a turn is two messages)."""

MAX_ID = 200
UNFIT = {"Cc", "Cs", "Zl", "Zp"}  # control characters, lone surrogates, line and paragraph separators


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInfo:
    """One stored session. `title` is its first question, shortened; dates are ISO 8601, UTC."""

    id: str
    title: str
    turns: int
    created: str
    updated: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """
    A claimed piece of condensing: summarise `session` up to and including `upto_turn`; the `attempts`-th try.

    `version` is that of the session when it was claimed; a summary is only stored onto that version.
    """

    id: int
    session: str
    upto_turn: int
    attempts: int
    version: int


class Memory(Protocol):
    """
    Where turns are kept. Every method raises `StoreError` when the store cannot be read or written.

    What a method returns is committed. A caller that is cancelled leaves a write that is done whole or not at all.
    """

    async def remember(self, answer: Answer) -> int:
        """
        Store one turn and return its number: 1, 2, ... in `answer.session`, which begins with its first turn.

        Raises `ValueError` for a citation that is not, to the character, in a document the answer carries.
        """
        ...

    async def recall(self, session: str) -> History:
        """
        What the next prompt needs: the summary and the turns after it, at least the newest `KEPT_TURNS`.

        An unknown session has an empty history.
        """
        ...

    async def newest(self) -> str | None:
        """The id of the session of the latest turn."""
        ...

    async def sessions(self) -> tuple[SessionInfo, ...]:
        """All sessions, the latest first."""
        ...

    async def turns(self, session: str) -> tuple[Turn, ...]:
        """Every turn, whole, oldest first. Raises `UnknownSessionError`."""
        ...

    async def records(self, session: str) -> tuple[Record, ...]:
        """Every turn as it is kept, for `verify`: also what `turns` would refuse. Raises `UnknownSessionError`."""
        ...

    async def document(self, document: str) -> Document:
        """The document of that id, as it was last retrieved. Raises `UsageError` when there is none."""
        ...

    async def delete(self, session: str) -> None:
        """Remove the session and what only it needs, from the disk too. Raises `UnknownSessionError`."""
        ...

    async def claim_job(self) -> Job | None:
        """Take the next job that nobody works on, for a limited time."""
        ...

    async def finish_job(self, job: Job, summary: str) -> bool:
        """Store the summary and close the job; False when a newer state, or a newer claim, has overtaken it."""
        ...

    async def fail_job(self, job: Job, reason: str) -> None:
        """Give the job back; after its last try it stays failed."""
        ...


def new_session_id() -> str:
    """A short id that sorts by day, such as 20261123-ab12cd."""
    return f"{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(3)}"


def check_session_id(session: str) -> str:
    """Return the id, or raise `UsageError` when it cannot be one."""
    if not session.strip():
        raise UsageError("The session name is empty.", hint="Give any name, or leave it out for a new session.")
    if len(session) > MAX_ID:
        raise UsageError(f"The session name has {len(session)} characters.", hint=f"Use at most {MAX_ID} characters.")
    if unfit := [char for char in session if unicodedata.category(char) in UNFIT]:
        raise UsageError(
            f"The session name holds {unfit[0]!r}, which cannot be typed again.", hint="Use printable characters."
        )
    return session
