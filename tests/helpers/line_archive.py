"""Archive of articles for tests: a text file, an entry a line; opened by its class in the locked process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from research_agent.documents.archives import Article

SECRET = "secret"  # an entry that reads another file
CRASH = "crash"  # one that ends its process


class LineArchive:
    """A line is "path|title|text", an entry without an article is empty; the first line is the identity."""

    def __init__(self, path: str) -> None:
        self.identity, *self._lines = Path(path).read_text("utf-8").splitlines()
        self._folder = Path(path).parent
        self.entries = len(self._lines)
        if not self.identity:
            raise ValueError("it has no identity")

    def articles(self, first: int, count: int) -> Iterator[Article]:
        for line in self._lines[first : first + count]:
            if line:
                path, title, text = line.split("|")
                if text == CRASH:
                    os.abort()
                if text == SECRET:
                    text = (self._folder / SECRET).read_text()
                yield Article(path, title, text.encode(), "article.html")
