"""Row of the reader's training: a question, a passage in sentences, and which of them answer it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = ["Passage", "read_passages", "write_passages"]


@dataclass(frozen=True, slots=True)
class Passage:
    """
    A passage held against a question. `right` are the positions of the sentences that answer it; () when none does.

    With `whole`, what is known is only that the passage answers, in one of the sentences of `right`.
    """

    question: str
    title: str
    sentences: tuple[str, ...]
    right: tuple[int, ...]
    kind: str
    whole: bool = False


def write_passages(file: Path, passages: Iterable[Passage]) -> int:
    """Write rows, compressed, the same bytes for the same rows; gives their number."""
    count = 0
    with file.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as out:
        for passage in passages:
            out.write((json.dumps(asdict(passage), ensure_ascii=False) + "\n").encode())
            count += 1
    return count


def read_passages(file: Path) -> list[Passage]:
    """Rows of a file of `write_passages`. Raises `OSError`, and `TypeError` for other rows."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [Passage(**{**row, "sentences": tuple(row["sentences"]), "right": tuple(row["right"])}) for row in rows]
