"""S1: a library holds what its folders hold, whatever is done to the files, and wherever a sync of it is killed."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from research_agent.library.file_bytes import digest_of
from research_agent.library.open_store import open_library
from research_agent.library.protocol import FileRecord, LibraryStore
from research_agent.library.sync import sync
from research_agent_devtools.faults.children import library as child
from research_agent_devtools.faults.row import Row, Run

FOLDERS = ("one", "two")
BELOW = ("", "deep", "deep/er")
OPERATIONS = {
    "write": 5, "change": 5, "save": 3, "rename": 3, "move": 3, "swap": 1, "copy": 2, "link": 1, "touch": 2,
    "delete": 3, "rename folder": 1, "away": 1, "back": 4,
}  # fmt: skip
FIRST_FILES = 24
KILLED, CHECKED = 0.25, 0.12  # shares of the operations that are followed by a killed sync, by a whole one
REAL = 1_000  # operations from which on syncs are processes that get a SIGKILL
LATEST = 0.03  # seconds after its opening in which a sync is killed
SAMPLE = 6  # words that are looked up at each check
LONG_AGO = 1_700_000_000


class Killed(BaseException):
    """The sync ends here."""


class Dying:
    """The store, to a sync that dies at its n-th call that changes something, before or behind it."""

    def __init__(self, store: Any, calls: int, before: bool) -> None:
        self._store, self._calls, self._before = store, calls, before

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._store, name)
        if name not in ("put", "remove", "set_away"):
            return call

        async def dying(*args: Any) -> Any:
            self._calls -= 1
            if self._calls < 0 or (self._calls == 0 and self._before):
                raise Killed
            result = await call(*args)
            if self._calls == 0:
                raise Killed
            return result

        return dying


class Files:
    """Files in two folders, to which something happens; every text has a word of its own, which is never used again."""

    def __init__(self, root: Path, rng: random.Random) -> None:
        self.root, self.rng = root, rng
        self.folders = [root / name for name in FOLDERS]
        self._number = 0
        for folder in self.folders:
            for below in BELOW:
                (folder / below).mkdir(parents=True, exist_ok=True)

    def texts(self) -> dict[str, str]:
        """Text of each file that is there, by path."""
        return {str(path): path.read_text() for path in self._paths()}

    def happen(self, what: str) -> None:
        """Do one operation, if there is what it is done to."""
        if what in ("write", "away", "back"):
            {"write": self._write, "away": self._away, "back": self._back}[what]()
        elif paths := self._paths():
            getattr(self, f"_{what.replace(' ', '_')}")(self.rng.choice(paths))

    def _change(self, path: Path) -> None:
        path.write_text(self._text())
        self._date(path)

    def _save(self, path: Path) -> None:
        """As editors do: another inode."""
        beside = path.with_name(f".{path.name}~")
        self._change(beside)
        beside.replace(path)

    def _rename(self, path: Path) -> None:
        path.rename(self._fresh(path.parent))

    def _move(self, path: Path) -> None:
        path.rename(self._fresh())

    def _swap(self, path: Path) -> None:
        other, aside = self.rng.choice(self._paths()), path.with_name(".aside")
        path.rename(aside)
        if other != path:
            other.rename(path)
        aside.rename(other)

    def _copy(self, path: Path) -> None:
        shutil.copy2(path, self._fresh())

    def _link(self, path: Path) -> None:
        os.link(path, self._fresh())

    def _touch(self, path: Path) -> None:
        os.utime(path)

    def _delete(self, path: Path) -> None:
        path.unlink()

    def _rename_folder(self, path: Path) -> None:
        if path.parent not in self.folders:
            self._number += 1
            path.parent.rename(path.parent.with_name(f"folder{self._number}"))

    def _write(self) -> None:
        self._change(self._fresh())

    def _away(self) -> None:
        folder = self.rng.choice(self.folders)
        if folder.exists():
            folder.rename(folder.with_suffix(".away"))

    def _back(self) -> None:
        for folder in self.folders:
            if not folder.exists():
                folder.with_suffix(".away").rename(folder)

    def _date(self, path: Path) -> None:
        """Half of the files look old, each of another time: then it is their time that tells them apart."""
        if self.rng.random() < 0.5:
            os.utime(path, (LONG_AGO + self._number, LONG_AGO + self._number))

    def _text(self) -> str:
        self._number += 1
        return f"This text speaks of {word(self._number)}. Nothing else does."

    @property
    def words(self) -> int:
        """Number of the newest word."""
        return self._number

    def _fresh(self, folder: Path | None = None) -> Path:
        """A path where nothing is."""
        self._number += 1
        if folder is None:
            there = [path for path in self.folders if path.exists()]
            folder = self.rng.choice(there or [self.root]) / self.rng.choice(BELOW)
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{self._number}.txt"

    def _paths(self) -> list[Path]:
        return sorted(path for folder in self.folders for path in folder.rglob("*.txt"))


def word(number: int) -> str:
    """A word that stands in one text only."""
    return f"zq{number}"


class Library:
    """The library of those files; what is wrong with it is told to the run."""

    def __init__(self, run: Run, files: Files, kind: str) -> None:
        self.run, self.files, self.kind = run, files, kind
        self.path = run.folder / "own.db"
        asyncio.run(self._add())

    async def _add(self) -> None:
        async with open_library(self.path) as store:
            for folder in self.files.folders:
                await store.add_folder(str(folder))

    def die(self, rng: random.Random) -> None:
        """Begin a sync that ends in the middle."""
        asyncio.run(self._die(rng.randint(1, 5), rng.random() < 0.5))

    async def _die(self, calls: int, before: bool) -> None:
        async with open_library(self.path) as store:
            naive = child.KINDS[self.kind]
            dying = naive(Dying(store, calls, before))
            try:
                await sync(dying, read=child.read, readable=child.is_text)
            except Killed:
                self.run.count("syncs that were killed at work")

    def check(self, rng: random.Random) -> None:
        """Bring it in step, and compare it with the files."""
        asyncio.run(self._check(rng))

    async def _check(self, rng: random.Random) -> None:
        async with open_library(self.path) as store:
            before = await store.files()
            report = await child.synced(store, self.kind)
            shrunk = [folder.path for folder in report.away if os.path.exists(folder.path)]  # noqa: ASYNC240
            if shrunk:  # more than half was deleted, and that is meant
                await child.synced(store, self.kind, only=shrunk, forget_missing=True)
            records = await store.files()
            texts = self.files.texts()
            self._compare_records(before, records, texts)
            await self._compare_passages(store, records, texts, rng)
        self.run.count("comparisons")

    def _compare_records(
        self, before: tuple[FileRecord, ...], records: tuple[FileRecord, ...], texts: dict[str, str]
    ) -> None:
        present = {str(folder) for folder in self.files.folders if folder.exists()}
        away = {record.path for record in records if record.folder not in present}
        were = {record.path for record in before if record.folder not in present}
        self.run.check(away == were, f"lost with a folder that is away: {sorted(were ^ away)[:3]}")
        known = {record.path: record for record in records if record.folder in present}
        for path in texts.keys() - known.keys():
            self.run.fail(f"lost: {path}")
        for path in known.keys() - texts.keys():
            self.run.fail(f"stale: {path} is gone")
        for path in texts.keys() & known.keys():
            body, record = texts[path].encode(), known[path]
            right = (hashlib.sha256(body).hexdigest(), digest_of(body), "ready")
            self.run.check((record.document, record.digest, record.state) == right, f"stale: {record}")

    async def _compare_passages(
        self, store: LibraryStore, records: tuple[FileRecord, ...], texts: dict[str, str], rng: random.Random
    ) -> None:
        passages = {record.document: record.passages for record in records}
        counted = (await store.progress("")).passages
        self.run.check(counted == sum(passages.values()), f"{counted} passages, not {sum(passages.values())}")
        for text in rng.sample(sorted(set(texts.values())), min(SAMPLE, len(set(texts.values())))):
            found = [hit.text for hit in await store.search(text.split()[4].rstrip("."), limit=20)]
            self.run.check(found == [text], f"{'doubled' if found else 'lost'}: {text} is found as {found}")
        away = {record.document for record in records if record.path not in texts}
        for number in rng.sample(range(1, self.files.words + 1), min(SAMPLE, self.files.words)):
            hits = await store.search(word(number), limit=20)
            expected = {hit.document for hit in hits} <= away | {
                hashlib.sha256(text.encode()).hexdigest() for text in texts.values() if f" {word(number)}." in text
            }
            self.run.check(expected, f"stale: {word(number)} is found in {[hit.path for hit in hits]}")


@contextmanager
def killer(library: Any, real: bool) -> Iterator[Any]:
    """What kills a sync: a SIGKILL for a process, or the end of a call in this one."""
    if not real:
        yield library.die
        return
    argv = [sys.executable, child.__file__]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        asked, told = process.stdin, process.stdout

        def kill(rng: random.Random) -> None:
            job = {"path": str(library.path), "kind": library.kind, "delay": rng.random() * LATEST}
            asked.write(json.dumps(job) + "\n")
            asked.flush()
            library.run.count("syncs that were killed at work", json.loads(told.readline()))

        yield kill
        asked.close()


def operations(run: Run, kind: str = "store", killed: float = KILLED) -> None:
    """Something happens to the files; now and then a sync is killed, now and then one ends and is compared."""
    setup = random.Random(run.seed)
    files = Files(run.folder / "files", setup)
    library = Library(run, files, kind)
    for _ in range(FIRST_FILES):
        files.happen("write")
    with killer(library, run.wanted >= REAL) as kill:
        for _, rng in run.trials():
            files.rng = rng
            (what,) = rng.choices(list(OPERATIONS), list(OPERATIONS.values()))
            files.happen(what)
            run.count(what)
            if rng.random() < killed:
                kill(rng)
            if rng.random() < CHECKED:
                library.check(rng)
        files.happen("back")
        library.check(setup)


ROWS = (
    Row(
        id="S1",
        fault="files are written, changed, saved, renamed, moved, swapped, copied, linked, touched and deleted, their "
        "folders renamed, taken away and brought back, while syncs of the library are killed (kill -9)",
        guarantee="the next sync that ends holds each file's text once, no other, and all of a folder that is away",
        quick=100,
        full=10_000,
        try_it=operations,
        twin=lambda run: operations(run, "record first", killed=0.7),
        twin_is="a record of the file in one commit, its text in another",
        twin_trials=60,
        unit="file operations",
        seconds=3_600.0,
    ),
)
