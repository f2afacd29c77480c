"""A world whose one page changes, fails or hangs as a test wants it, behind a turn without models or processes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from research_agent.engine import Engine, OpenEngine
from research_agent.events import EventHook
from research_agent.memory import Memory, open_memory
from research_agent.runtime import Runtime
from research_agent.settings import Settings
from research_agent.sources.protocol import Tools
from research_agent.testing import FakeSource
from research_agent.text.answer_forms import candidate_spans
from research_agent.text.timestamps import iso_now
from research_agent.types import Answer, Citation, Document, History, SourceReport

__all__ = ["QUESTION", "WatchedWorld"]

QUESTION = "How long is the Lumen?"


class _Client:
    """The part of the HTTP client that an asking uses."""

    def afresh(self) -> _Client:
        return self


@dataclass
class WatchedWorld:
    """`says` are the sentences of its page; `fails` the reason of a failure; `during` is awaited while it is asked."""

    says: Sequence[str] = ("The Lumen is 412 kilometres long.",)
    fails: str = ""
    also: Sequence[SourceReport] = ()
    during: Callable[[], Awaitable[Any]] | None = None
    asked: list[tuple[str, list[str]]] = field(default_factory=list)
    histories: list[History] = field(default_factory=list)

    def engine(self, *names: str) -> Engine:
        """Function that answers from the page, and one that opens a runtime with sources of these names."""
        sources = [FakeSource(name) for name in (names or ("notes",))]

        @asynccontextmanager
        async def opened(settings: Settings, *, memory: Memory | None = None) -> AsyncIterator[Runtime]:
            async with AsyncExitStack() as stack:
                own = None if memory is not None else await stack.enter_async_context(open_memory(settings.store))
                store = memory if memory is not None else own
                assert store is not None
                tools = Tools(cast("Any", _Client()))
                yield Runtime(settings=settings, sources=sources, tools=tools, memory=store)

        return Engine(self._research, opened)

    @asynccontextmanager
    async def open(self, settings: Settings, *names: str) -> AsyncIterator[OpenEngine]:
        """The engine with its runtime open."""
        engine = self.engine(*names)
        async with engine.open_runtime(settings) as runtime:
            yield OpenEngine(engine.research, runtime)

    async def _research(
        self,
        question: str,
        *,
        session: str | None,
        runtime: Runtime,
        on_event: EventHook | None,
        **more: Any,
    ) -> Answer:
        self.asked.append((question, [source.name for source in runtime.sources]))
        assert session is not None
        self.histories.append(await runtime.memory.recall(session))
        if self.during is not None:
            await self.during()
        answer = self._answer(question, session)
        await runtime.memory.remember(answer)
        return answer

    def _answer(self, question: str, session: str) -> Answer:
        page = Document(
            source="notes", title="Lumen", url="https://notes.example/lumen", text=" ".join(self.says),
            retrieved=iso_now(),
        )  # fmt: skip
        text, citations = "", []
        for said in () if self.fails else self.says:
            start = page.text.index(said)
            citations.append(
                Citation(
                    n=1, sentence=(len(text), len(text) + len(said)), document=page.id, title=page.title, url=page.url,
                    source="notes", quote=said, start=start, end=start + len(said), score=1.0,
                )
            )  # fmt: skip
            text += f"{said} [1] "
        spans = [*candidate_spans(question, self.says[0])] if citations else []
        failed = SourceReport(name="notes", status="failed", documents=0, ms=8, reason=self.fails)
        heard = SourceReport(name="notes", status="ok" if citations else "empty", documents=len(citations), ms=8)
        return Answer(
            session=session, turn=0, question=question, text=text.strip(), answer_from="floor",
            status="complete" if citations else "none", citations=tuple(citations), documents=(page,) * bool(citations),
            sources=(failed if self.fails else heard, *self.also), answer_span=spans[0] if spans else None,
        )  # fmt: skip
