"""Vectors of examples are kept: embedded once for an encoder and a text, and again when the file is damaged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from research_agent.encoders.example_vectors import FILE, example_vectors

pytestmark = pytest.mark.anyio


class Encoder:
    """Embeds a text as its length, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return np.array([[len(text), 1.0] for text in texts], np.float32)


async def ask(folder: Path, *texts: str, embedding: str = "e") -> tuple[list[str], list[float]]:
    encoder = Encoder()
    rows = await example_vectors(texts, embed=encoder, embedding=embedding, folder=folder)
    return encoder.asked, rows[:, 0].tolist()


async def test_a_text_is_embedded_once_for_an_encoder(tmp_path: Path) -> None:
    assert await ask(tmp_path, "a", "bcd", "a") == (["a", "bcd"], [1.0, 3.0, 1.0])
    assert await ask(tmp_path, "bcd", "a") == ([], [3.0, 1.0])
    assert await ask(tmp_path, "a", "ef") == (["ef"], [1.0, 2.0])
    assert await ask(tmp_path, "a", "bcd") == (["bcd"], [1.0, 3.0]), "what no source has any more is forgotten"
    assert await ask(tmp_path, "a", embedding="another") == (["a"], [1.0])


@pytest.mark.parametrize("damage", [b"", b"no archive", b"PK\x03\x04 cut"])
async def test_a_damaged_file_is_made_again(damage: bytes, tmp_path: Path) -> None:
    await ask(tmp_path, "a")
    whole = (tmp_path / FILE).read_bytes()
    for bad in (damage, whole[: len(whole) // 2]):
        (tmp_path / FILE).write_bytes(bad)
        assert await ask(tmp_path, "a") == (["a"], [1.0])
    assert await ask(tmp_path, "a") == ([], [1.0])


async def test_a_home_that_cannot_be_written_costs_the_vectors_again(tmp_path: Path) -> None:
    nowhere = tmp_path / "none"
    assert await ask(nowhere, "a") == (["a"], [1.0])
    assert await ask(nowhere, "a") == (["a"], [1.0])
