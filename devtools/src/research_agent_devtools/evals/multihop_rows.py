"""Rows of MuSiQue, HotpotQA and 2WikiMultihopQA as their authors publish them, pooled: JSON or JSONL, and corpora."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from research_agent.errors import UsageError
from research_agent.files import EncodingError, decode_text
from research_agent_devtools.evals.rows import sample

__all__ = ["Pool", "PooledQuestion", "read_pool"]

HINT = "Rows of MuSiQue have question and paragraphs, those of HotpotQA and 2Wiki question, context, supporting_facts."
NOT_SAID = re.compile(r"\W+")
Paragraph = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PooledQuestion:
    """Question with the positions of its gold passages in the pool."""

    text: str
    gold: frozenset[int]


@dataclass(frozen=True, slots=True)
class Pool:
    """Passages, (title, text), of a file and its corpus; its questions; how many without paragraphs it leaves out."""

    passages: tuple[Paragraph, ...]
    questions: tuple[PooledQuestion, ...]
    left_out: int = 0


def read_pool(path: Path, corpus: Path | None = None, limit: int | None = None, seed: int = 1) -> Pool:
    """
    Pool a file's paragraphs, each text once, and those of a corpus.

    `limit` is a sample of the questions: the pool is always whole. Raises `UsageError` for what cannot be used.
    """
    places: dict[tuple[str, str], int] = {}
    passages: list[Paragraph] = []

    def place_of(paragraph: Paragraph) -> int:
        title, text = paragraph
        key = (title, NOT_SAID.sub("", text).casefold())
        if key not in places:
            places[key] = len(passages)
            passages.append(paragraph)
        return places[key]

    questions, left_out = [], 0
    for row, fields in _rows(path):
        try:
            placed = [(place_of(paragraph), is_gold) for paragraph, is_gold in _paragraphs(fields)]
            gold = frozenset(place for place, is_gold in placed if is_gold)
            if gold:
                questions.append(PooledQuestion(str(fields["question"]), gold))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UsageError(f"Row {row} of {path} is no such question: {error!r}.", hint=HINT) from error
        left_out += not gold
    if not questions:
        raise UsageError(f"{path} has no question with paragraphs.", hint=HINT)
    for paragraph in _corpus(corpus) if corpus is not None else ():
        place_of(paragraph)
    return Pool(tuple(passages), tuple(sample(questions, limit, seed)), left_out)


def _paragraphs(fields: dict[str, Any]) -> Iterator[tuple[Paragraph, bool]]:
    """The paragraphs of a row, each with whether the answer needs it."""
    if "paragraphs" in fields:
        for item in fields["paragraphs"]:
            yield (item["title"], item["paragraph_text"].strip()), bool(item["is_supporting"])
        return
    titles = {title for title, _ in fields["supporting_facts"]}
    for title, sentences in fields.get("context") or ():
        yield (title, _joined(sentences)), title in titles


def _corpus(path: Path) -> Iterator[Paragraph]:
    """The paragraphs of a corpus: objects with title and text, or titles with their sentences."""
    try:
        found = json.loads(_text(path))
        pairs: Iterable[Any] = (
            found.items() if isinstance(found, dict) else ((item["title"], item["text"]) for item in found)
        )
        for title, sentences in pairs:
            yield title, _joined(sentences)
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path} is no corpus: {error!r}.", hint="A corpus is a JSON list of objects with title and text."
        ) from error


def _joined(sentences: Any) -> str:
    """Text of a paragraph that is given as such, or as sentences with or without the spaces between them."""
    if isinstance(sentences, str):
        return sentences.strip()
    return " ".join(sentence.strip() for sentence in sentences)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a JSON list, or of JSON lines, numbered from 1."""
    text = _text(path)
    try:
        listed = text.lstrip().startswith("[")
        rows = json.loads(text) if listed else map(json.loads, filter(str.strip, text.split("\n")))
        yield from enumerate(rows, 1)
    except ValueError as error:
        raise UsageError(f"{path} is neither JSON nor JSON lines: {error}.", hint=HINT) from error


def _text(path: Path) -> str:
    try:
        return decode_text(path.read_bytes())
    except (OSError, EncodingError) as error:
        raise UsageError(f"The file {str(path)!r} cannot be read: {error}.", hint=HINT) from error
