"""The cache of documents that searches returned."""

from __future__ import annotations

from research_agent.mcp.document_cache import DocumentCache
from research_agent.types import Document


def document(text: str) -> Document:
    return Document(source="s", title=text[:9], url="u", text=text, retrieved="2026-01-01T00:00:00+00:00")


def test_the_least_recently_used_documents_are_evicted() -> None:
    cache = DocumentCache(max_documents=3, max_characters=100)
    a, b, c, d = (document(letter * 20) for letter in "abcd")
    cache.put([a, b, c])
    assert cache.get(a.id) is a
    cache.put([d])
    assert [cache.get(one.id) for one in (a, b, c, d)] == [a, None, c, d]
    long = document("e" * 1000)
    cache.put([long])
    assert [cache.get(one.id) for one in (a, c, d, long)] == [None, None, None, long]
    cache.put([a, a, a])
    assert [cache.get(one.id) for one in (a, long)] == [a, None]
