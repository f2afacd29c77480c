"""Never run, only type-checked: what the public API promises to a type checker."""

from __future__ import annotations

from typing import assert_type

from research_agent import Answer, Found, Source, SourceSettings, Tools, Topic, load_settings, open_runtime, research
from research_agent.events import Event


class Notes:
    """A stranger's source."""

    name = "notes"
    title = "Notes"
    live = False

    def __init__(self, settings: SourceSettings) -> None:
        self.settings = settings

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        return Found([])


async def use() -> None:
    seen: list[Event] = []
    notes: Source = Notes(SourceSettings())
    answer = await research("What is a quasar?", sources=[notes], on_event=seen.append)
    assert_type(answer, Answer)
    assert_type(answer.text, str)
    assert_type(answer.citations[0].quote, str)
    async with open_runtime(load_settings(offline=True)) as runtime:
        assert_type(await research("Why?", runtime=runtime, session="s"), Answer)
