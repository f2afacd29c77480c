"""
Vectors of passages on disk: int8 each, and one bit a dimension in blocks, which are scanned first.

A model's vectors are complete or being built: until all passages have one, those of the model before stay, and are
dropped when the last is there.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from research_agent.library.search_index import Ranges
from research_agent.library.vectors import bits_of, encoded, sign_bits, to_embed
from research_agent.sqlite import Connection, fetch

__all__ = [
    "BitScan",
    "add_vectors",
    "copy_vectors",
    "drop_vectors",
    "model_id",
    "register",
    "waiting_passages",
]

BLOCK = 1024  # slots of a block of bits
CHUNK = 65_536  # rows that are compared at once


def model_id(db: Connection, name: str) -> int | None:
    """Number of a model by its fingerprint; of the one whose vectors are complete (or the only one) by ""."""
    if name:
        rows = fetch(db, "SELECT id FROM model WHERE name = ?", (name,))
    else:
        rows = fetch(db, "SELECT id FROM model WHERE used ORDER BY id LIMIT 1")
    return int(rows[0][0]) if rows else None


def register(db: Connection, name: str) -> int:
    """Number of a model, which is added with all passages waiting when it is new."""
    known = model_id(db, name) if name else None
    if known is None:
        first = not fetch(db, "SELECT 1 FROM model LIMIT 1")
        db.execute("INSERT INTO model (name, used) VALUES (?, ?)", (name, int(first)))
        known = db.last_insert_rowid()
        db.execute("INSERT INTO waiting SELECT ?, document, id FROM passage", (known,))
    return known


def waiting_passages(db: Connection, name: str, limit: int) -> list[tuple[int, str]]:
    """Passages without a vector of that model, and what to embed: of the most asked, newest documents first."""
    found: list[tuple[int, str]] = []
    rows = fetch(
        db,
        "SELECT document.id, passage.id, at, length, section, above FROM document CROSS JOIN waiting ON waiting.model ="
        " (SELECT id FROM model WHERE name = ?) AND waiting.document = document.id JOIN passage ON"
        " passage.id = waiting.passage ORDER BY asked DESC, added DESC, document.id DESC, passage.id LIMIT ?",
        (name, limit),
    )
    for document, passage, at, length, section, above in rows:
        with db.blob_open("main", "document", "text", document, False) as blob:
            blob.seek(at)
            text = blob.read(length).decode("utf-8", "replace")
        headings = [bytes(line).decode("utf-8", "replace") for line in (section, above)]
        found.append((passage, to_embed(headings[0], headings[1], text)))
    return found


def add_vectors(db: Connection, name: str, vectors: Mapping[int, NDArray[np.float32]]) -> None:
    """Store vectors by the passage's number; those of passages that are gone are dropped."""
    model = register(db, name)
    there = _existing(db, vectors)
    _store(db, model, {passage: encoded(vectors[passage]) for passage in there})
    _swap_when_complete(db, model)


def copy_vectors(db: Connection, pairs: Sequence[tuple[int, int]]) -> None:
    """Give each passage the vectors of another one of the same text: (from, to) pairs."""
    for (model,) in fetch(db, "SELECT id FROM model"):
        found: dict[int, tuple[float, bytes]] = {}
        for one, other in pairs:
            rows = fetch(db, "SELECT scale, bytes FROM vector WHERE model = ? AND passage = ?", (model, one))
            if rows:
                found[other] = rows[0]
        _store(db, model, found)


def drop_vectors(db: Connection, first: int, last: int) -> None:
    """Remove all vectors of the passages of those numbers, the last included."""
    for (model,) in fetch(db, "SELECT id FROM model"):
        between = (model, first, last)
        slots = [
            slot
            for (slot,) in fetch(db, "SELECT slot FROM vector WHERE model = ? AND passage BETWEEN ? AND ?", between)
        ]
        if slots:
            _write_bits(db, model, dict.fromkeys(slots, (0, b"")))
            db.executemany("INSERT INTO free_slot VALUES (?, ?)", [(model, slot) for slot in slots])
            db.execute("DELETE FROM vector WHERE model = ? AND passage BETWEEN ? AND ?", between)


def _existing(db: Connection, passages: Iterable[int]) -> list[int]:
    numbers = json.dumps([int(passage) for passage in passages])
    return [
        row[0] for row in fetch(db, "SELECT id FROM passage WHERE id IN (SELECT value FROM json_each(?))", (numbers,))
    ]


def _store(db: Connection, model: int, encoded: Mapping[int, tuple[float, bytes]]) -> None:
    if not encoded:
        return
    slots = _slots(db, model, list(encoded))
    db.executemany(
        "INSERT OR REPLACE INTO vector (model, passage, slot, scale, bytes) VALUES (?, ?, ?, ?, ?)",
        [(model, passage, slots[passage], *value) for passage, value in encoded.items()],
    )
    _write_bits(db, model, {slots[passage]: (passage, bits_of(value[1])) for passage, value in encoded.items()})
    db.execute(
        "DELETE FROM waiting WHERE model = ?1 AND (document, passage) IN"
        " (SELECT document, id FROM passage WHERE id IN (SELECT value FROM json_each(?2)))",
        (model, json.dumps(list(encoded))),
    )


def _slots(db: Connection, model: int, passages: Sequence[int]) -> dict[int, int]:
    """A slot for each passage: its own, one that became free, or a new one."""
    numbers = json.dumps(list(passages))
    own = fetch(
        db,
        "SELECT passage, slot FROM vector WHERE model = ? AND passage IN (SELECT value FROM json_each(?))",
        (model, numbers),
    )
    slots: dict[int, int] = dict(own)
    homeless = [passage for passage in passages if passage not in slots]
    free = fetch(db, "SELECT slot FROM free_slot WHERE model = ? ORDER BY slot LIMIT ?", (model, len(homeless)))
    db.executemany("DELETE FROM free_slot WHERE model = ? AND slot = ?", [(model, slot) for (slot,) in free])
    ((end,),) = fetch(db, "SELECT slots FROM model WHERE id = ?", (model,))
    fresh = range(end, end + len(homeless) - len(free))
    slots.update(zip(homeless, [*(slot for (slot,) in free), *fresh], strict=True))
    db.execute("UPDATE model SET slots = ? WHERE id = ?", (end + len(fresh), model))
    return slots


def _write_bits(db: Connection, model: int, items: Mapping[int, tuple[int, bytes]]) -> None:
    """Write (passage, bits) by slot; passage 0 empties a slot."""
    db.execute("UPDATE model SET changes = changes + 1 WHERE id = ?", (model,))
    ((change,),) = fetch(db, "SELECT changes FROM model WHERE id = ?", (model,))
    blocks: dict[int, dict[int, tuple[int, bytes]]] = defaultdict(dict)
    for slot, item in items.items():
        blocks[slot // BLOCK][slot % BLOCK] = item
    for block, entries in blocks.items():
        rows = fetch(db, "SELECT passages, bits FROM bits WHERE model = ? AND block = ?", (model, block))
        width = len(rows[0][1]) // BLOCK if rows else max(len(bits) for _, bits in entries.values())
        passages = bytearray(rows[0][0] if rows else bytes(BLOCK * 8))
        bits = bytearray(rows[0][1] if rows else bytes(BLOCK * width))
        for at, (passage, value) in entries.items():
            passages[at * 8 : at * 8 + 8] = passage.to_bytes(8, "little")
            bits[at * width : (at + 1) * width] = value or bytes(width)
        db.execute(
            "INSERT OR REPLACE INTO bits VALUES (?, ?, ?, ?, ?)", (model, block, change, bytes(passages), bytes(bits))
        )


def _swap_when_complete(db: Connection, model: int) -> None:
    """Use a model from the moment when nothing waits for it; the one before is dropped."""
    if fetch(db, "SELECT 1 FROM waiting WHERE model = ? LIMIT 1", (model,)):
        return
    others = fetch(db, "SELECT id FROM model WHERE id <> ?", (model,))
    db.execute("UPDATE model SET used = 1 WHERE id = ?", (model,))
    for (other,) in others:
        db.execute("DELETE FROM vector WHERE model = ?", (other,))
        db.execute("DELETE FROM bits WHERE model = ?", (other,))
        db.execute("DELETE FROM free_slot WHERE model = ?", (other,))
        db.execute("DELETE FROM waiting WHERE model = ?", (other,))
        db.execute("DELETE FROM model WHERE id = ?", (other,))


@dataclass(slots=True)
class BitScan:
    """Bits of a model's vectors in memory, brought up to date from the blocks that changed."""

    model: int = -1
    change: int = 0
    passages: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    bits: NDArray[np.uint64] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.uint64))
    """A row a word of 64 bits, a column a slot: adding whole rows is eight times as fast as adding along short ones."""

    def nearest(
        self, db: Connection, model: int, query: NDArray[np.float32], count: int, ranges: Ranges | None = None
    ) -> NDArray[np.int64]:
        """The `count` passages with the most equal bits, of those in `ranges`; of equal ones the lower numbers."""
        self._update(db, model)
        packed = np.frombuffer(sign_bits(query), dtype=np.uint64)
        if not len(self.passages) or packed.shape[0] != self.bits.shape[0]:
            return np.zeros(0, dtype=np.int64)
        allowed = self.passages > 0 if ranges is None else _within(self.passages, ranges)
        slots = np.flatnonzero(allowed)
        if len(slots) <= count:
            return self.passages[slots]
        whole = len(slots) > len(allowed) // 8  # else the columns that are looked at are taken out first
        passages = self.passages if whole else self.passages[slots]
        distances = _distances(self.bits if whole else self.bits[:, slots], packed)
        if whole:
            distances[~allowed] = 64 * len(packed) + 1
        last = int(np.searchsorted(np.cumsum(np.bincount(distances)), count))
        nearer = passages[distances < last]
        as_near = np.sort(passages[distances == last])
        return np.concatenate([nearer, as_near[: count - len(nearer)]])

    def _update(self, db: Connection, model: int) -> None:
        if model != self.model:
            self.model, self.change = model, 0
            self.passages, self.bits = np.zeros(0, dtype=np.int64), np.zeros((0, 0), dtype=np.uint64)
        rows = fetch(
            db,
            "SELECT block, passages, bits, change FROM bits WHERE model = ? AND change > ? ORDER BY block",
            (model, self.change),
        )
        if not rows:
            return
        width = len(rows[0][2]) // BLOCK // 8
        size = max(len(self.passages), (rows[-1][0] + 1) * BLOCK)
        if size > len(self.passages):
            passages, bits = np.zeros(size, dtype=np.int64), np.zeros((width, size), dtype=np.uint64)
            passages[: len(self.passages)], bits[:, : len(self.passages)] = self.passages, self.bits.reshape(width, -1)
            self.passages, self.bits = passages, bits
        for block, passages, bits, change in rows:
            span = slice(block * BLOCK, (block + 1) * BLOCK)
            self.passages[span] = np.frombuffer(passages, dtype="<i8")
            self.bits[:, span] = np.frombuffer(bits, dtype=np.uint64).reshape(BLOCK, width).T
            self.change = max(self.change, change)


def _distances(bits: NDArray[np.uint64], packed: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """Differing bits of each column."""
    distances = np.zeros(bits.shape[1], dtype=np.uint16)
    for start in range(0, len(distances), CHUNK):
        chunk = distances[start : start + CHUNK]
        for row, word in zip(bits, packed, strict=True):
            chunk += np.bitwise_count(row[start : start + CHUNK] ^ word)
    return distances


def _within(passages: NDArray[np.int64], ranges: Ranges) -> NDArray[np.bool_]:
    """Whether each passage is in one of the ranges."""
    if not ranges:
        return np.zeros(len(passages), dtype=np.bool_)
    firsts = np.array([first for first, _ in ranges], dtype=np.int64)
    lasts = np.array([last for _, last in ranges], dtype=np.int64)
    at = np.searchsorted(firsts, passages, side="right") - 1
    inside: NDArray[np.bool_] = (at >= 0) & (passages <= lasts[at])
    return inside
