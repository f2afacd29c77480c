"""The timeline of a report: dates as they are written, each with its sentence; none where there are few, or doubts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from research_agent.deep_research.budget import BUDGETS
from research_agent.deep_research.dated_evidence import Timeline, timeline_of
from research_agent.deep_research.report_text import compose_text
from research_agent.deep_research.research_runs import run_to_end, start_run
from research_agent.deep_research.sections import Said, Section
from research_agent.grounding import Judgement, Quote
from research_agent.memory import Step, open_memory
from research_agent.memory.verification.rerun import rerun
from research_agent.memory.verification.verify import check
from research_agent.rendering.html import as_html
from research_agent.rendering.report_markdown import report_markdown
from research_agent.sandbox import Sandbox, open_sandbox
from research_agent_devtools.harness.deep_world import WordSource, document, tiny_runtime

pytestmark = pytest.mark.anyio

BUILT = (
    "The castle of Ostrel was begun in 1409.",
    "It was burnt down on 3 May 1621.",
    "The castle was rebuilt from 1702 to 1711.",
)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox | None]:
    async with open_sandbox() as opened:
        yield opened


def section(*sentences: str) -> Section:
    return Section("", ((Step(id=1, text="?"), tuple(map(said, sentences))),))


def said(sentence: str, title: str = "Ostrel Castle") -> Said:
    quote = Quote(document(title, sentence), 0, len(sentence))
    return Said(sentence, Judgement(1.0, "supported", ((1.0, quote),), by="verbatim"))


async def dates(sentences: Sequence[str]) -> list[str]:
    timeline = await timeline_of([section(*sentences)], None)
    return [cells[0].text for _, cells in timeline.rows] if timeline else []


async def test_dates_stand_in_the_order_of_time_as_they_are_written() -> None:
    assert await dates(BUILT[::-1]) == ["1409", "3 May 1621", "1702 to 1711"]


@pytest.mark.parametrize(
    "other",
    [
        "It was painted about 1655.",
        "It was sold in 1655 and again in 1688.",
        "Nobody knows who built it.",
        "It was begun in 1409, they say.",
        "The hill was settled in 44 BC.",
        "It was | 1655.",
        "It has 1500 seats.",
        "The wall is 1655 m long.",
        "A hall of 1500 people burns in an hour.",
        "It is shown in Room 1999.",
    ],
)
async def test_what_has_no_one_sure_date_is_no_point(other: str) -> None:
    assert await dates([*BUILT[:2], other]) == []


@pytest.mark.parametrize(
    ("sentence", "date"),
    [
        ("In 1655 it was painted.", "1655"),
        ("In 1655, painters came.", "1655"),
        ("Since 1655 a flag flies.", "1655"),
        ("It was painted (1655) by Brone.", "1655"),
        ("It was sold on 3 May 1655 with all that was in it.", "3 May 1655"),
        ("It burnt in 1655 after a feast.", "1655"),
    ],
)
async def test_a_year_is_one_where_it_counts_nothing(sentence: str, date: str) -> None:
    assert date in await dates([*BUILT[:2], sentence])


async def test_a_report_with_few_dates_has_no_timeline() -> None:
    assert await dates([*BUILT, *(f"The castle has a tower, number {number}." for number in range(20))]) == []
    assert await dates([]) == []


async def test_a_sentence_of_several_sources_or_in_other_words_is_no_point() -> None:
    one = said(BUILT[0])
    both = Said(one.text, Judgement(1.0, "supported", (one.quotes[0], said(BUILT[1]).quotes[0])))
    reworded = Said("Ostrel has had a castle since 1409.", one.judgement)
    for odd in (both, reworded):
        assert await timeline_of([Section("", ((Step(id=1, text="?"), (odd, *map(said, BUILT[1:]))),))], None) is None


async def test_each_date_is_cited_drawn_and_computed_again(sandbox: Sandbox | None, tmp_path: Path) -> None:
    if sandbox is None:
        pytest.skip("no sandbox here")
    text = (
        "The castle of Ostrel was begun by masons of Brone in 1409. Fire burnt the castle of Ostrel on 3 May 1621. "
        "The Vant family rebuilt the castle of Ostrel in white stone from 1702 to 1711."
    )
    source = WordSource([document("Ostrel Castle", text), document("Hill", "A hill. The hill of Ostrel is a hill.")])
    async with open_memory(tmp_path / "s.db") as memory:
        run = await start_run("What is known about the castle of Ostrel?", memory, budget=BUDGETS["quick"])
        async with tiny_runtime(memory, [source], tmp_path) as runtime:
            runtime.sandbox = sandbox
            answer = (await run_to_end(run.id, runtime)).answer
        assert answer
        assert (
            "## Timeline\n\nThe dates of this timeline run from 1409 to 1711. [1]\n\n"
            "|  | When | In the source's words |\n| --- | --- | --- |\n"
            "| Ostrel Castle | 1409 [1] | The castle of Ostrel was begun by masons of Brone in 1409. [1] |\n"
            "| Ostrel Castle | 3 May 1621 [1] | Fire burnt the castle of Ostrel on 3 May 1621. [1] |\n"
        ) in answer.text
        support = answer.support()
        assert support["sentences"] == support["supported"]
        (record,) = await memory.records(run.id)
        assert (await rerun(record, check(record), sandbox)).holds
        told = report_markdown(answer, {})
        assert told.count("3 May 1621") == 3, "in its section, and in the timeline; not once more as a plot"
        turns = await memory.turns(run.id)
        info = next(one for one in await memory.sessions() if one.id == run.id)
        html = as_html(info, turns)
        assert "3 May 1621 [1]" in html
        assert html.count("<circle") == 3


async def test_without_a_sandbox_the_table_stands_alone() -> None:
    timeline = await timeline_of([section(*BUILT)], None)
    assert isinstance(timeline, Timeline)
    report = compose_text([], [], {}, answer_first=False, timeline=timeline)
    assert report.text.startswith("## Timeline\n\n|  | When |")
    assert not report.computed
