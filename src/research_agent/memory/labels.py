"""What a user writes on a session: its title and its pin, inside a transaction of the caller."""

from __future__ import annotations

from research_agent.memory.digest import seal_session
from research_agent.memory.mapping import pack
from research_agent.sqlite import Connection

__all__ = ["pin", "rename"]


def rename(db: Connection, session: str, title: str) -> None:
    """Store another title of a session, and seal its row."""
    db.execute("UPDATE sessions SET title = ? WHERE id = ?", (pack(title), session))
    seal_session(db, session)


def pin(db: Connection, session: str, pinned: bool) -> None:
    """Pin a session, or unpin it."""
    change = "INSERT OR IGNORE INTO pins (session) VALUES (?)" if pinned else "DELETE FROM pins WHERE session = ?"
    db.execute(change, (session,))
