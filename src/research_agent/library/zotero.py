"""
Zotero's attachments as a folder of a library, with what its records know of them: titles, authors, dates, DOIs.

Its database is copied, and the copy opened as one that nobody writes: Zotero may be running, and its own file is never
touched. Written for the layout of Zotero 5 to 7.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from research_agent.errors import UsageError
from research_agent.library.scan import FileFacts, FileStat, Snapshot, Unseen, scan
from research_agent.messages import command_results, library_failures
from research_agent.sqlite import Connection, fetch

__all__ = ["collection_names", "is_zotero", "scan_zotero", "zotero_path"]

PREFIX = "zotero:"
DATABASE = "zotero.sqlite"
STORED = "storage:"
FACTS = ("title", "date", "DOI")
DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")

ATTACHMENTS = """
SELECT attachment.itemID, attachment.parentItemID, items.key, attachment.path FROM itemAttachments AS attachment
    JOIN items ON items.itemID = attachment.itemID
    WHERE attachment.path IS NOT NULL
    AND attachment.itemID NOT IN (SELECT itemID FROM deletedItems)
    AND coalesce(attachment.parentItemID, 0) NOT IN (SELECT itemID FROM deletedItems)
"""
FIELDS = """
SELECT itemData.itemID, fields.fieldName, itemDataValues.value FROM itemData
    JOIN fields ON fields.fieldID = itemData.fieldID JOIN itemDataValues ON itemDataValues.valueID = itemData.valueID
    WHERE fields.fieldName IN ('title', 'date', 'DOI')
"""
CREATORS = """
SELECT itemCreators.itemID, creators.firstName, creators.lastName FROM itemCreators
    JOIN creators ON creators.creatorID = itemCreators.creatorID ORDER BY itemCreators.itemID, itemCreators.orderIndex
"""
COLLECTION = """
WITH RECURSIVE chosen (id) AS (
    SELECT collectionID FROM collections WHERE collectionName = ?
    UNION SELECT collectionID FROM collections JOIN chosen ON parentCollectionID = chosen.id)
SELECT itemID FROM collectionItems WHERE collectionID IN (SELECT id FROM chosen)
"""


def is_zotero(path: str) -> bool:
    """Whether an added path is Zotero's."""
    return path.startswith(PREFIX)


def zotero_path(folder: str, collection: str = "") -> str:
    """
    The path under which Zotero's folder of data, or one of its collections, is added.

    Raises `UsageError` when there is no database, or no such collection in it.
    """
    there = os.path.realpath(os.path.expanduser(folder))
    if not os.path.isfile(os.path.join(there, DATABASE)):
        raise UsageError(
            library_failures.NOT_ZOTERO(folder=folder, database=DATABASE),
            hint=library_failures.ZOTERO_FOLDER(),
        )
    if collection and collection not in (names := collection_names(there)):
        raise UsageError(
            library_failures.NO_COLLECTION(collection=collection),
            hint=command_results.AVAILABLE(names=", ".join(names)) if names else "",
        )
    return f"{PREFIX}{there}{f'#{collection}' if collection else ''}"


def collection_names(folder: str) -> list[str]:
    """Names of Zotero's collections, sorted. Raises `UsageError` when its database cannot be read."""
    import apsw

    try:
        with _opened(folder) as db:
            return sorted({row[0] for row in fetch(db, "SELECT collectionName FROM collections")})
    except (OSError, apsw.Error) as error:
        raise UsageError(f"{os.path.join(folder, DATABASE)}: {library_failures.ZOTERO_BUSY()}") from error


def scan_zotero(path: str, *, readable: Callable[[str], bool]) -> Snapshot:
    """Look at the attachments of an added path of Zotero's. For a thread."""
    import apsw

    folder, _, collection = path.removeprefix(PREFIX).partition("#")
    try:
        with _opened(folder) as db:
            found = _attachments(db, folder, collection)
    except (OSError, apsw.Error):
        return Snapshot(root=path, unseen=(Unseen(path, library_failures.ZOTERO_BUSY()),))
    files: dict[str, FileStat] = {}
    for file in found:
        if readable(os.path.basename(file)):
            files |= scan(file, readable=readable).files
    return Snapshot(root=path, files=files, facts={file: found[file] for file in files})


@contextmanager
def _opened(folder: str) -> Iterator[Connection]:
    """A copy of the database, open for reading. Raises `OSError` and `apsw.Error`."""
    import apsw

    with tempfile.TemporaryDirectory(prefix="zotero-") as private:
        copy = Path(private, DATABASE)
        shutil.copyfile(os.path.join(folder, DATABASE), copy)
        db = apsw.Connection(f"file:{copy}?immutable=1", flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
        try:
            yield db
        finally:
            db.close()


def _attachments(db: Connection, folder: str, collection: str) -> dict[str, FileFacts]:
    """Paths of attachments, with what is known of the items that they belong to."""
    chosen = {row[0] for row in fetch(db, COLLECTION, (collection,))} if collection else None
    facts = _facts(db)
    found = {}
    for item, parent, key, path in fetch(db, ATTACHMENTS):
        if chosen is not None and not {item, parent} & chosen:
            continue
        if path.startswith(STORED):
            path = os.path.join(folder, "storage", key, path.removeprefix(STORED))
        if os.path.isabs(path):  # "attachments:..." depends on a setting of Zotero's
            found[os.path.normpath(path)] = facts.get(parent or item, FileFacts())
    return found


def _facts(db: Connection) -> Mapping[int, FileFacts]:
    facts: defaultdict[int, FileFacts] = defaultdict(FileFacts)
    for item, name, value in fetch(db, FIELDS):
        match name:
            case "title":
                facts[item] = replace(facts[item], title=str(value))
            case "DOI":
                facts[item] = replace(facts[item], doi=str(value))
            case _:
                facts[item] = replace(facts[item], published=_date(str(value)))
    for item, first, last in fetch(db, CREATORS):
        name = f"{first or ''} {last or ''}".strip()
        facts[item] = replace(facts[item], author=", ".join(filter(None, (facts[item].author, name))))
    return facts


def _date(value: str) -> str:
    """An ISO 8601 date, as far as it is known, of one of Zotero's: "2019-05-00 May 2019"."""
    match = DATE.match(value)
    if match is None or match[1] == "0000":
        return ""
    known = [match[1]]
    for part in match.groups()[1:]:
        if part in (None, "00"):
            break
        known.append(part)
    return "-".join(known)
