"""The floor: its first sentence is told while the others are still checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from helpers.scripted_verdicts import script
from research_agent.events import Event, SentenceChecked
from research_agent.grounding import Judgement
from research_agent.pipeline import research
from research_agent.runtime import open_runtime
from research_agent.settings import load_settings
from research_agent.stages import cite
from research_agent.testing import FakeChat, FakeSource
from research_agent.types import Evidence

pytestmark = pytest.mark.anyio

SAID = (
    "The Lumen is a river in Arvel.",
    "The Lumen is 412 kilometres long.",
    "The Lumen does not freeze in winter.",
    "The river Lumen carries sand.",
)
QUESTION = "How long is the river Lumen and does the Lumen freeze?"


async def test_the_first_sentence_of_the_floor_is_told_before_the_others_are_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The twin that checks all of them first shows nothing meanwhile; the one that tells all at the end, it twice."""
    order: list[str | list[str]] = []
    judge = script({sentence: ("supported", sentence) for sentence in SAID})

    async def noting(sentences: Sequence[str], evidence: Sequence[Evidence], **options: Any) -> list[Judgement]:
        order.append(list(sentences))
        return await judge(sentences, evidence, **options)

    def hear(event: Event) -> None:
        if isinstance(event, SentenceChecked):
            order.append(event.sentence)

    monkeypatch.setattr(cite, "judge", noting)
    sources = [FakeSource("notes", [" ".join(SAID)])]
    async with open_runtime(load_settings(), sources=sources, chat=FakeChat(replies=("Lumen", ""))) as runtime:
        answer = await research(QUESTION, runtime=runtime, on_event=hear)
    told = [one for one in order if isinstance(one, str)]
    assert answer.text == " ".join(f"{sentence} [1]" for sentence in told)
    assert len(told) >= 3
    assert order[:2] == [[told[0]], told[0]]
