"""S2: a library holds each article of an archive once, wherever a reading of it is killed, and whatever replaces it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
from pathlib import Path

from research_agent.library.open_store import open_library
from research_agent.library.protocol import LibraryStore
from research_agent_devtools.faults.children import library as child
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.faults.rows.library import REAL, SAMPLE, Dying, Killed, killer, word

OPERATIONS = {"newer": 6, "rename": 1, "touch": 1, "delete": 1, "wait": 3}
MOST = 400  # articles: six parts, which are read two at a time
KILLED, CHECKED = 0.7, 0.25  # shares of the operations that are followed by a killed sync, by a whole one


class Archives:
    """A folder with an archive, to which something happens; every text has a word of its own, never used again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.articles: dict[str, str] = {}
        self.path: Path | None = None
        self.number = 0

    def happen(self, what: str, rng: random.Random) -> None:
        """Do one operation."""
        if what == "newer" or (self.path is None and what != "wait"):
            self._newer(rng)
        elif self.path is not None and what == "rename":
            self.path = self.path.rename(self.folder / f"{self._next()}.zim")
        elif self.path is not None and what == "touch":
            os.utime(self.path)
        elif self.path is not None and what == "delete":
            self.path.unlink()
            self.path, self.articles = None, {}

    def _newer(self, rng: random.Random) -> None:
        """A newer version: some articles as they were, some changed, some gone, some new."""
        kept = {path: text for path, text in self.articles.items() if rng.random() < 0.7}
        changed = {path: self._text() for path in self.articles if path not in kept and rng.random() < 0.5}
        new = {f"article {self._next()}": self._text() for _ in range(rng.randint(0, MOST - len(kept | changed)))}
        self.articles = {**kept, **changed, **new}
        self.path = self.path or self.folder / f"{self._next()}.zim"
        beside = self.path.with_suffix(".new")
        beside.write_text(json.dumps({"identity": f"v{self._next()}", "articles": self.articles}))
        beside.replace(self.path)

    def _next(self) -> int:
        self.number += 1
        return self.number

    def _text(self) -> str:
        return f"This article speaks of {word(self._next())}. Nothing else does."


class ArchiveLibrary:
    """The library of that folder; what is wrong with it is told to the run."""

    def __init__(self, run: Run, archives: Archives, kind: str) -> None:
        self.run, self.archives, self.kind = run, archives, kind
        self.path = run.folder / "own.db"
        asyncio.run(self._add())

    async def _add(self) -> None:
        async with open_library(self.path) as store:
            await store.add_folder(str(self.archives.folder))

    def die(self, rng: random.Random) -> None:
        """Begin a sync that ends in the middle."""
        asyncio.run(self._die(rng.randint(1, MOST), rng.random() < 0.5))

    async def _die(self, calls: int, before: bool) -> None:
        async with open_library(self.path) as store:
            try:
                await child.synced(Dying(store, calls, before), self.kind)
            except Killed:
                self.run.count("syncs that were killed at work")

    def check(self, rng: random.Random) -> None:
        """Bring it in step, and compare it with the archive."""
        asyncio.run(self._check(rng))

    async def _check(self, rng: random.Random) -> None:
        async with open_library(self.path) as store:
            await child.synced(store, self.kind, forget_missing=True)
            await self._compare(store, rng)
        self.run.count("comparisons")

    async def _compare(self, store: LibraryStore, rng: random.Random) -> None:
        above = str(self.archives.path)
        held = {file.path: file.document for file in await store.files() if file.path != above}
        texts = {f"{above}/{path}": text for path, text in self.archives.articles.items()}
        wanted = {path: hashlib.sha256(text.encode()).hexdigest() for path, text in texts.items()}
        for what, paths in (("lost", wanted.keys() - held.keys()), ("stale", held.keys() - wanted.keys())):
            self.run.check(not paths, f"{what}: {sorted(paths)[:3]}")
        changed = [path for path in wanted.keys() & held.keys() if wanted[path] != held[path]]
        self.run.check(not changed, f"stale: {changed[:3]}")
        counted = (await store.progress("")).passages
        self.run.check(counted == len(texts), f"{counted} passages, not {len(texts)}")
        for text in rng.sample(sorted(texts.values()), min(SAMPLE, len(texts))):
            found = [hit.text for hit in await store.search(text.split()[4].rstrip("."), limit=20)]
            self.run.check(found == [text], f"{'doubled' if found else 'lost'}: {text} is found as {found}")
        for number in rng.sample(range(1, self.archives.number + 1), min(SAMPLE, self.archives.number)):
            there = any(f" {word(number)}." in text for text in texts.values())
            hits = await store.search(word(number), limit=20)
            self.run.check(len(hits) == there, f"stale: {word(number)} is found in {[hit.path for hit in hits]}")


def replacements(run: Run, kind: str = "store") -> None:
    """Something happens to an archive; often a sync is killed, now and then one ends and is compared."""
    archives = Archives(run.folder / "files")
    library = ArchiveLibrary(run, archives, kind)
    with killer(library, run.wanted >= REAL) as kill:
        for _, rng in run.trials():
            (what,) = rng.choices(list(OPERATIONS), list(OPERATIONS.values()))
            archives.happen(what, rng)
            run.count(what)
            if rng.random() < KILLED:
                kill(rng)
            if rng.random() < CHECKED:
                library.check(rng)
        library.check(random.Random(run.seed))


ROWS = (
    Row(
        id="S2",
        fault="an archive of up to 400 articles (as a ZIM file) is replaced by newer versions, renamed, touched and "
        "deleted while syncs of its library are killed (kill -9)",
        guarantee="the next sync that ends holds each article of the newest version once, and no other",
        quick=20,
        full=1_000,
        try_it=replacements,
        twin=lambda run: replacements(run, "read at once"),
        twin_is="an archive counts as read from when its reading begins",
        twin_trials=20,
        unit="archive operations",
        seconds=3_600.0,
    ),
)
