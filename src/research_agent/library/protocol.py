"""Protocol of a library's store: what the rest of the program knows of one, and the values that it holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from research_agent.documents.file_text import FileText
from research_agent.library.reading_state import ReadingState

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "FileRecord",
    "FileState",
    "Folder",
    "LibraryPassage",
    "LibraryStore",
    "OwnDocument",
    "Progress",
    "SyncNote",
    "Unembedded",
]

FileState = Literal["queued", "ready", "no text", "failed", "away"]
"""Only "ready" ones answer: text and passages were found. "away": its folder cannot be seen now; it answers still."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Folder or single file that the user added, by its absolute path; a page of the web by its address."""

    path: str
    added: str
    away: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """
    File of a library: where it is, what it was when it was read, and what became of it.

    `path` is absolute (or an address), `folder` that of the `Folder` it came by. `digest` is the BLAKE2b-256 (hex) of
    its bytes; `document` the sha256 of the text that was read, "" without one: files of the same text share it. `why`
    says what went wrong and what to do. Times are Unix time, in nanoseconds as the file system gives them.

    Of an archive, such as a ZIM file, each article has a record of its own: its path is below that of the archive,
    which is its `folder`, and its `digest` the archive's identity. The archive's own record counts them as `pages`.
    """

    path: str
    folder: str
    size: int = 0
    mtime_ns: int = 0
    inode: int = 0
    digest: str = ""
    document: str = ""
    state: FileState = "queued"
    why: str = ""
    title: str = ""
    pages: int = 0
    passages: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDocument:
    """Document of a library: the text that was read, with its places and boxes, and the files that hold it."""

    id: str
    content: FileText
    files: tuple[FileRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryPassage:
    """
    Passage that a search found: `text == document's text[start:end]`; higher `score` is better.

    `page` is the printed number of the page where it begins, "" where there are no pages; `section` the path of
    headings above it, " > " between them. `table` says whether it is of a table.
    """

    document: str
    path: str
    title: str
    page: str
    section: str
    start: int
    end: int
    text: str
    score: float
    table: bool = False

    @property
    def place(self) -> str:
        """Where in the document it is, for people: "p. 47, Cash flow"; without a heading that is the title again."""
        headings = self.section.split(" > ")
        below = headings[1:] if headings[0] == self.title else headings
        return ", ".join(filter(None, (f"p. {self.page}" if self.page else "", " > ".join(below))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unembedded:
    """Passage that has no vector of the wanted model yet: its number, and the text to embed (headings before it)."""

    passage: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Counts of a library: files by state, passages, and how many of them have a vector of the model in use."""

    files: int
    ready: int
    queued: int
    failed: int
    without_text: int
    away: int
    passages: int
    embedded: int


class SyncNote(Protocol):
    """What is told how far a sync is."""

    def tell(self, done: int, total: int) -> None:
        """Tell how many files are done, of how many."""


class LibraryStore(Protocol):
    """
    Store of one library. Every method raises `StoreError` when it cannot be read or written.

    Writes are atomic and on disk when the method returns. What a restriction leaves out is left out by the store's own
    query, never afterwards. Texts that answers cite are kept by the sessions' store: this one may forget.
    """

    name: str

    @property
    def place(self) -> str:
        """Where it is, for people: a file, or the address of a database without its password."""

    async def size(self) -> int:
        """Bytes that it takes there."""

    async def about(self) -> str:
        """What it is kept in, for people: a program and its version, and what that lacks."""

    async def reading(self) -> ReadingState | None:
        """How far the program is that reads files into it now; None where none does, or where that is not known."""

    def syncing(self, *, on_wait: Callable[[], None] = lambda: None) -> AbstractAsyncContextManager[SyncNote]:
        """
        Hold the lock of the program that brings this library in step; another one is waited for, after `on_wait`.

        Gives what is told how far that is.

        It is free when that program has ended, however that was.
        """

    async def folders(self) -> tuple[Folder, ...]:
        """What the user added, in order."""

    async def add_folder(self, path: str) -> None:
        """Add a folder, file or address; nothing when it is there."""

    async def set_away(self, path: str, away: bool) -> None:
        """
        Mark a folder, and with it its files and what is in them, as away or back.

        What is away still answers, and is never deleted.
        """

    async def remove_folder(self, path: str) -> int:
        """Remove a folder and its files; how many files. Raises `UsageError` for one that is not there."""

    async def files(self, *, inside: str | None = None) -> tuple[FileRecord, ...]:
        """
        All files, by path: what is in archives too.

        With `inside` the path of an archive what is in it alone, with "" what is in no archive.
        """

    async def put(self, file: FileRecord, content: FileText | None = None) -> FileRecord:
        """
        Insert or replace a file's record, and with `content` its document, passages and words; the record as stored.

        Without `content` the document that the record names is kept (a rename, a touch); one that is no longer here
        leaves the file "queued". Passages whose text did not change keep their vectors.
        """

    async def remove(self, paths: Sequence[str]) -> None:
        """Remove files, what is in them, and what no other file holds: it is gone from answers when this returns."""

    async def search(
        self,
        words: str,
        vector: NDArray[np.float32] | None = None,
        *,
        limit: int = 10,
        only: Sequence[str] = (),
        model: str = "",
    ) -> tuple[LibraryPassage, ...]:
        """
        Find the best passages, best first, by the words of a text and by its vector.

        `model` made the vector, and is compared with no other's; "" stands for the one whose vectors are complete.
        `only` are paths of files, or of folders above them (or the ends of such paths): nothing else is found.
        """

    async def subject(self, question: str) -> str:
        """
        Leave out of a question the proper names and years by which it names documents; whole when it names none.

        They say in which documents to look; what is left says where in these.
        """

    async def document(self, document: str) -> OwnDocument:
        """Find a document by its id. Raises `UsageError` when there is none."""

    async def unembedded(self, model: str, *, limit: int) -> tuple[Unembedded, ...]:
        """
        Choose passages to embed next for that model: of the newest and the most asked documents first.

        Those that another server of the same library embeds now are left out.
        """

    async def add_vectors(self, model: str, passages: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Store vectors, shape (n, dimensions), rows L2-normalised; those of passages that are gone are dropped."""

    async def progress(self, model: str) -> Progress:
        """Count what is there; `embedded` by that model, the one in use for ""."""
