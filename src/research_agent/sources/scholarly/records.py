"""Records of scholarly services, read leniently: an odd field is an empty one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from research_agent.errors import BodyError, SourceError
from research_agent.messages import source_failures
from research_agent.text.json_fields import Json, int_of, object_of, text_of
from research_agent.types import Document

__all__ = ["LANGUAGES", "iso_date", "papers_in", "refuse", "require_papers", "web_url"]

LANGUAGES = {"eng": "en", "fre": "fr", "ger": "de", "spa": "es", "ita": "it", "por": "pt", "rus": "ru", "chi": "zh",
             "jpn": "ja"}  # fmt: skip


def refuse(*explanations: Any) -> None:
    """Raise `SourceError` with the first text among the explanations: the service refused the query."""
    if explanation := next(filter(None, map(text_of, explanations)), ""):
        raise SourceError(source_failures.REFUSED_QUERY(reason=explanation))


def papers_in(
    records: Any, parse: Callable[[Json], Document | None], *, what: str, list_of: str = ""
) -> list[Document]:
    """Papers in a JSON list of records. Raises `BodyError` when it is no list, or holds something else."""
    if not isinstance(records, list):
        raise BodyError(source_failures.WITHOUT_LIST(what=list_of or what), hint=source_failures.API_CHANGED())
    return require_papers((parse(object_of(record)) for record in records), records, what=what)


def require_papers(papers: Iterable[Document | None], listed: Sequence[Any], *, what: str) -> list[Document]:
    """Papers without the None. Raises `BodyError` when there are none although the service `listed` something."""
    records = [paper for paper in papers if paper is not None]
    if listed and not records:
        raise BodyError(source_failures.LIST_OF_OTHERS(what=what), hint=source_failures.API_CHANGED())
    return records


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
