"""MediaWiki's API as the wikis among the sources use it: a search whose hits come with their text, and plain text."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from research_agent.errors import BodyError, SourceError
from research_agent.messages import failures, source_failures
from research_agent.text.json_fields import Json, object_of

if TYPE_CHECKING:
    from research_agent.sources.protocol import Tools
    from research_agent.types import Document

__all__ = ["as_plain_text", "pages_in", "search_params"]

MAX_QUERY = 300  # characters; CirrusSearch refuses longer ones
MAX_AGE = 86400  # seconds
MARKUP = re.compile(r"</?(?:p|b|i|span|div|su[bp]|ul|ol|li|dl|h[1-6]|br|math)\b[^<>]*>")
HEADING = re.compile(r"<h([2-6])\b[^<>]*>(.*?)</h\1>", re.DOTALL)
QUERY_KEYS = frozenset({"query", "batchcomplete", "continue", "query-continue"})  # a query result has one of them
PAGE_KEYS = frozenset({"extract", "missing", "invalid"})  # a page in it has one of them


def search_params(text: str, **params: str | int) -> Mapping[str, str | int]:
    """Parameters of `action=query` for a search with the texts of its hits; {} for a text without words."""
    query = " ".join(text.split())[:MAX_QUERY]
    if not query:
        return {}
    return {
        "action": "query",
        "format": "json",
        "formatversion": 2,
        "maxage": MAX_AGE,  # else MediaWiki marks every response as stale at once
        "redirects": 1,
        "generator": "search",
        "gsrsearch": query,
        "prop": "extracts|info|pageprops",
        "inprop": "url",
        "ppprop": "disambiguation",
        **params,
    }


def pages_in(body: Any, base: str) -> list[Json]:
    """
    Pages in a body of `action=query`, format version 1 or 2, best first; none for those that stand for no text.

    Raises `SourceError` for an error in it, `BodyError` when there is no list of pages, or the wiki gives no texts.
    """
    answer = object_of(body)
    if error := answer.get("error"):
        code, info = (
            object_of(error).get("code", "error"),
            object_of(error).get("info", source_failures.NO_EXPLANATION()),
        )
        raise SourceError(source_failures.REFUSED_QUERY(reason=f"{info} ({code})"), hint=failures.WENT_TO(host=base))
    if not answer.keys() & QUERY_KEYS:
        raise BodyError(source_failures.NOT_A_QUERY_RESULT(), hint=source_failures.IS_IT(url=base, what="wiki"))
    pages = _pages(answer.get("query", {}))
    pages.sort(key=lambda page: page["index"] if isinstance(page.get("index"), int) else math.inf)
    return [
        page
        for page in pages
        if not any(flag in page for flag in ("missing", "invalid"))
        and "disambiguation" not in object_of(page.get("pageprops"))
    ]


def _pages(query: Any) -> list[Json]:
    """Pages of a query. Raises `BodyError` when there is no list of them, or the wiki gives no texts."""
    listed = object_of(query).get("pages", [])
    listed = list(listed.values()) if isinstance(listed, dict) else listed
    if not (isinstance(query, dict) or query == []) or not isinstance(listed, list):  # PHP's empty object is []
        raise BodyError(source_failures.WITHOUT_LIST(what="pages"), hint=source_failures.API_CHANGED())
    pages: list[Json] = [page for page in listed if isinstance(page, dict)]
    if listed and not any(page.keys() & PAGE_KEYS for page in pages):
        raise BodyError(source_failures.WITHOUT_TEXT(), hint=source_failures.NEEDS_EXTRACTS())
    return pages


async def as_plain_text(documents: list[Document], tools: Tools) -> list[Document]:
    """
    Documents with their HTML in plain text, headings as lines of wiki text.

    The API's own plain text drops markup with its meaning: 10<sup>6</sup> is 106 there.
    """
    marked = [document for document in documents if MARKUP.search(document.text)]
    if not marked:
        return documents
    texts = await tools.read.plain([HEADING.sub(_as_line, document.text) for document in marked])
    plain = {document.title: text.strip() for document, text in zip(marked, texts, strict=True)}
    documents = [replace(document, text=plain.get(document.title, document.text)) for document in documents]
    return [document for document in documents if document.text]


def _as_line(heading: re.Match[str]) -> str:
    marks = "=" * int(heading[1])
    return f"<p>{marks} {heading[2]} {marks}</p>"
