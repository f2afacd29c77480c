"""Records of scholarly services (papers), read leniently (an odd field is empty), and the documents made of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from research_agent.errors import BodyError, SourceError
from research_agent.text.json_fields import Json, int_of, object_of, text_of
from research_agent.text.timestamps import iso_now
from research_agent.types import Document

__all__ = ["LANGUAGES", "Paper", "best_documents", "iso_date", "papers_in", "refuse", "require_papers", "web_url"]

LANGUAGES = {"eng": "en", "fre": "fr", "ger": "de", "spa": "es", "ita": "it", "por": "pt", "rus": "ru", "chi": "zh",
             "jpn": "ja"}  # fmt: skip
DATE = re.compile(r"\d{4}(?:-\d\d){0,2}(?:T\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?")
MAX_AUTHORS = 10  # named in a document


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """
    Record of one paper. `text` is its abstract or full text, "" when the service gave none; `service` names the service
    in the attribution.

    `markup` says that title and text are always HTML or JATS; else only what is plainly a tag counts as one.
    """

    source: str
    service: str
    title: str
    text: str
    url: str
    ids: Mapping[str, str]
    authors: Sequence[str] = ()
    published: str = ""
    revision: str = ""
    language: str = ""
    licence: str = ""
    details: Mapping[str, str | int | float] = field(default_factory=dict)
    markup: bool = False

    def document(self) -> Document:
        """Document of the paper. Without text it only lends its identifiers to the same paper of other services."""
        names = [name for name in (" ".join(author.replace(",", " ").split()) for author in self.authors) if name]
        first = names[0] + (" et al." if len(names) > 1 else "") if names else ""
        return Document(
            source=self.source,
            title=self.title,
            url=self.url,
            text=self.text,
            retrieved=iso_now(),
            published=self.published if DATE.fullmatch(self.published) else None,
            author=", ".join(names[:MAX_AUTHORS]) + (" et al." if len(names) > MAX_AUTHORS else "") or None,
            revision=self.revision or None,
            language=self.language if LANGUAGE.fullmatch(self.language) else None,
            licence=self.licence or None,
            attribution=", ".join(filter(None, (first, self.service))),
            details={**self.ids, **self.details},
        )


def refuse(*explanations: Any) -> None:
    """Raise `SourceError` with the first text among the explanations: the service refused the query."""
    if explanation := next(filter(None, map(text_of, explanations)), ""):
        raise SourceError(f"refused the query: {explanation}")


def papers_in(records: Any, parse: Callable[[Json], Paper | None], *, what: str, list_of: str = "") -> list[Paper]:
    """Papers in a JSON list of records. Raises `BodyError` when it is no list, or holds something else."""
    if not isinstance(records, list):
        raise BodyError(f"answered without a list of {list_of or what}", hint="Its API may have changed.")
    return require_papers((parse(object_of(record)) for record in records), records, what=what)


def require_papers(papers: Iterable[Paper | None], listed: Sequence[Any], *, what: str) -> list[Paper]:
    """Papers without the None. Raises `BodyError` when there are none although the service `listed` something."""
    records = [paper for paper in papers if paper is not None]
    if listed and not records:
        raise BodyError(f"answered with a list that holds no {what}", hint="Its API may have changed.")
    return records


def best_documents(papers: Sequence[Paper], limit: int) -> list[Document]:
    """Documents of the first `limit` papers with text, then of all without."""
    with_text = [paper for paper in papers if paper.text][:limit]
    return [paper.document() for paper in (*with_text, *(paper for paper in papers if not paper.text))]


def iso_date(year: Any, month: Any = None, day: Any = None) -> str:
    """ISO date, as far as its parts are valid: "2026", "2026-03", "2026-03-06"; "" without a year."""
    parts = [_date_part(year, 1000, 2999), _date_part(month, 1, 12), _date_part(day, 1, 31)]
    known = parts[: parts.index(0)] if 0 in parts else parts
    return "-".join(f"{part:02d}" for part in known)


def _date_part(value: Any, low: int, high: int) -> int:
    number = int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,4}", value) else int_of(value)
    return number if number is not None and low <= number <= high else 0


def web_url(value: Any) -> str:
    """URL, http or https; "" for any other value."""
    url = text_of(value)
    return url if re.match(r"https?://[^\s<>\"]+$", url) else ""
