"""
Response cache on disk (SQLite): a repeated question needs no network, and offline an old response is used.

Keyed by the SHA-256 of the request, so that no URL of a question stands in the file; bodies may echo the words of a
question, so `forget` empties it when a session is deleted. It is only a cache: a damaged file is thrown away, a full
disk stores nothing, and neither is an error.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from yarl import URL

from research_agent.http.response import Response
from research_agent.http.sqlite_file import SharedFile, open_file, remove
from research_agent.sqlite import Connection, transaction

__all__ = ["GONE", "Cache", "CacheEntry", "NewEntry", "forget", "key_of", "lifetime", "response_url", "validators"]

R = TypeVar("R")

FILE = "cache.db"

GONE = frozenset({404, 410})
GONE_SECONDS = 600.0
"""Seconds for which "no such page" is stored; other errors never are."""

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

REPLACE = "INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
ADD = "INSERT OR IGNORE INTO replies VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

FAST = 1  # zlib's level: a third of the time of its default, a tenth larger
USE_NOTED = 3600.0  # seconds: a use is recorded once in that time, so that reading seldom writes
EMPTIED_TO = 0.9
SAME_QUERY = "\n"
SECRET = re.compile(r"auth|key|token|cookie|secret", re.IGNORECASE)
DIRECTIVE = re.compile(r"([a-z-]+)(?:\s*=\s*\"?([0-9]+))?")


class CacheEntry(NamedTuple):
    """A stored response, with its validators."""

    response: Response
    fresh_until: float
    etag: str | None
    modified: str | None


class NewEntry(NamedTuple):
    """A response to be stored; `requested` is the URL of its request, `fresh` seconds until it is stale."""

    key: bytes
    source: str
    requested: str
    response: Response
    fresh: float


def key_of(url: str, headers: Mapping[str, str], posted: str = "") -> bytes:
    """Cache key of a request: method, URL with its query, what is posted, and headers, but for those with a secret."""
    lines = sorted(f"{name.lower()}: {value}" for name, value in headers.items() if not SECRET.search(name))
    request = ("POST", url, *lines, "", posted) if posted else ("GET", url, *lines)
    return hashlib.sha256("\n".join(request).encode("utf-8", "surrogatepass")).digest()


def lifetime(headers: Mapping[str, str], fresh: float) -> float | None:
    """
    Freshness lifetime of a response in seconds: at most `fresh`, less when its `Cache-Control` says so.

    None when it must not be stored. `no-cache` and `max-age=0` let it be stored, and revalidated each time.
    """
    directives = dict(DIRECTIVE.findall(headers.get("Cache-Control", "").lower()))
    if "no-store" in directives:
        return None
    if "no-cache" in directives:
        return 0.0
    return min(fresh, float(directives["max-age"])) if directives.get("max-age") else fresh


def validators(entry: CacheEntry) -> dict[str, str]:
    """The request headers that revalidate a stored response."""
    headers = {"If-None-Match": entry.etag, "If-Modified-Since": entry.modified}
    return {name: value for name, value in headers.items() if value}


class Cache:
    """LRU cache in one file of the home, at most about `megabytes` large."""

    def __init__(self, home: Path, *, megabytes: int) -> None:
        self._limit = megabytes * 1024 * 1024
        self._file = SharedFile(home / FILE, SCHEMA, version=VERSION, name="cache")

    async def find(self, key: bytes, *, now: float) -> CacheEntry | None:
        """The entry of this request, fresh or stale; None without one."""
        return await self._file.run(self._safely(lambda db: _find(db, key, now), None))

    async def has(self, source: str) -> bool:
        """Whether anything of this source is stored, or of a part of it ("web:example.org" is one of "web")."""
        sql = "SELECT 1 FROM replies WHERE source = ? OR source > ? AND source < ? LIMIT 1"
        names = (source, f"{source}:", f"{source};")  # ";" is next to ":"
        return bool(await self._file.run(self._safely(lambda db: db.execute(sql, names).fetchall(), [])))

    def store(self, entries: Sequence[NewEntry], *, overwrite: bool = True) -> None:
        """Store the entries in the background; without `overwrite` only those whose request has none."""
        if entries:
            self._file.later(self._safely(lambda db: self._store(db, entries, overwrite), None))

    def renew(self, key: bytes, *, now: float, fresh: float) -> None:
        """Mark an entry fresh again: the service answered 304."""
        sql = "UPDATE replies SET retrieved = ?, fresh_until = ?, used = ? WHERE key = ?"
        self._file.later(self._safely(lambda db: db.execute(sql, (now, now + fresh, now, key)), None))

    async def close(self) -> None:
        """Write what is pending, and close the file."""
        await self._file.close()

    # In the thread

    def _store(self, db: Connection, entries: Sequence[NewEntry], overwrite: bool) -> None:
        rows = [_row(entry) for entry in entries]
        with transaction(db):
            db.executemany(
                REPLACE if overwrite else ADD,
                [row for row in rows if len(row[3]) < self._limit // 2],
            )
            if _size(db) > self._limit:
                self._evict(db)

    def _evict(self, db: Connection) -> None:
        """Delete down to nine tenths, so that not every new entry evicts another."""
        while _size(db) > self._limit * EMPTIED_TO:
            db.execute("DELETE FROM replies WHERE key = (SELECT key FROM replies ORDER BY used LIMIT 1)")
            if not db.changes():
                return

    def _safely(self, do: Callable[[Connection], R], otherwise: R) -> Callable[[], R]:
        """`do`, with `otherwise` as the result when the file fails; one that is damaged is replaced."""

        def guarded() -> R:
            import apsw

            try:
                return do(self._file.db)
            except (apsw.CorruptError, apsw.NotADBError, zlib.error):  # zlib's checksum sees what SQLite does not
                self._file.discard()
            except apsw.Error:  # full, busy, read-only: then nothing is stored
                pass
            return otherwise

        return guarded


def forget(home: Path) -> None:
    """Empty the cache, its pages overwritten; a damaged file is removed. Does nothing without a file."""
    import apsw

    path = home / FILE
    if not path.exists():
        return
    try:
        with closing(open_file(path, SCHEMA, version=VERSION)) as db:
            db.pragma("secure_delete", "ON")
            db.execute("DELETE FROM replies")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except apsw.Error:
        remove(path)


def _find(db: Connection, key: bytes, now: float) -> CacheEntry | None:
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
    response = Response(
        status=status,
        data=zlib.decompress(body),
        content_type=content_type,
        charset=charset,
        url=url or "",
        retrieved=retrieved,
    )
    return CacheEntry(response, fresh_until, etag, modified)


def _row(entry: NewEntry) -> tuple[Any, ...]:
    key, source, requested, response, fresh = entry
    headers = response.headers
    return (
        key, source, response.status, zlib.compress(response.data, FAST), response.content_type, response.charset,
        _stored_url(response.url, requested), headers.get("ETag"), headers.get("Last-Modified"),
        response.retrieved, response.retrieved + fresh, response.retrieved,
    )  # fmt: skip


def _stored_url(url: str, requested: str) -> str | None:
    """
    The address of a response as it is stored: None when it is that of the request.

    The query can be a question, or hold a key, and most redirects repeat it: a line break stands for it.
    """
    actual, wanted = URL(url), URL(requested)
    if actual == (wanted.with_user(None) if wanted.raw_user is not None else wanted):
        return None
    same = actual.raw_query_string and actual.raw_query_string == wanted.raw_query_string
    return f"{actual.with_query(None)}{SAME_QUERY}" if same else url


def response_url(url: str, requested: str) -> str:
    """The address of a stored response to `requested`: the inverse of `_stored_url`."""
    if not url.endswith(SAME_QUERY):
        return url or requested
    return f"{url.removesuffix(SAME_QUERY)}?{URL(requested).raw_query_string}"


def _size(db: Connection) -> int:
    """Size of the pages in use, in bytes."""
    pages, free = db.pragma("page_count"), db.pragma("freelist_count")
    return int(db.pragma("page_size")) * (int(pages) - int(free))
