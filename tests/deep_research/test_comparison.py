"""The table of a comparison: cells are words of the sentences that they cite."""

from __future__ import annotations

from dataclasses import replace

import pytest

from research_agent.deep_research.comparison import compare_sides
from research_agent.deep_research.report_text import ReportText
from research_agent.deep_research.step_plan import plan_question
from research_agent.memory import LedgerEntry
from research_agent.memory.verification.verify import StoredDocument, TurnRecord, check
from research_agent.types import Document
from research_agent_devtools.harness.deep_world import document

pytestmark = pytest.mark.anyio

TEXTS = (
    "The population of Arvel is 4,100 people.",
    "The population of Brone is 5,200 people.",
    "The area of Arvel is 77 km2.",
    "Brone is green.",
)


def world(texts: tuple[str, ...] = TEXTS) -> tuple[list[LedgerEntry], dict[str, Document]]:
    documents = [document(f"T{at}", text) for at, text in enumerate(texts)]
    ledger = [
        LedgerEntry(step=at, document=one.id, start=0, end=len(one.text), score=2.0, witness=one.id)
        for at, one in enumerate(documents, 1)
    ]
    return ledger, {one.id: one for one in documents}


async def test_each_cell_is_the_figure_behind_its_aspect_with_its_mark_and_is_verified() -> None:
    _, steps = plan_question("Compare Arvel and Brone: population, area")
    ledger, documents = world()
    table = await compare_sides(ledger, documents, [replace(step, asked=step.text) for step in steps], None)
    assert table
    report = ReportText()
    report.table(table.head, table.rows)
    assert report.text.splitlines() == [
        "|  | Arvel | Brone |",
        "| --- | --- | --- |",
        "| Population | 4,100 people [1] | 5,200 people [2] |",
        "| Area | 77 km2 [3] |  |",
    ]
    stored = tuple(
        StoredDocument(id=one.id, text=one.text, source=one.source, title=one.title, url=one.url)
        for one in documents.values()
    )
    record = TurnRecord(
        turn=1, question="?", text=report.text, status="complete", citations=tuple(report.citations), unsupported=(),
        documents=stored,
    )  # fmt: skip
    assert check(record).holds
    forged = replace(record, text=report.text.replace("|  |\n", "| 99 km2 |\n") + "\n| Age | 12 years |  |")
    assert not check(forged).holds, "a figure that nothing cites is no head of a table"


async def test_the_place_in_an_order_is_no_figure_of_a_thing() -> None:
    _, steps = plan_question("Compare Arvel and Brone: population, area")
    ledger, documents = world(("The population of Arvel is the 15th of all.", *TEXTS[1:]))
    table = await compare_sides(ledger, documents, [replace(step, asked=step.text) for step in steps], None)
    cells = [cell.text for _, row in table.rows for cell in row if cell] if table else []
    assert cells == [] or "15th" not in " ".join(cells)


async def test_without_enough_values_there_is_no_table() -> None:
    _, steps = plan_question("Compare Arvel and Brone: population, area")
    ledger, documents = world(("Arvel is old.", "Brone is old.", "The area of Arvel is 77 km2.", "Brone is green."))
    assert await compare_sides(ledger, documents, [replace(step, asked=step.text) for step in steps], None) is None


async def test_of_few_values_those_stand_that_compare_two_sides() -> None:
    _, steps = plan_question("Compare Arvel and Brone: population, area, history, fauna, climate")
    ledger, documents = world((*TEXTS[:2], "The area of Arvel is 77 km2.", *(f"It is {at}." for at in "abcdefg")))
    table = await compare_sides(ledger, documents, [replace(step, asked=step.text) for step in steps], None)
    assert table
    assert [label for label, _ in table.rows] == ["Population"]


async def test_words_that_would_break_the_table_are_no_cell() -> None:
    _, steps = plan_question("Compare Arvel and Bro|ne: population, area")
    ledger, documents = world()
    assert await compare_sides(ledger, documents, [replace(step, asked=step.text) for step in steps], None) is None
