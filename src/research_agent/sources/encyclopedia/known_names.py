"""Names that the offline encyclopedia has: what is the title of one thing, and whether that has a name of its own."""

from __future__ import annotations

import re
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from research_agent.sources.encyclopedia.article_names import name_key
from research_agent.sources.encyclopedia.installed_files import DATABASE, FOLDER
from research_agent.text.known_titles import KnownNames, NameKind

__all__ = ["known_names"]

TEXTS = "SELECT article.text FROM name JOIN article ON article.id = name.article WHERE name.key = ?"


def known_names(parts: Path) -> KnownNames | None:
    """What tells the kind of a name, by the encyclopedia in the folder `parts`; None where it is not set up."""
    database = parts / FOLDER / DATABASE
    if not database.is_file():
        return None

    @lru_cache(maxsize=1024)
    def kind(phrase: str) -> NameKind:
        return _kind(database, phrase)

    return kind


def _kind(database: Path, phrase: str) -> NameKind:
    """A "word" is written small in the text of its own article ("war"), a "name" never is."""
    import apsw

    key = name_key(phrase)
    try:
        with closing(apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)) as db:
            texts = [str(text) for (text,) in db.execute(TEXTS, (key,))] if key else []
    except apsw.Error:  # a search says why it cannot be read
        return ""
    if not texts:
        return ""
    small = re.compile(rf"(?<!\w){re.escape(phrase[:1].lower() + phrase[1:])}")
    return "word" if any(small.search(text) for text in texts) else "name"
