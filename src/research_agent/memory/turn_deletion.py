"""Deletion of one turn of a session, inside a transaction of the caller."""

from __future__ import annotations

from research_agent.errors import UsageError
from research_agent.memory.digest import seal_session
from research_agent.memory.mapping import pack, shorten, unpack
from research_agent.messages import command_results
from research_agent.sqlite import Connection, fetch

__all__ = ["delete_turn"]


def delete_turn(db: Connection, session: str, turn: int) -> None:
    """
    Delete the rows of a turn, and of the session's what may hold its words: the summary, a title that is its question.

    A session without another turn goes with it. The numbers of other turns stay. Raises `UsageError` for no such turn.
    """
    rows = fetch(db, "SELECT turn, content FROM messages WHERE session = ? AND role = 'user' ORDER BY turn", (session,))
    question = next((content for number, content in rows if number == turn), None)
    if question is None:
        raise UsageError(command_results.NO_TURN_OF_SESSION(session=session, turn=turn))
    if len(rows) == 1:
        db.execute("DELETE FROM sessions WHERE id = ?", (session,))
        return
    db.execute("DELETE FROM messages WHERE session = ? AND turn = ?", (session, turn))
    db.execute("DELETE FROM retrievals WHERE session = ? AND turn = ?", (session, turn))  # and its citations
    db.execute(
        "UPDATE sessions SET lost = lost + 1, summary = x'', summarised_to = 0, version = version + 1 WHERE id = ?",
        (session,),
    )
    first = next(content for number, content in rows if number != turn)
    db.execute(
        "UPDATE sessions SET title = ? WHERE id = ? AND title = ?",
        (pack(shorten(unpack(first))), session, pack(shorten(unpack(question)))),
    )
    seal_session(db, session)
