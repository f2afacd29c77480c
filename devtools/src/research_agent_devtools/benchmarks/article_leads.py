"""Texts to measure with: leads of the encyclopedia that `make parts` brought."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import lru_cache
from typing import Any

from research_agent.types import Document
from research_agent_devtools.benchmarks.homes import PARTS

__all__ = ["leads", "of_100_tokens"]

TOKENS = 100


def leads(about: str, number: int) -> list[Document]:
    """Articles that hold one of the words, best first, as a source would bring them."""
    sql = (
        "SELECT article.title, article.text FROM article JOIN article_words ON article.id = article_words.rowid"
        " WHERE article_words MATCH ? ORDER BY bm25(article_words) LIMIT ?"
    )
    with closing(_database()) as db:
        found = db.execute(sql, (" OR ".join(about.split()), number)).fetchall()
    return [
        Document(
            source="leads", title=title, url=f"https://leads.example/{at}", text=text,
            retrieved="2026-01-01T00:00:00+00:00",
        )
        for at, (title, text) in enumerate(found)
    ]  # fmt: skip


def of_100_tokens(number: int) -> list[str]:
    """Leads that have 100 tokens and more, cut there (between words: up to three tokens fewer), spread over all."""
    with closing(_database()) as db:
        texts = [text for (text,) in db.execute("SELECT text FROM article WHERE length(text) > 450 ORDER BY id")]
    step = max(1, len(texts) // number)
    cut: list[str] = []
    for text in [*texts[::step], *texts]:
        encoded = _tokenizer().encode(text, add_special_tokens=False)
        if len(encoded.ids) >= TOKENS and len(cut) < number:
            cut.append(text[: encoded.offsets[TOKENS - 1][1]].rsplit(" ", 1)[0])
    return cut


def _database() -> sqlite3.Connection:
    return sqlite3.connect(f"file:{PARTS / 'encyclopedia' / 'encyclopedia.db'}?mode=ro&immutable=1", uri=True)


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    from tokenizers import Tokenizer

    made = Tokenizer.from_file(str(PARTS / "minilm" / "tokenizer.json"))
    made.no_truncation()
    made.no_padding()
    return made
