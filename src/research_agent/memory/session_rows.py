"""Sessions as rows of the store."""

from __future__ import annotations

from research_agent.memory.digest import session_digest
from research_agent.memory.mapping import unpack
from research_agent.memory.protocol import (
    SessionInfo,
)
from research_agent.sqlite import Connection, fetch

__all__ = ["check_session", "newest_session", "session_infos"]


def newest_session(db: Connection) -> str | None:
    """The session that was written to last, None without one."""
    # By insertion order: a clock can be set back.
    rows = fetch(
        db,
        "SELECT session FROM messages WHERE session NOT IN (SELECT session FROM watches) ORDER BY rowid DESC LIMIT 1",
    )
    return rows[0][0] if rows else None


def session_infos(db: Connection) -> tuple[SessionInfo, ...]:
    """All sessions but those of watches, the latest first. Raises `LookupError` for one that was altered."""
    rows = fetch(
        db,
        "SELECT id, title, turns - lost, created, updated, summary, id IN (SELECT session FROM pins) FROM sessions"
        " WHERE id NOT IN (SELECT session FROM watches)"
        " ORDER BY (SELECT max(messages.rowid) FROM messages WHERE session = sessions.id) DESC",
    )
    for session, *_ in rows:
        check_session(db, session)
    return tuple(
        SessionInfo(
            id=key,
            title=unpack(title),
            turns=turns,
            created=created,
            updated=updated,
            summary=unpack(summary),
            pinned=bool(pinned),
        )
        for key, title, turns, created, updated, summary, pinned in rows
    )


def check_session(db: Connection, session: str) -> None:
    """Raise `LookupError` when the row of a session does not match its digest."""
    if fetch(db, "SELECT digest FROM sessions WHERE id = ?", (session,)) != [(session_digest(db, session),)]:
        raise LookupError(session)
