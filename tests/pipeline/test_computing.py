"""A turn whose question figures of the sources can answer: the result stands first, cited, and can be run again."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import apsw
import pytest

from research_agent.cli.verify import _verdicts
from research_agent.memory.verification.bundle_reader import parse_bundle
from research_agent.memory.verification.bundle_writer import pack_bundle
from research_agent.memory.verification.turn_records import read_turn_records
from research_agent.memory.verification.verify import TurnRecord, check
from research_agent.pipeline import research
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import load_settings
from research_agent.testing import FakeChat, FakeSource
from research_agent.types import Answer, Document, Readable

pytestmark = pytest.mark.anyio

QUESTION = "How many times longer is the Lumen than the Isen?"
TEXTS = {
    "Lumen": "The Lumen is a river of the plain. It is 412 km long.",
    "Isen": "The Isen is a river of the hills. It is 103 km long.",
}
PROGRAM = 'result = values["a"] / values["b"]'


async def rerank(items: Sequence[Readable]) -> list[list[float]]:
    """A reader to which sentences with a length answer."""
    return [[6.0 if "km long" in text else -5.0 for text in texts] for _, _, texts in items]


@asynccontextmanager
async def opened(texts: dict[str, str] = TEXTS, **settings: str) -> AsyncIterator[Runtime]:
    documents = [
        Document(source="notes", title=title, url=f"https://notes.example/{title}", text=text, retrieved="2026-01-01")
        for title, text in texts.items()
    ]
    chat, source = FakeChat(replies=("",)), FakeSource("notes", documents)
    async with open_runtime(load_settings().with_changes(**settings), sources=[source], chat=chat) as runtime:
        await runtime.ready()
        yield replace(runtime, rerank=rerank)


def records(runtime: Runtime, session: str) -> tuple[TurnRecord, ...]:
    db = apsw.Connection(str(runtime.settings.store), flags=apsw.SQLITE_OPEN_READONLY)
    return read_turn_records(db, session)


def first_sentence(answer: Answer) -> str:
    return answer.text[slice(*min(cited.sentence for cited in answer.citations))]


async def test_the_result_stands_first_with_the_figures_it_rests_on() -> None:
    async with opened() as runtime:
        answer = await research(QUESTION, runtime=runtime)
    assert first_sentence(answer) == "The Lumen (412 km) is 4 times as long as the Isen (103 km)."
    by = [(cited.by, cited.quote) for cited in answer.citations]
    assert by[:2] == [("computed", "It is 412 km long."), ("computed", "It is 103 km long.")]
    assert {how for how, _ in by[2:]} == {"verbatim"}
    (computation,) = answer.computed
    assert (computation.program, computation.values, computation.result) == (PROGRAM, {"a": 412.0, "b": 103.0}, 4.0)
    assert answer.as_json()["computed"][0]["result"] == 4.0
    assert any(PROGRAM in note for note in answer.notes)


@pytest.mark.parametrize(
    ("texts", "settings"),
    [
        (TEXTS, {"compute": "off"}),
        ({"Lumen": TEXTS["Lumen"]}, {}),
        ({**TEXTS, "Isen": "The Isen is a river. It drains 900 square kilometres."}, {}),
        ({"Lumen": TEXTS["Lumen"], "Isen Bridge": TEXTS["Isen"]}, {}),
    ],
    ids=["off", "a figure is missing", "a figure of another kind", "a figure of another thing"],
)
async def test_else_the_answer_is_as_it_was(texts: dict[str, str], settings: dict[str, str]) -> None:
    async with opened(texts, **settings) as runtime:
        answer = await research(QUESTION, runtime=runtime)
    assert answer.computed == ()
    assert not any(cited.by == "computed" for cited in answer.citations)


async def test_without_a_sandbox_nothing_is_computed() -> None:
    async with opened() as runtime:
        answer = await research(QUESTION, runtime=replace(runtime, sandbox=None))
    assert answer.computed == ()
    assert answer.citations


async def test_verify_runs_it_again_and_finds_what_was_altered() -> None:
    async with opened() as runtime:
        answer = await research(QUESTION, session="s", runtime=runtime)
        recalled = (await runtime.memory.recall("s")).turns[0].answer
        (record,) = records(runtime, "s")
    assert recalled.computed == answer.computed
    assert check(record).holds
    (one,) = record.computed
    altered = {
        "another program": replace(one, program="result = 5.0"),
        "another value": replace(one, values={"a": 412.0, "b": 10.0}),
        "another result": replace(one, result=5.0),
        "a program that ends": replace(one, program="1 / 0"),
        "a program without an end": replace(one, program="while True:\n    pass"),
    }
    changed = {name: replace(record, computed=(computation,)) for name, computation in altered.items()}
    lie = replace(record, text=record.text.replace("is 4 times", "is 5 times"))
    found = dict(zip(["true", "lie", *changed], _in_thread([record, lie, *changed.values()]), strict=True))
    assert found.pop("true") == []
    assert all("computed" in faults for faults in found.values()), found
    assert "computed" in {fault.check for fault in check(replace(record, computed=())).faults}


def _in_thread(given: Sequence[TurnRecord]) -> list[list[str]]:
    """The failed checks of each record, as the command finds them, which has an event loop of its own."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor() as pool:
        return [[fault.check for fault in verdict.faults] for verdict in pool.submit(_verdicts, given).result()]


# Programs of a model


YARDS = {
    "Lumen yard": "The Lumen yard is old. It has built 412 boats km long.",
    "Isen yard": "The Isen yard is new. It has built 103 boats km long.",
}
ASKED = "How many times as many boats did the Lumen yard build as the Isen yard?"
LIES = {
    "a number of its own": "result = 42",
    "a number beside the values": 'result = values["v1"] / values["v2"] * 1.5',
    "one value and a number": 'result = values["v1"] / 103',
    "another operation": 'result = values["v1"] + values["v2"]',
    "a value that does not matter": 'x = values["v1"] - values["v1"] + values["v2"]\nresult = x / x + 1 + 2',
    "no result": 'x = values["v1"] / values["v2"]',
    "a text": 'result = str(values["v1"] / values["v2"])',
    "prose": "The Lumen yard built four times as many boats.",
    "none": "result = None",
    "an import": 'import os\nresult = len(os.listdir("/")) + values["v1"] * 0 + values["v2"] * 0',
    "no end": 'while True:\n    result = values["v1"] / values["v2"]',
    "an error": 'result = values["v1"] / values["v2"] / 0',
    "a value that is not given": 'result = values["v1"] / values["v9"]',
    "nothing": "",
}


@asynccontextmanager
async def with_model(program: str, model: str = "fake:8b") -> AsyncIterator[Runtime]:
    def reply(prompt: str) -> str:
        return program if "short Python program" in prompt else "yards" if "search topics" in prompt else ""

    async with opened(YARDS) as runtime:
        yield replace(runtime, chat=FakeChat(replies=(reply,), model=model))


async def test_a_large_model_chooses_figures_and_writes_the_program() -> None:
    async with with_model('```python\nresult = values["v1"] / values["v2"]\n```') as runtime:
        answer = await research(ASKED, runtime=runtime)
    assert first_sentence(answer).startswith("Of 412 boats (Lumen yard) and 103 boats (Isen yard), the one is 4 times")
    assert answer.computed[0].result == 4.0
    assert {cited.by for cited in answer.citations} == {"computed", "verbatim"}


CHART = "Draw a bar chart of the boats of the Lumen yard and the Isen yard"


async def test_a_large_model_lists_figures_for_a_chart() -> None:
    async with with_model('result = [["Lumen yard", values["v1"]], ["Isen yard", values["v2"]]]') as runtime:
        answer = await research(CHART, session="chart", runtime=runtime)
        (stored,) = await runtime.memory.turns("chart")
    plot = answer.computed[0].plot
    assert plot is not None
    assert sorted((point.label, point.value) for point in plot.points) == [("Isen yard", 103.0), ("Lumen yard", 412.0)]
    assert stored.answer.computed == answer.computed


async def test_verify_holds_a_plot_against_the_sources_in_the_store_and_in_a_bundle() -> None:
    async with with_model('result = [["Lumen yard", values["v1"]], ["Isen yard", values["v2"]]]') as runtime:
        await research(CHART, session="chart", runtime=runtime)
        turns = await runtime.memory.turns("chart")
        (record,) = records(runtime, "chart")
    (one,) = record.computed
    plot = one.plot
    assert plot is not None
    first, *others = plot.points
    altered = {
        "value": replace(first, value=first.value + 1),
        "figure": replace(first, shown="413 boats"),
        "place": replace(first, start=0, end=5),
        "document": replace(first, document="another"),
    }
    changed = [
        replace(record, computed=(replace(one, plot=replace(plot, points=(point, *others))),))
        for point in altered.values()
    ]
    found = dict(zip(["true", *altered], _in_thread([record, *changed]), strict=True))
    assert found.pop("true") == []
    assert all("computed" in faults for faults in found.values()), found
    bundle = parse_bundle(json.loads(pack_bundle("chart", turns)), "chart")
    assert bundle.records[0].computed == record.computed


@pytest.mark.parametrize(
    "program",
    [
        'result = [["Lumen yard", values["v1"] * 2], ["Isen yard", values["v2"]]]',
        'result = [["The best yard", values["v1"]], ["Isen yard", values["v2"]]]',
        'result = [["Lumen yard", values["v2"]], ["Isen yard", values["v1"]]]',
        'result = [["Lumen yard", values["v1"]]]',
        'result = [["Lumen yard", str(values["v1"])], ["Isen yard", values["v2"]]]',
    ],
)
async def test_no_chart_says_what_no_source_does(program: str) -> None:
    async with with_model(program) as runtime:
        answer = await research(CHART, runtime=runtime)
    assert answer.computed == ()


@pytest.mark.parametrize("lie", LIES)
async def test_no_lie_of_a_model_is_computed(lie: str) -> None:
    async with with_model(LIES[lie]) as runtime:
        answer = await research(ASKED, runtime=runtime)
    assert answer.computed == ()
    assert "42" not in first_sentence(answer)


async def test_a_small_model_is_not_asked() -> None:
    async with with_model('result = values["v1"] / values["v2"]', model="fake:1b") as runtime:
        answer = await research(ASKED, runtime=runtime)
    assert answer.computed == ()


@pytest.mark.parametrize(
    ("isen", "computed"),
    [("It is 103 km long.", True), ("It is 103 km long, a quarter of the Lumen.", False)],
)
async def test_a_comparison_of_the_sources_own_stays_before_ours(isen: str, computed: bool) -> None:
    async with opened({"Lumen": TEXTS["Lumen"], "Isen": f"The Isen is a river of the hills. {isen}"}) as runtime:
        answer = await research("Which is longer, the Lumen or the Isen?", runtime=runtime)
    assert bool(answer.computed) is computed
