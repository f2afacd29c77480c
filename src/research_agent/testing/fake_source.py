"""A source that does what the test says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from research_agent.errors import SourceError
from research_agent.sources.protocol import Found, Tools
from research_agent.types import Document, Topic

__all__ = ["FakeSource"]


class FakeSource:
    """
    Gives `documents` (Documents, or plain texts), or raises `error`, after `delay` seconds; notes every topic.

        FakeSource("notes", ["Macau has 720,000 inhabitants."])
    """

    def __init__(
        self,
        name: str = "fake",
        documents: Iterable[Document | str] = (),
        *,
        problems: Iterable[str] = (),
        error: SourceError | None = None,
        delay: float = 0.0,
        live: bool = True,
    ) -> None:
        self.name = name
        self.title = name.capitalize()
        self.live = live
        self.documents = tuple(
            item if isinstance(item, Document) else _document(name, item, number)
            for number, item in enumerate(documents, 1)
        )
        self.problems = tuple(problems)
        self.error = error
        self.delay = delay
        self.topics: list[Topic] = []

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """What the construction said, whatever the topic."""
        self.topics.append(topic)
        await asyncio.sleep(self.delay)
        if self.error is not None:
            raise self.error
        return Found(self.documents[:limit], self.problems)


def _document(source: str, text: str, number: int) -> Document:
    return Document(
        source=source,
        title=f"{source.capitalize()} {number}",
        url=f"https://{source}.example/{number}",
        text=text,
        retrieved="2026-01-01T00:00:00+00:00",
    )
