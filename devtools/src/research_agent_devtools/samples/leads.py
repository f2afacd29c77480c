"""The encyclopedia's leads as sentences, split by title into those to train on, to tune with, and to measure with."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from research_agent.errors import SetupError
from research_agent.sources.encyclopedia import DATABASE, FOLDER
from research_agent.text.sentences import sentence_spans

__all__ = ["Lead", "Split", "read_leads", "split_of", "usable"]

Split = Literal["train", "dev", "eval"]
SHORTEST, LONGEST = 40, 330  # characters of a sentence
FORMULA_LEFT_OUT = re.compile(r"  | [,.;)]|\( |\(\)|\bwhere is\b|\n|[={}\\]|\b(?:of|and|by|for|as|is)[.,;]")
ABBREVIATION_AT_END = re.compile(r"\b(?:[A-Z]|c|ca|fl|lit|St|Dr|Mr|Mrs|vs|No|approx|r|b|d|Jr|Sr)\.$")


@dataclass(frozen=True, slots=True)
class Lead:
    """An article's first paragraphs, with the short description that its editors gave it."""

    title: str
    description: str
    topic: str
    text: str
    sentences: tuple[str, ...]


def split_of(title: str) -> Split:
    """The split an article belongs to, by a hash of its title: of ten, eight train, one tunes, one measures."""
    bucket = int.from_bytes(hashlib.sha256(title.encode()).digest()[:8], "big") % 10
    return "eval" if bucket == 9 else "dev" if bucket == 8 else "train"


def usable(sentence: str) -> bool:
    """Whether a sentence is whole: no formula fell out of it, and it was not cut behind an abbreviation."""
    return (
        SHORTEST <= len(sentence) <= LONGEST
        and sentence[0].isupper()
        and sentence.endswith(".")
        and sentence.count("(") == sentence.count(")")
        and sentence.count('"') % 2 == 0
        and not FORMULA_LEFT_OUT.search(sentence)
        and not ABBREVIATION_AT_END.search(sentence)
    )


def read_leads(parts: Path, split: Split | None = None) -> list[Lead]:
    """Leads of one split, or all, in their order. Raises `SetupError` when the encyclopedia is not set up."""
    import apsw

    try:
        db = apsw.Connection(str(parts / FOLDER / DATABASE), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            rows = list(db.execute("SELECT title, description, topic, text FROM article ORDER BY id"))
        finally:
            db.close()
    except apsw.Error as error:
        raise SetupError(f"The encyclopedia cannot be read: {error}.", hint="Run: research-agent setup") from error
    return [_lead(*row) for row in rows if split is None or split_of(row[0]) == split]


def _lead(title: str, description: str, topic: str, text: str) -> Lead:
    plain = text.replace("\xa0", " ")
    sentences = tuple(plain[start:end] for start, end in sentence_spans(plain))
    return Lead(title, description, topic, plain, sentences)
