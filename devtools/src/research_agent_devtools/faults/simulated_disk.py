"""
A disk in memory for SQLite, which notes each thing that is done to it, and what a power cut leaves of that.

What was synced is there after the cut. Of what was written since, each sector of 512 bytes is there, or is not, or
holds nonsense; so any order of arrival can be cut off. A changed length may be there or not, and a file that was made
or deleted may be as before. As on a usual system, the first sync of a new file keeps its name too, and bytes that were
not written to stay as they are (SQLite's "powersafe overwrite", which it expects on Unix).
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import apsw

__all__ = ["Disk", "Image", "Log", "Op", "Said", "mounted"]

SECTOR = 512
Image = Mapping[str, bytes]
"""Names and contents of the files on a disk."""


@dataclass(frozen=True, slots=True)
class Op:
    """Something done to a file: write (at, data), truncate (at), sync, create or delete (name). Files have numbers."""

    kind: str
    file: int
    at: int = 0
    data: bytes = b""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was begun or said to be saved, among the operations."""

    kind: str
    what: Any


Log = list[Op | Said]


class Disk:
    """What is on the platter, and what is only on its way there."""

    def __init__(self, image: Image) -> None:
        self._names = {name: number for number, name in enumerate(image)}
        self._kept = {number: bytearray(data) for number, data in enumerate(image.values())}
        self._loose: dict[int, list[Op]] = {}
        self._renamed: list[Op] = []

    @property
    def busy(self) -> bool:
        """Whether something was done that is not synced."""
        return bool(self._renamed or any(self._loose.values()))

    def do(self, op: Op) -> None:
        """Do one operation."""
        if op.kind == "sync":
            for loose in self._loose.pop(op.file, ()):
                _apply(self._kept[op.file], loose)
            if any(renamed.file == op.file for renamed in self._renamed):
                self._keep_names()
        elif op.kind in {"create", "delete"}:
            self._kept.setdefault(op.file, bytearray())
            self._renamed.append(op)
            if op.at:  # a deletion that asked for it
                self._keep_names()
        else:
            self._loose.setdefault(op.file, []).append(op)

    def cut(self, rng: random.Random) -> dict[str, bytes]:
        """The files after a cut now; the disk itself goes on."""
        names = dict(self._names)
        for op in self._renamed[: rng.randint(0, len(self._renamed))]:
            _rename(names, op)
        arrived = rng.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        nonsense = rng.choice((0.0, 0.0, 0.1))
        files = {}
        for name, number in names.items():
            data = bytearray(self._kept[number])
            for op in self._loose.get(number, ()):
                _apply_some(data, op, rng, arrived, nonsense)
            files[name] = bytes(data)
        return files

    def _keep_names(self) -> None:
        for op in self._renamed:
            _rename(self._names, op)
        self._renamed.clear()


def _rename(names: dict[str, int], op: Op) -> None:
    if op.kind == "create":
        names[op.name] = op.file
    else:
        names.pop(op.name, None)


def _apply(data: bytearray, op: Op) -> None:
    if op.kind == "truncate":
        del data[op.at :]
        return
    if op.at > len(data):
        data.extend(bytes(op.at - len(data)))
    data[op.at : op.at + len(op.data)] = op.data


def _apply_some(data: bytearray, op: Op, rng: random.Random, arrived: float, nonsense: float) -> None:
    """Each sector of a write by chance, or the whole of a truncation."""
    if op.kind == "truncate":
        if rng.random() < arrived:
            _apply(data, op)
        return
    end = op.at + len(op.data)
    for sector in range(op.at // SECTOR * SECTOR, end, SECTOR):
        at, stop = max(op.at, sector), min(end, sector + SECTOR)
        if rng.random() < nonsense:
            _apply(data, Op("write", op.file, at, rng.randbytes(stop - at)))
        elif rng.random() < arrived:
            _apply(data, Op("write", op.file, at, op.data[at - op.at : stop - op.at]))


@contextmanager
def mounted(image: Image, log: Log) -> Iterator[None]:
    """
    Have every SQLite connection of this process use a disk that holds `image`; what is done goes to `log`.

    The connections lock the file for themselves: to share one they would need shared memory, which a disk of Python
    cannot give.
    """
    vfs = _Vfs(image, log)
    apsw.connection_hooks.append(_alone)
    try:
        yield
    finally:
        apsw.connection_hooks.remove(_alone)
        vfs.unregister()


def _alone(db: apsw.Connection) -> None:
    db.pragma("locking_mode", "EXCLUSIVE")


class _Vfs(apsw.VFS):
    """The face SQLite sees. What it is told is at once in the files, as in the cache of an operating system."""

    def __init__(self, image: Image, log: Log) -> None:
        self.files = {name: (number, bytearray(data)) for number, (name, data) in enumerate(image.items())}
        self.log = log
        self.numbers = itertools.count(len(self.files))
        super().__init__("disk in memory", base="", makedefault=True)

    def xOpen(self, name: Any, flags: list[int]) -> Any:  # noqa: N802 - SQLite's name; a file by its methods
        if name is None:  # a temporary file, which nobody needs after a cut
            return _File(-1, bytearray(), [])
        name = self.xFullPathname(name if isinstance(name, str) else name.filename())
        if name not in self.files:
            self.files[name] = (next(self.numbers), bytearray())
            self.log.append(Op("create", self.files[name][0], name=name))
        number, data = self.files[name]
        return _File(number, data, self.log)

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802
        number, _ = self.files.pop(PurePath(name).name)
        self.log.append(Op("delete", number, at=int(sync), name=PurePath(name).name))

    def xAccess(self, name: str, flags: int) -> bool:  # noqa: N802
        return PurePath(name).name in self.files

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return PurePath(name).name


class _File:
    """An open file of the disk."""

    def __init__(self, number: int, data: bytearray, log: Log) -> None:
        self._number, self._data, self._log = number, data, log

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        return bytes(self._data[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._do(Op("write", self._number, offset, bytes(data)))

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._do(Op("truncate", self._number, size))

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._log.append(Op("sync", self._number))

    def xFileSize(self) -> int:  # noqa: N802
        return len(self._data)

    def xFileControl(self, op: int, pointer: int) -> bool:  # noqa: N802
        return False

    def xSectorSize(self) -> int:  # noqa: N802
        return 4096

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE

    def xLock(self, level: int) -> None:  # noqa: N802
        pass

    def xUnlock(self, level: int) -> None:  # noqa: N802
        pass

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xClose(self) -> None:  # noqa: N802
        pass

    def _do(self, op: Op) -> None:
        _apply(self._data, op)
        self._log.append(op)
