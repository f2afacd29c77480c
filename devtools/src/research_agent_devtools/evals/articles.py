"""The encyclopedia's articles as documents, all of them, in their order."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from research_agent.errors import SetupError
from research_agent.sources.encyclopedia import DATABASE, FOLDER
from research_agent.types import Document

__all__ = ["read_articles"]


def read_articles(parts: Path) -> list[Document]:
    """Every lead. Raises `SetupError` when the encyclopedia is not set up."""
    import apsw

    try:
        db = apsw.Connection(str(parts / FOLDER / DATABASE), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            rows = list(db.execute("SELECT title, text FROM article ORDER BY id"))
        finally:
            db.close()
    except apsw.Error as error:
        raise SetupError(f"The encyclopedia cannot be read: {error}.", hint="Run: research-agent setup") from error
    return [
        Document(
            source="encyclopedia",
            title=title,
            url=f"https://en.wikipedia.org/wiki/{quote(title.replace(' ', '_'))}",
            text=text,
            retrieved="",
        )
        for title, text in rows
    ]
