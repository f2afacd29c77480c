"""Scan of bits: the same passages as by comparing each, for all of them and for a few."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from research_agent.library.database import connect
from research_agent.library.vector_index import BitScan
from research_agent.library.vectors import sign_bits

SLOTS, WORDS = 3_000, 6


@pytest.mark.parametrize(
    ("ranges", "count"),
    [(None, 50), (None, 5_000), ([(1, 40)], 9), ([(5, 90), (700, 2_500)], 50), ([(1, 3_000)], 50), ([], 5)],
)
def test_nearest_by_bits(ranges: list[tuple[int, int]] | None, count: int, tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    passages = random.permutation(SLOTS).astype(np.int64)  # 0 is a free slot
    bits = random.integers(0, 2**64, size=(WORDS, SLOTS), dtype=np.uint64)
    query = random.normal(size=64 * WORDS).astype(np.float32)
    with closing(connect(tmp_path / "own.db")) as db:
        scan = BitScan(model=1, passages=passages, bits=bits)
        found = scan.nearest(db, 1, query, count, ranges)
    packed = np.frombuffer(sign_bits(query), dtype=np.uint64)
    distances = {
        int(number): sum(int(word).bit_count() for word in bits[:, slot] ^ packed)
        for slot, number in enumerate(passages)
        if number and (ranges is None or any(first <= number <= last for first, last in ranges))
    }
    wanted = sorted(distances, key=lambda number: (distances[number], number))[:count]
    assert set(found.tolist()) == set(wanted)
