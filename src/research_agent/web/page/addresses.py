"""Addresses of the page."""

from __future__ import annotations

from urllib.parse import urlencode

from research_agent.types import Answer
from research_agent.web.page.source_panel import quote_id

__all__ = ["page_url", "source_url"]


def page_url(path: str, **query: str | int) -> str:
    """A URL of the page with a query."""
    return f"{path}?{urlencode(query, errors='replace')}" if query else path


def source_url(answer: Answer, number: int, document: str, start: int, end: int) -> str:
    """The URL of a document's page, at the quote with these offsets."""
    url = page_url("/source", id=answer.session, turn=answer.turn, n=number, document=document)
    return f"{url}#{quote_id(start, end)}"
