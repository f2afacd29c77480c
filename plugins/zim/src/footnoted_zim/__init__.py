"""ZIM files for research-agent: each article with its path and title, without redirects, pictures and metadata."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from libzim.reader import Archive, Entry, set_cluster_cache_max_size

from research_agent.documents.archives import Article

__all__ = ["ZimArchive"]

PAGES = ("text/html", "application/xhtml+xml")
CACHE = 64 * 1024 * 1024  # bytes of unpacked clusters that are kept
LARGEST = 50_000_000  # bytes of an article


class ZimArchive:
    """
    An `ArticleArchive` of a ZIM file; entries are numbered in the order of their paths.

    Raises `RuntimeError` for a file that is none or is damaged.
    """

    def __init__(self, path: str) -> None:
        set_cluster_cache_max_size(CACHE)
        self._archive = Archive(Path(path))
        self.identity = f"{self._archive.uuid}:{self._archive.checksum or ''}"
        self.entries = int(self._archive.all_entry_count)

    def articles(self, first: int, count: int) -> Iterator[Article]:
        """Articles among `count` entries from number `first` on."""
        for number in range(first, min(first + count, self.entries)):
            entry = self._archive._get_entry_by_id(number)
            if not entry.is_redirect and _is_page(entry):
                item = entry.get_item()
                path = entry.path if self._archive.has_new_namespace_scheme else entry.path.partition("/")[2]
                yield Article(path=path, title=entry.title, body=bytes(item.content), name="article.html")


def _is_page(entry: Entry) -> bool:
    item = entry.get_item()
    return item.mimetype.partition(";")[0].strip().lower() in PAGES and 0 < item.size <= LARGEST
