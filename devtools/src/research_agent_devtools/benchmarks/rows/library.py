"""What a search of a large library takes: a million passages of real sentences, shuffled, with vectors."""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from research_agent.documents.file_text import FileText
from research_agent.library.database import connect
from research_agent.library.file_records import put_file
from research_agent.library.passages import LONGEST, Piece
from research_agent.library.protocol import FileRecord
from research_agent.library.vector_index import add_vectors, register
from research_agent.sqlite import Connection, fetch, transaction
from research_agent.text.sentences import sentence_spans
from research_agent_devtools.benchmarks.homes import PARTS, a_home, without_parts
from research_agent_devtools.benchmarks.measurement import Result, Row, Run, at_most, of_value
from research_agent_devtools.kernel.statistics import percentile, summary

PASSAGES = 1_000_000
OF_A_DOCUMENT = 1_000  # passages
DIMENSIONS = 384
QUESTIONS = 200
WORDS = 8  # of a question


def sentences() -> list[str]:
    """Sentences of all leads of the encyclopedia."""
    with closing(sqlite3.connect(f"file:{PARTS / 'encyclopedia' / 'encyclopedia.db'}?mode=ro", uri=True)) as db:
        texts = [text for (text,) in db.execute("SELECT text FROM article ORDER BY id")]
    return [text[start:end] for text in texts for start, end in sentence_spans(text) if end - start < LONGEST]


def document(known: list[str], chosen: random.Random, passages: int) -> tuple[FileText, list[Piece]]:
    """A document of shuffled sentences, and its passages."""
    lines, pieces, at = [], [], 0
    for _ in range(passages):
        text = ""
        while len(text) < LONGEST * 0.75:
            text = f"{text} {chosen.choice(known)}"[:LONGEST].strip()
        pieces.append(Piece(at, at + len(text), "", ""))
        lines.append(text)
        at += len(text) + 1
    return FileText(text="\n".join(lines)), pieces


def fill(path: Path, count: int) -> list[str]:
    """Write a library of so many passages; questions made of words of its sentences."""
    known, chosen = sentences(), random.Random(1)
    with closing(connect(path)) as db:
        for number in range(max(1, count // OF_A_DOCUMENT)):
            content, pieces = document(known, chosen, min(count, OF_A_DOCUMENT))
            with transaction(db):
                put_file(db, FileRecord(path=f"/docs/{number}.txt", folder="/docs"), content, pieces)
        embed(db)
    return [" ".join(chosen.sample(chosen.choice(known).split() * WORDS, WORDS)) for _ in range(QUESTIONS)]


def embed(db: Connection) -> None:
    """Give every passage a random vector."""
    generator = np.random.default_rng(1)
    with transaction(db):
        register(db, "random")
    for numbers in batches(db):
        vectors = generator.normal(size=(len(numbers), DIMENSIONS)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        with transaction(db):
            add_vectors(db, "random", dict(zip(numbers, vectors, strict=True)))


def batches(db: Connection, size: int = 10_000) -> Iterator[list[int]]:
    ((last,),) = fetch(db, "SELECT max(id) FROM passage")
    for first in range(1, last + 1, size):
        yield list(range(first, min(first + size, last + 1)))


def search_all(path: Path, asked: Path) -> str:
    """What a process of its own says of its searches."""
    child = [sys.executable, "-m", "research_agent_devtools.benchmarks.children.library"]
    done = subprocess.run([*child, str(path), str(asked), str(DIMENSIONS)], check=True, capture_output=True, text=True)
    return done.stdout


async def large_library(run: Run) -> Result:
    count = run.pick(100_000, PASSAGES)
    with a_home(parts=False) as home:
        path, asked = home / "large.db", home / "questions.json"
        questions = await asyncio.to_thread(fill, path, count)
        asked.write_text(json.dumps(questions), "utf-8")
        done = await asyncio.to_thread(search_all, path, asked)
        size = path.stat().st_size / 1e6
    told = json.loads(done)
    seconds = told["seconds"]
    result = Result()
    result.lines = [
        of_value(f"search of {count:,} passages, p95", summary([1000 * percentile(seconds, 95)]), unit="ms",
                 goal=at_most(150, "ms")),
        of_value("search, median", summary([1000 * percentile(seconds, 50)]), unit="ms"),
        of_value("memory of the process, at most", summary([told["memory"]]), unit="MB", goal=at_most(700, "MB")),
        of_value("file", summary([size]), unit="MB"),
    ]  # fmt: skip
    result.notes = [
        f"{QUESTIONS} questions of {WORDS} words of one sentence, with a random vector; sentences of the encyclopedia, "
        f"shuffled; vectors of {DIMENSIONS} dimensions. Without the embedding model and the reader."
    ]
    return result


ROWS = [
    Row(
        name="library",
        title="A large library",
        about="A search by words and meaning over a million passages of the user's own documents.",
        run=large_library,
        needs=without_parts,
    )
]
