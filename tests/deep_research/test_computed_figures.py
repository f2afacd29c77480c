"""Computed figures: what is larger, many in order with their plot; nothing where one may be of something else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from research_agent.deep_research.computed_figures import ComputedSaid, compute_figures
from research_agent.deep_research.report_text import compose_text
from research_agent.deep_research.step_plan import plan_question
from research_agent.memory import LedgerEntry
from research_agent.sandbox import Sandbox, open_sandbox
from research_agent.types import Document
from research_agent_devtools.harness.deep_world import document

pytestmark = pytest.mark.anyio

MANY = "Compare Arvel, Brone and Cinth: population, area"
TEXTS = (
    document("Arvel", "The population of Arvel is 4,100 people."),
    document("Brone", "The population of Brone is 5,200 people."),
    document("Cinth", "The population of Cinth is 900 people."),
)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox | None]:
    async with open_sandbox() as opened:
        if opened is None:
            pytest.skip("no sandbox here")
        yield opened


async def computed(question: str, sandbox: Sandbox | None, *documents: Document) -> list[ComputedSaid]:
    _, steps = plan_question(question)
    asked = [replace(step, asked=step.text) for step in steps]
    ledger = [
        LedgerEntry(step=step.id, document=one.id, start=0, end=len(one.text), score=2.0, witness=one.id)
        for step, one in zip(asked, documents, strict=False)
    ]
    return await compute_figures(question, asked, ledger, {one.id: one for one in documents}, sandbox)


async def test_comparable_figures_are_ordered_and_drawn_each_point_cited(sandbox: Sandbox) -> None:
    (one,) = await computed(MANY, sandbox, *TEXTS)
    assert "Brone (5,200 people), Arvel (4,100 people) and Cinth (900 people)" in one.said.text
    assert one.computation.plot
    points = one.computation.plot.points
    assert [(point.label, point.value, point.document) for point in points] == [
        ("Arvel", 4100.0, TEXTS[0].id), ("Brone", 5200.0, TEXTS[1].id), ("Cinth", 900.0, TEXTS[2].id),
    ]  # fmt: skip
    report = compose_text([], [], {}, answer_first=False, computed=[one])
    assert {cited.by for cited in report.citations} == {"computed"}
    assert [report.text[slice(*made.sentence)] for made in report.computed] == [one.said.text]


async def test_which_is_longer_is_told(sandbox: Sandbox) -> None:
    texts = document("Lumen", "The Lumen is 412 km long."), document("Isen", "The Isen is 380 km long.")
    (one,) = await computed("Which is longer, the Lumen or the Isen?", sandbox, *texts)
    assert one.said.text.startswith("Lumen (412 km) is longer than")


async def test_a_figure_of_something_else_is_not_reckoned_with(sandbox: Sandbox) -> None:
    texts = document("Lumen", "The Lumen is 412 km long."), document("Isen", "The Arn, which joins it, is 380 km long.")
    assert await computed("Which is longer, the Lumen or the Isen?", sandbox, *texts) == []


async def test_without_a_sandbox_or_enough_figures_nothing_is_computed(sandbox: Sandbox) -> None:
    assert await computed(MANY, None, *TEXTS) == []
    assert await computed(MANY, sandbox, *TEXTS[:2]) == []
