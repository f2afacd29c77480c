"""Images beside a stored document: what a user asked to see of its page. They go when the document goes."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Protocol

from research_agent.documents.page_images import PageImage
from research_agent.memory.mapping import pack, unpack
from research_agent.memory.watch_store import Run
from research_agent.sqlite import Connection

__all__ = ["Images", "images_of"]


class Images(Protocol):
    """The images of a store. Methods raise `StoreError` as those of `Memory` do."""

    async def of(self, document: str) -> tuple[PageImage, ...]:
        """Those beside the document, in the page's order; empty when none were asked for. Altered ones are left out."""

    async def keep(self, document: str, images: Sequence[PageImage]) -> None:
        """Store them in place of those that were there; nothing is stored when the document is not."""


def images_of(run: Run) -> Images:
    """The images of the SQLite store; `run` runs an operation in its thread."""
    return _SqliteImages(run)


class _SqliteImages:
    """See `Images`."""

    def __init__(self, run: Run) -> None:
        self._run = run

    async def of(self, document: str) -> tuple[PageImage, ...]:
        return await self._run("read", lambda db: _read(db, document))

    async def keep(self, document: str, images: Sequence[PageImage]) -> None:
        await self._run("write", lambda db: _write(db, document, images))


def _read(db: Connection, document: str) -> tuple[PageImage, ...]:
    rows = db.execute(
        "SELECT url, text, type, width, height, data, digest FROM images WHERE document = ? ORDER BY position",
        (document,),
    )
    return tuple(
        PageImage(url=unpack(url), text=unpack(text), type=kind, width=width, height=height, data=data)
        for url, text, kind, width, height, data, digest in rows
        if sha256(data).digest() == digest
    )


def _write(db: Connection, document: str, images: Sequence[PageImage]) -> None:
    db.execute("DELETE FROM images WHERE document = ?", (document,))
    if not db.execute("SELECT 1 FROM documents WHERE id = ?", (document,)).fetchone():
        return  # it was deleted meanwhile
    for position, one in enumerate(images):
        digest = sha256(one.data).digest()
        db.execute(
            "INSERT INTO images VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (document, position, pack(one.url), pack(one.text), one.type, one.width, one.height, one.data, digest),
        )
