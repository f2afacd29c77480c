"""A small world for deep research: a local source that finds texts by their words, and a runtime without models."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from research_agent.concurrency import task_group
from research_agent.encoders.question_kinds import load_kinds
from research_agent.memory import Memory
from research_agent.runtime import Runtime
from research_agent.settings import load_settings
from research_agent.sources.protocol import Found, Source, Tools
from research_agent.text.tokens import content_stems
from research_agent.types import Document, Topic

if TYPE_CHECKING:
    from research_agent.llm import Chat

__all__ = ["PLANETS", "WordSource", "document", "tiny_runtime"]


def document(title: str, text: str, *, source: str = "shelf") -> Document:
    """A text of the shelf."""
    url = f"https://{source}.example/{title.replace(' ', '_')}"
    return Document(source=source, title=title, url=url, text=text, retrieved="2026-01-01T00:00:00+00:00")


PLANETS = (
    document("Arvel", "The diameter of Arvel is 6,100 km. The atmosphere of Arvel is thin. Arvel has two moons."),
    document("Brone", "The diameter of Brone is 9,400 km. The atmosphere of Brone is mostly nitrogen."),
    document("Planets of Sorrel", "The planets of Sorrel are Arvel, Brone and Cinth. They were found in 1998."),
    document("Cinth", "The diameter of Cinth is 2,050 km. Nobody has seen the atmosphere of Cinth."),
    document("Lantern", "The author of Lantern is Mira Vant. Lantern was printed in 1954."),
    document("Mira Vant", "Mira Vant was born in Ostrel in 1921. Mira Vant wrote nine novels."),
)


class WordSource:
    """Gives the texts that share most words with the topic; `asked` notes each question with its topic."""

    live = False

    def __init__(self, documents: Sequence[Document] = PLANETS, name: str = "shelf") -> None:
        self.name, self.title, self.documents = name, name.capitalize(), tuple(documents)
        self.asked: list[tuple[str, str]] = []

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Up to `limit` documents, the likest first."""
        self.asked.append((topic.question, topic.text))
        wanted = set(content_stems(topic.text))
        shared = [(len(wanted & set(content_stems(f"{one.title} {one.text}"))), one) for one in self.documents]
        return Found([one for count, one in sorted(shared, key=lambda item: -item[0]) if count][:limit])


@asynccontextmanager
async def tiny_runtime(
    memory: Memory, sources: Sequence[Source], home: Path, *, chat: Chat | None = None
) -> AsyncIterator[Runtime]:
    """A runtime of these parts alone: no process is started, nothing loads."""
    no_client: Any = None
    await asyncio.to_thread(load_kinds)
    async with task_group() as group:
        runtime = Runtime(
            settings=load_settings(home=str(home), offline=True),
            sources=sources,
            tools=Tools(no_client),
            memory=memory,
            chat=chat,
        )
        runtime._background = group
        yield runtime
