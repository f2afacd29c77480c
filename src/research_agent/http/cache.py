"""
Answers of services, kept in the home: a question asked again needs no network, and without one an old answer is had.

Kept by the sha256 of the request, so that no question stands in the file by its address; bodies can hold the words of a
question, as an echo, so `forget` empties it when a session is deleted. It is only a cache: a damaged file is thrown
away, a full disk keeps nothing, and neither is anybody's error.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from yarl import URL

from research_agent.http.response import Reply
from research_agent.http.sqlite_file import Owner, begin_anew, open_file, open_in_memory, transaction

if TYPE_CHECKING:
    import apsw

__all__ = ["GONE", "Cache", "Keeping", "Kept", "forget", "found_at", "key_of", "lifetime", "validators"]

R = TypeVar("R")

FILE = "cache.db"

GONE = frozenset({404, 410})
GONE_SECONDS = 600.0
"""An error is never kept, but that there is no such page: for a short time."""

VERSION = 1
SCHEMA = """
CREATE TABLE replies (
    key BLOB PRIMARY KEY, source TEXT NOT NULL, status INTEGER NOT NULL, body BLOB NOT NULL,
    content_type TEXT NOT NULL, charset TEXT, url TEXT, etag TEXT, modified TEXT,
    retrieved REAL NOT NULL, fresh_until REAL NOT NULL, used REAL NOT NULL
);
CREATE INDEX replies_by_use ON replies (used);
CREATE INDEX replies_by_source ON replies (source);
"""

KEEP_OVER = "INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
KEEP_NEW = "INSERT OR IGNORE INTO replies VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

FAST = 1  # zlib's level: a third of the time of its default, a tenth larger
USE_NOTED = 3600.0  # seconds: a use is written down once in that time, so that reading is reading
EMPTIED_TO = 0.9
AS_ASKED = "\n"
SECRET = re.compile(r"auth|key|token|cookie|secret", re.IGNORECASE)
DIRECTIVE = re.compile(r"([a-z-]+)(?:\s*=\s*\"?([0-9]+))?")


class Kept(NamedTuple):
    """A reply from the file, with what the service can be asked about it."""

    reply: Reply
    fresh_until: float
    etag: str | None
    modified: str | None


class Keeping(NamedTuple):
    """A reply that is to be kept; `asked` is the URL it was asked for, `fresh` seconds until it is asked for again."""

    key: bytes
    source: str
    asked: str
    reply: Reply
    fresh: float


def key_of(url: str, headers: Mapping[str, str]) -> bytes:
    """What a request is kept by: method, URL with its query, and headers, but for those that hold a secret."""
    told = sorted(f"{name.lower()}: {value}" for name, value in headers.items() if not SECRET.search(name))
    return hashlib.sha256("\n".join(("GET", url, *told)).encode("utf-8", "surrogatepass")).digest()


def lifetime(headers: Mapping[str, str], fresh: float) -> float | None:
    """
    Seconds for which a reply is as good as a new one: at most `fresh`, less when its `Cache-Control` says so.

    None when it must not be kept. `no-cache` and `max-age=0` let it be kept, and asked about each time.
    """
    said = dict(DIRECTIVE.findall(headers.get("Cache-Control", "").lower()))
    if "no-store" in said:
        return None
    if "no-cache" in said:
        return 0.0
    return min(fresh, float(said["max-age"])) if said.get("max-age") else fresh


def validators(kept: Kept) -> dict[str, str]:
    """The headers that ask whether a kept reply still holds."""
    asked = {"If-None-Match": kept.etag, "If-Modified-Since": kept.modified}
    return {name: value for name, value in asked.items() if value}


class Cache:
    """The file of a home, at most about `megabytes` large. What was not used for longest leaves first."""

    def __init__(self, home: Path, *, megabytes: int) -> None:
        self._path = home / FILE
        self._limit = megabytes * 1024 * 1024
        self._owner = Owner(self._open, name="cache")

    async def find(self, key: bytes, *, now: float) -> Kept | None:
        """What is kept for this request, fresh or not."""
        return await self._owner.run(self._safely(lambda db: _find(db, key, now), None))

    async def has(self, source: str) -> bool:
        """Whether anything of this source is kept, or of a part of it ("web:example.org" is one of "web")."""
        sql = "SELECT 1 FROM replies WHERE source = ? OR source > ? AND source < ? LIMIT 1"
        names = (source, f"{source}:", f"{source};")  # ";" is next to ":"
        return bool(await self._owner.run(self._safely(lambda db: db.execute(sql, names).fetchall(), [])))

    def keep(self, replies: Sequence[Keeping], *, over: bool = True) -> None:
        """Keep the replies, in the background; with `over` in place of what was kept for the same requests."""
        if replies:
            self._owner.later(self._safely(lambda db: self._keep(db, replies, over), None))

    def renew(self, key: bytes, *, now: float, fresh: float) -> None:
        """The service said that what is kept still holds."""
        sql = "UPDATE replies SET retrieved = ?, fresh_until = ?, used = ? WHERE key = ?"
        self._owner.later(self._safely(lambda db: db.execute(sql, (now, now + fresh, now, key)), None))

    async def close(self) -> None:
        """Write what is to be kept, and close the file."""
        await self._owner.close(lambda shelf: shelf.db.close())

    # In the thread

    def _keep(self, db: apsw.Connection, replies: Sequence[Keeping], over: bool) -> None:
        rows = [_row(item) for item in replies]
        with transaction(db):
            db.executemany(
                KEEP_OVER if over else KEEP_NEW,
                [row for row in rows if len(row[3]) < self._limit // 2],
            )
            if _size(db) > self._limit:
                self._empty_a_little(db)

    def _empty_a_little(self, db: apsw.Connection) -> None:
        """Down to nine tenths, so that not every reply that comes has one leave."""
        while _size(db) > self._limit * EMPTIED_TO:
            db.execute("DELETE FROM replies WHERE key = (SELECT key FROM replies ORDER BY used LIMIT 1)")
            if not db.changes():
                return

    def _open(self) -> _Shelf:
        import apsw

        try:
            return _Shelf(open_file(self._path, SCHEMA, version=VERSION))
        except (OSError, apsw.Error):
            return _Shelf(open_in_memory(SCHEMA))

    def _safely(self, do: Callable[[apsw.Connection], R], otherwise: R) -> Callable[[_Shelf], R]:
        """The same, and `otherwise` when the file fails; one that is damaged is begun anew."""

        def done(shelf: _Shelf) -> R:
            import apsw

            try:
                return do(shelf.db)
            except (apsw.CorruptError, apsw.NotADBError, zlib.error):  # zlib's checksum sees what SQLite does not
                shelf.db.close(True)
                with suppress(OSError):
                    begin_anew(self._path)
                shelf.db = self._open().db
            except apsw.Error:  # full, busy, read-only: then nothing is kept
                pass
            return otherwise

        return done


def forget(home: Path) -> None:
    """Empty the file, its pages overwritten; one that is damaged is removed. Nothing happens when there is none."""
    import apsw

    path = home / FILE
    if not path.exists():
        return
    try:
        db = open_file(path, SCHEMA, version=VERSION)
        try:
            db.pragma("secure_delete", "ON")
            db.execute("DELETE FROM replies")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            db.close()
    except apsw.Error:
        begin_anew(path)


class _Shelf:
    """The connection, which changes when its file is begun anew."""

    def __init__(self, db: apsw.Connection) -> None:
        self.db = db


def _find(db: apsw.Connection, key: bytes, now: float) -> Kept | None:
    rows: list[tuple[Any, ...]] = db.execute(
        "SELECT status, body, content_type, charset, url, etag, modified, retrieved, fresh_until, used "
        "FROM replies WHERE key = ?",
        (key,),
    ).fetchall()
    if not rows:
        return None
    status, body, content_type, charset, url, etag, modified, retrieved, fresh_until, used = rows[0]
    if not 0 <= now - used <= USE_NOTED:
        db.execute("UPDATE replies SET used = ? WHERE key = ?", (now, key))
    reply = Reply(
        status=status,
        data=zlib.decompress(body),
        content_type=content_type,
        charset=charset,
        url=url or "",
        retrieved=retrieved,
        age=max(0.0, now - retrieved),
    )
    return Kept(reply, fresh_until, etag, modified)


def _row(item: Keeping) -> tuple[Any, ...]:
    key, source, asked, reply, fresh = item
    headers = reply.headers
    return (
        key, source, reply.status, zlib.compress(reply.data, FAST), reply.content_type, reply.charset,
        _elsewhere(reply.url, asked), headers.get("ETag"), headers.get("Last-Modified"),
        reply.retrieved, reply.retrieved + fresh, reply.retrieved,
    )  # fmt: skip


def _elsewhere(url: str, asked: str) -> str | None:
    """
    Where a reply was found, None for where it was asked for.

    The query can be a question, or have a key in it, and a redirect repeats it as a rule: a line break stands for it.
    """
    found, wanted = URL(url), URL(asked)
    if found == (wanted.with_user(None) if wanted.raw_user is not None else wanted):
        return None
    same = found.raw_query_string and found.raw_query_string == wanted.raw_query_string
    return f"{found.with_query(None)}{AS_ASKED}" if same else url


def found_at(url: str, asked: str) -> str:
    """Where a kept reply was found, which was `asked` for: what `_elsewhere` made of it, undone."""
    if not url.endswith(AS_ASKED):
        return url or asked
    return f"{url.removesuffix(AS_ASKED)}?{URL(asked).raw_query_string}"


def _size(db: apsw.Connection) -> int:
    """Bytes of the file that are in use."""
    pages, free = db.pragma("page_count"), db.pragma("freelist_count")
    return int(db.pragma("page_size")) * (int(pages) - int(free))
