"""Question sets and claims from JSONL files. What cannot be used is named with its line; nothing is skipped."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from research_agent.errors import UsageError
from research_agent.files import EncodingError, decode_text
from research_agent_devtools.evals.row_fields import (
    Fields,
    UnfitError,
    field_of,
    is_grade,
    items_of,
    kind_of,
    text_of,
    texts_of,
)

__all__ = [
    "Article",
    "Attack",
    "Claim",
    "Everyday",
    "Question",
    "WebQuestion",
    "claims_of",
    "has_titles",
    "read_articles_asked",
    "read_attacks",
    "read_claims",
    "read_everyday",
    "read_questions",
    "read_web_questions",
    "sample",
]

HINT = "A row is one JSON object on a line; its fields: research-agent eval --help"
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """
    A question with the titles that answer it.

    `grades` are gains by title, 1 each where the row has none. `answer` is whatever JSON the row gives, None when it
    has none. `source` names the question set.
    """

    question: str
    titles: tuple[str, ...]
    grades: Mapping[str, float]
    answer: Any = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """
    A claim, what is to support it, a label. Rows of one `id` are one claim against several pieces of evidence.

    WiCE gives `evidence`, sentences of one document; sentences of drafts have `passages`, (title, text) of a document
    each. The other of the two is empty.
    """

    id: str
    claim: str
    label: str
    evidence: tuple[str, ...] = ()
    passages: tuple[tuple[str, str], ...] = ()
    row: Fields

    @property
    def true(self) -> bool | None:
        """
        Whether the label says that the evidence supports the claim; None for one that counts in neither class.

        With passages a claim is true when it is labelled supported, false when unsupported; partial, irrelevant and
        all else are neither. With WiCE's evidence, whose classes are two, all that is not supported is false.
        """
        if self.passages and self.label not in {"supported", "unsupported"}:
            return None
        return self.label == "supported"


@dataclass(frozen=True, slots=True)
class Everyday:
    """A question with a pattern that an answer must hold; None when nothing that is searched answers it."""

    question: str
    answer: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class WebQuestion(Everyday):
    """One whose answer stands on `pages` (host and path), and the days and sites that the user keeps to, if any."""

    pages: tuple[str, ...] = ()
    since: str = ""
    sites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """A question, an article in sentences, and the positions of those that answer."""

    question: str
    title: str
    sentences: tuple[str, ...]
    gold: frozenset[int]


@dataclass(frozen=True, slots=True)
class Attack:
    """An injection text, or one that only looks like it."""

    text: str
    benign: bool = False


def read_questions(path: Path) -> list[Question]:
    """Rows with `question`, `titles` and, if there are, `grades`, `answer`, `source`. Raises `UsageError`."""
    return _read(path, _question)


def has_titles(path: Path) -> bool:
    """Whether the rows of a file of questions have titles, by the first. Raises `UsageError`."""
    return "titles" in _read(path, dict)[0]


def read_everyday(path: Path) -> list[Everyday]:
    """Rows with `question` and `answer`, a regular expression or null. Raises `UsageError`."""
    return _read(path, _everyday)


def read_web_questions(path: Path) -> list[WebQuestion]:
    """Rows with `question`, `answer`, `pages` and, if there are, `since` and `sites`. Raises `UsageError`."""
    return _read(path, _web_question)


def read_articles_asked(path: Path) -> list[Article]:
    """Rows with `question`, `sentences`, `gold` (positions) and, if there is, `title`. Raises `UsageError`."""
    return _read(path, _article)


def read_claims(path: Path) -> list[Claim]:
    """
    Rows with `claim`, `label` and either `passages` (title, text) and `id`, or `evidence` and `meta.id`.

    Raises `UsageError`.
    """
    return _read(path, _claim)


def claims_of(rows: Sequence[Fields]) -> list[Claim]:
    """The claims of rows that are already read; raises `UsageError` as `read_claims` does."""
    claims = []
    for number, row in enumerate(rows, 1):
        try:
            claims.append(_claim(row))
        except UnfitError as unfit:
            raise UsageError(f"Row {number} {unfit}.", hint=HINT) from unfit
    return claims


def read_attacks(path: Path) -> list[Attack]:
    """Rows with `text` and, if there is, `label`. Raises `UsageError`."""
    return _read(path, lambda row: Attack(text_of(row, "text"), row.get("label") == "benign"))


def sample(rows: Sequence[Row], limit: int | None, seed: int) -> list[Row]:
    """`limit` of the rows, drawn with the seed and kept in order; all of them for None."""
    if limit is None or limit >= len(rows):
        return list(rows)
    return [rows[at] for at in sorted(random.Random(seed).sample(range(len(rows)), limit))]  # noqa: S311 - no secret


def _read(path: Path, parse: Callable[[Fields], Row]) -> list[Row]:
    try:
        lines = decode_text(path.read_bytes()).split("\n")
    except OSError as error:
        raise UsageError(
            f"The data file {str(path)!r} cannot be read: {error.strerror}.", hint="Give --data a JSONL file."
        ) from error
    except EncodingError as error:
        raise UsageError(f"The data file {str(path)!r} {error}.", hint="Save it as UTF-8.") from error
    rows = [_parse(path, number, line, parse) for number, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        raise UsageError(f"The data file {str(path)!r} has no rows.", hint=HINT)
    return rows


def _parse(path: Path, number: int, line: str, parse: Callable[[Fields], Row]) -> Row:
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise UnfitError("is not a JSON object")
        return parse(row)
    except json.JSONDecodeError as error:
        reason = f"is not JSON: {error.msg} at column {error.colno}"
    except RecursionError:
        reason = "is nested too deep"
    except UnfitError as unfit:
        reason = str(unfit)
    raise UsageError(f"Line {number} of {str(path)!r} {reason}.", hint=HINT)


def _question(row: Fields) -> Question:
    titles = texts_of(row, "titles")
    grades = row.get("grades")
    if grades is None:
        grades = dict.fromkeys(titles, 1.0)
    elif not isinstance(grades, dict) or not all(is_grade(grade) for grade in grades.values()):
        raise UnfitError("has `grades` that are not numbers from 0 by title")
    elif not any(grades.values()):
        raise UnfitError("has `grades` of which none is above 0")
    source = row.get("source")
    if source is not None and not isinstance(source, str):
        raise UnfitError(f"has a `source` that is {kind_of(source)}, not a text")
    return Question(
        question=text_of(row, "question"), titles=titles, grades=grades, answer=row.get("answer"), source=source or ""
    )


def _everyday(row: Fields) -> Everyday:
    pattern = field_of(row, "answer")
    if pattern is not None and not isinstance(pattern, str):
        raise UnfitError(f"has an `answer` that is {kind_of(pattern)}, not a regular expression or null")
    try:
        return Everyday(text_of(row, "question"), None if pattern is None else re.compile(pattern))
    except re.error as error:
        raise UnfitError(f"has an `answer` that is no regular expression: {error}") from error


def _web_question(row: Fields) -> WebQuestion:
    asked = _everyday(row)
    pages = texts_of(row, "pages") if asked.answer is not None else ()
    since, sites = row.get("since", ""), texts_of(row, "sites") if "sites" in row else ()
    return WebQuestion(asked.question, asked.answer, pages=pages, since=since, sites=sites)


def _article(row: Fields) -> Article:
    sentences = texts_of(row, "sentences")
    gold = frozenset(items_of(row, "gold"))
    if not all(isinstance(at, int) and 0 <= at < len(sentences) for at in gold):
        raise UnfitError("has `gold` that are not positions in `sentences`")
    title = row.get("title") or ""
    if not isinstance(title, str):
        raise UnfitError(f"has a `title` that is {kind_of(title)}, not a text")
    return Article(text_of(row, "question"), title, sentences, gold)


def _claim(row: Fields) -> Claim:
    if "passages" in row:
        passages = tuple(map(_passage, items_of(row, "passages")))
        return Claim(
            id=text_of(row, "id"), claim=text_of(row, "claim"), label=text_of(row, "label"), passages=passages, row=row
        )
    meta = field_of(row, "meta")
    if not isinstance(meta, dict):
        raise UnfitError(f"has a `meta` that is {kind_of(meta)}, not an object")
    return Claim(
        id=text_of(meta, "id", "meta.id"),
        claim=text_of(row, "claim"),
        evidence=texts_of(row, "evidence"),
        label=text_of(row, "label"),
        row=row,
    )


def _passage(passage: Any) -> tuple[str, str]:
    if not isinstance(passage, dict):
        raise UnfitError(f"has a passage that is {kind_of(passage)}, not an object")
    title = passage.get("title") or ""
    if not isinstance(title, str):
        raise UnfitError(f"has a passage with a `title` that is {kind_of(title)}, not a text")
    return title, text_of(passage, "text", "passages.text")
