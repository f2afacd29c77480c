"""Runs of deep research from the question to the report, over a small world and without a model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from research_agent.deep_research import conduct, leads, searches
from research_agent.deep_research.budget import BUDGETS
from research_agent.deep_research.research_runs import (
    Report,
    edit_plan,
    plan_of,
    report_json,
    report_of,
    run_to_end,
    start_run,
    stop,
)
from research_agent.errors import PlanChangedError, RunBusyError, SourceError, UsageError
from research_agent.memory import Budget, Gap, Memory, Request, RunEvent, Step, Writes, open_memory, research_rows
from research_agent.memory.research_store import _SqliteRuns
from research_agent.memory.verification.verify import check
from research_agent.pipeline.research import research
from research_agent.sources.protocol import Found, Tools
from research_agent.types import Topic
from research_agent_devtools.harness.deep_world import PLANETS, WordSource, document, tiny_runtime

pytestmark = pytest.mark.anyio

COMPARE = "Compare Arvel and Brone: diameter, atmosphere"
LISTED = "What is the diameter of each of the planets of Sorrel?"
CHAIN = "Where was the author of Lantern born?"


@pytest.fixture
async def memory(tmp_path: Path) -> AsyncIterator[Memory]:
    async with open_memory(tmp_path / "s.db") as opened:
        yield opened


async def run(
    memory: Memory, question: str, home: Path, *sources: WordSource, budget: Budget = BUDGETS["quick"], **given: Any
) -> Report:
    started = await start_run(question, memory, budget=budget)
    async with tiny_runtime(memory, sources or (WordSource(),), home) as runtime:
        return await run_to_end(started.id, runtime, **given)


async def test_a_comparison_has_a_section_an_aspect_and_cites_each_sentence(memory: Memory, tmp_path: Path) -> None:
    report = await run(memory, COMPARE, tmp_path)
    assert report.answer
    assert report.answer.text == (
        "|  | Arvel | Brone |\n| --- | --- | --- |\n| Diameter | 6,100 km [1] | 9,400 km [2] |\n\n"
        "## Diameter\n\nThe diameter of Arvel is 6,100 km. [1]\n\nThe diameter of Brone is 9,400 km. [2]\n\n"
        "## Atmosphere\n\nThe atmosphere of Arvel is thin. [1]\n\nThe atmosphere of Brone is mostly nitrogen. [2]"
    )
    assert report.answer.support()["sentences"] == report.answer.support()["supported"] == 6
    (record,) = await memory.records(report.rows.run.id)
    assert check(record).holds
    told = report_json(report)
    assert told["run"]["state"] == "done"
    assert [section["heading"] for section in told["sections"]] == ["Diameter", "Atmosphere"]
    assert told["budget"]["limit"]["requests"] == 30
    assert {"answer", "citations", "plan", "gaps", "conflicts"} <= told.keys()


async def test_each_item_of_a_list_is_asked_for(memory: Memory, tmp_path: Path) -> None:
    report = await run(memory, LISTED, tmp_path)
    assert report.answer
    assert [step.asked for step in report.rows.steps if step.origin == "found"] == [
        "What is the diameter of Arvel?", "What is the diameter of Brone?", "What is the diameter of Cinth?",
    ]  # fmt: skip
    for diameter in ("6,100", "9,400", "2,050"):
        assert diameter in report.answer.text


async def test_a_chain_is_answered_in_turn_and_the_answer_stands_first(memory: Memory, tmp_path: Path) -> None:
    report = await run(memory, CHAIN, tmp_path)
    assert report.answer
    assert report.answer.text.startswith("Mira Vant was born in Ostrel in 1921. [1]")
    assert "## Who is the author of Lantern?" in report.answer.text


async def test_what_hangs_on_a_link_that_nobody_says_is_no_answer(
    memory: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsaid(step: Any, *args: Any, **kwargs: Any) -> list[Gap]:
        return [Gap(step=step.id, asked=step.asked, kind="no evidence", what=step.asked)] if step.id == 1 else []

    monkeypatch.setattr("research_agent.deep_research.conduct.find_gaps", unsaid)
    report = await run(memory, CHAIN, tmp_path)
    assert report.answer
    assert report.answer.text.startswith(f"The sources do not say: {CHAIN}")


async def test_what_is_not_found_is_said_and_nothing_is_made_up(memory: Memory, tmp_path: Path) -> None:
    report = await run(memory, "Compare Arvel and Brone: moons", tmp_path)
    assert report.answer
    assert report.answer.status in {"complete", "offline"}
    assert any("Not found: What are the moons of Brone?" in note for note in report.answer.notes)
    nothing = await run(memory, "When was the Quorl built?", tmp_path)
    assert nothing.answer
    assert (nothing.answer.status, nothing.answer.citations) == ("none", ())
    (record,) = await memory.records(nothing.rows.run.id)
    assert check(record).holds


async def test_disagreeing_sources_are_shown_both(memory: Memory, tmp_path: Path) -> None:
    other = document("Arvel", "The diameter of Arvel is 7,300 km. It is said to be old and cold.", source="annals")
    report = await run(memory, "What is the diameter of Arvel?", tmp_path, WordSource([*PLANETS, other]))
    assert report.answer
    assert "## Where sources disagree" in report.answer.text
    said = {word for one in report_json(report)["conflicts"] for word in (one["ours"], one["theirs"])}
    assert said == {"6,100 km", "7,300 km"}
    assert report.answer.conflicts


async def test_the_plan_is_edited_before_and_each_edit_is_compared(memory: Memory, tmp_path: Path) -> None:
    started = await start_run(COMPARE, memory, budget=BUDGETS["quick"])
    known, _ = await plan_of(started.id, memory)
    await edit_plan(
        started.id, memory, known.plan_version, "1. What is the diameter of Arvel?\nWhen was Lantern printed?"
    )
    with pytest.raises(PlanChangedError):
        await edit_plan(started.id, memory, known.plan_version, "1. Why?")
    async with tiny_runtime(memory, [WordSource()], tmp_path) as runtime:
        report = await run_to_end(started.id, runtime)
    assert report.answer
    assert "1954" in report.answer.text
    assert "Brone" not in report.answer.text


class Killed(BaseException):
    """The process is gone."""


async def test_killed_after_every_commit_it_ends_with_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = await _survives(tmp_path / "whole", monkeypatch, kill_at=())
    every = await _survives(tmp_path / "every", monkeypatch, kill_at=range(1, 60))
    assert every == whole


async def _survives(home: Path, monkeypatch: pytest.MonkeyPatch, kill_at: Sequence[int]) -> str:
    """The text of a run whose process dies after these commits, each time at the first one that follows."""
    home.mkdir()  # noqa: ASYNC240 - a test
    asked: list[str] = []
    commit, count, lives = _SqliteRuns.commit, 0, 0

    async def counted(self: _SqliteRuns, claim: Any, writes: Writes) -> Any:
        nonlocal count
        result = await commit(self, claim, writes)
        asked.extend(row.key for row in writes.rows if isinstance(row, Request))
        count += 1
        if count in kill_at:
            raise Killed
        return result

    monkeypatch.setattr(_SqliteRuns, "commit", counted)
    async with open_memory(home / "s.db") as memory:
        started = await start_run(CHAIN, memory, budget=BUDGETS["quick"])
        ended = False
        while not ended:
            lives += 1
            await memory._run("write", research_rows.resume)  # type: ignore[attr-defined]  # as the next process does
            try:
                async with tiny_runtime(memory, [WordSource()], home) as runtime:
                    await run_to_end(started.id, runtime)
                    ended = True
            except* Killed:
                pass
        monkeypatch.setattr(_SqliteRuns, "commit", commit)
        report = await report_of(started.id, memory)
    assert len(asked) == len(set(asked)), "what was answered is asked again"
    assert lives == 1 or lives > 5
    assert report.answer
    assert report.rows.run.reports == 1
    return report.answer.text


async def test_a_stop_gives_the_report_of_what_is_there_and_the_run_goes_on_later(
    memory: Memory, tmp_path: Path
) -> None:
    stopping = asyncio.Event()

    def stop_early(event: RunEvent) -> None:
        if event.kind == "StepFinished":
            stopping.set()

    report = await run(memory, LISTED, tmp_path, on_event=stop_early, stopping=stopping)
    assert (report.rows.run.state, report.answer and report.answer.status) == ("stopped", "interrupted")
    async with tiny_runtime(memory, [WordSource()], tmp_path) as runtime:
        whole = await run_to_end(report.rows.run.id, runtime)
    assert whole.answer
    assert "2,050" in whole.answer.text
    assert (whole.rows.run.state, whole.rows.run.turn, whole.rows.run.reports) == ("done", 2, 2)
    async with tiny_runtime(memory, [], tmp_path) as runtime:
        assert (await run_to_end(report.rows.run.id, runtime)).answer == whole.answer


async def test_another_process_can_ask_for_the_report(memory: Memory, tmp_path: Path) -> None:
    started = await start_run(LISTED, memory, budget=BUDGETS["quick"])
    async with tiny_runtime(memory, [WordSource()], tmp_path) as runtime, asyncio.TaskGroup() as group:

        def on_event(event: RunEvent) -> None:
            if event.kind == "StepStarted":
                group.create_task(stop(started.id, memory))

        running = group.create_task(run_to_end(started.id, runtime, on_event=on_event))
        await asyncio.sleep(0)
        report = await running
    assert report.rows.run.state == "stopped"


async def test_a_run_is_at_work_in_one_place(memory: Memory, tmp_path: Path) -> None:
    started = await start_run(CHAIN, memory)
    await memory.research.claim(started.id)
    async with tiny_runtime(memory, [WordSource()], tmp_path) as runtime:
        with pytest.raises(RunBusyError):
            await run_to_end(started.id, runtime)


async def test_the_budget_of_searches_is_kept_and_a_report_comes_all_the_same(memory: Memory, tmp_path: Path) -> None:
    source = WordSource()
    budget = Budget(seconds=60, requests=2, tokens=0)
    report = await run(memory, LISTED, tmp_path, source, budget=budget)
    assert len(source.asked) == 2 == report.rows.run.spent.requests
    assert report.answer


async def test_a_plan_of_200_steps_ends_within_its_budget_and_says_what_it_left(memory: Memory, tmp_path: Path) -> None:
    started = await start_run(COMPARE, memory, budget=Budget(seconds=60, requests=3, tokens=0))
    text = "\n".join(f"What is the diameter of Arvel, part {number}?" for number in range(200))
    await edit_plan(started.id, memory, 1, text)
    source = WordSource()
    async with tiny_runtime(memory, [source], tmp_path) as runtime:
        report = await run_to_end(started.id, runtime)
    assert report.answer
    assert len(source.asked) <= 3
    assert any("and 18" in note for note in report.answer.notes if note.startswith("Not searched"))


async def test_with_no_time_left_the_report_says_what_was_not_searched(memory: Memory, tmp_path: Path) -> None:
    report = await run(memory, COMPARE, tmp_path, budget=Budget(seconds=0.0001, requests=9, tokens=0))
    assert report.answer
    assert any(note.startswith("Not searched, because the budget ran out") for note in report.answer.notes)


async def test_a_source_that_fails_costs_itself(
    memory: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(WordSource):
        async def search(self, *_: Any, **__: Any) -> Any:
            raise RuntimeError("broken")

    report = await run(memory, COMPARE, tmp_path, WordSource(), Broken(name="broken"))
    assert report.answer
    assert {one.name: one.status for one in report.answer.sources} == {"shelf": "ok", "broken": "failed"}
    assert "6,100" in report.answer.text


async def test_a_source_that_keeps_failing_is_asked_no_more(memory: Memory, tmp_path: Path) -> None:
    class Broken(WordSource):
        async def search(self, topic: Topic, **_: Any) -> Any:
            self.asked.append((topic.question, topic.text))
            raise SourceError("timed out")

    broken = Broken(name="broken")
    report = await run(memory, "Compare Arvel, Brone, Cinth: diameter, atmosphere", tmp_path, WordSource(), broken)
    assert report.answer
    assert len(broken.asked) <= 6, "four at once, then no more"


async def test_events_are_told_in_order_once_committed(memory: Memory, tmp_path: Path) -> None:
    told: list[RunEvent] = []
    report = await run(memory, CHAIN, tmp_path, on_event=told.append)
    stored = await memory.research.events(report.rows.run.id)
    assert [event.seq for event in told] == [event.seq for event in stored[1:]]
    kinds = [event.kind for event in told]
    assert kinds[0] == "RunStarted"
    assert kinds[-1] == "RunFinished"
    assert kinds.count("StepFinished") == 2


async def test_no_report_is_no_json(memory: Memory) -> None:
    started = await start_run(CHAIN, memory)
    with pytest.raises(UsageError, match="no report"):
        report_json(await report_of(started.id, memory))


async def test_a_run_that_another_process_takes_over_is_no_servers_any_more(memory: Memory, tmp_path: Path) -> None:
    started = await start_run(CHAIN, memory, budget=BUDGETS["quick"])
    assert (await memory.research.serve(started.id)).served
    async with tiny_runtime(memory, [WordSource()], tmp_path) as runtime:
        report = await run_to_end(started.id, runtime)
    assert not report.rows.run.served


class Flood(WordSource):
    """Gives far more and far longer texts than it is asked for."""

    async def search(self, topic: Topic, **_: Any) -> Found:
        text = f"{topic.text} is a matter. " * 200
        return Found([document(f"Flood {topic.text} {n}", f"{n}. {text}", source="flood") for n in range(60)])


async def test_of_a_source_that_floods_little_is_kept_and_the_other_is_read(
    memory: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searches, "MOST_CHARACTERS", 10_000)
    report = await run(memory, "What is the diameter of Arvel?", tmp_path, WordSource(), Flood(name="flood"))
    assert report.answer
    assert "6,100" in report.answer.text
    assert len([one for one in report.rows.documents.values() if one.source == "flood"]) <= 3


async def test_when_the_time_is_up_what_is_short_is_read_all_the_same(
    memory: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, long = conduct.Conduct._find, asyncio.Event()

    async def find(self: conduct.Conduct, step: Step) -> Any:
        found = await real(self, step)
        await long.wait()  # as behind a text without end
        return found

    monkeypatch.setattr(conduct.Conduct, "_find", find)
    started = await start_run(COMPARE, memory, budget=Budget(seconds=1.2, requests=30, tokens=0))
    async with tiny_runtime(memory, [WordSource()], tmp_path) as runtime:
        report = await run_to_end(started.id, runtime)
    assert report.answer
    assert "6,100 km" in report.answer.text


class Away(WordSource):
    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        raise SourceError("away")


async def test_a_report_is_asked_about_from_its_own_texts_when_no_source_answers(
    memory: Memory, tmp_path: Path
) -> None:
    report = await run(memory, COMPARE, tmp_path)
    async with tiny_runtime(memory, [Away()], tmp_path) as runtime:
        runtime = replace(runtime, tools=replace(runtime.tools, client=cast(Any, SimpleNamespace(notices=()))))
        asked = partial(research, "What is the atmosphere of Brone?", runtime=runtime)
        answer, other = await asked(session=report.rows.run.id), await asked(session="another")
        named = await research("What is Brone?", session=report.rows.run.id, runtime=replace(runtime, named=("shelf",)))
    assert "The atmosphere of Brone is mostly nitrogen." in answer.text
    assert answer.turn == 2
    assert not other.citations
    assert not named.citations


async def test_what_compares_names_two_of_the_sides(memory: Memory, tmp_path: Path) -> None:
    told = document(
        "Arvel", "Arvel is a planet of thin air. Arvel differs from Brone in its year. Arvel has two moons."
    )
    other = document("Brone", "Brone is a planet of nitrogen. Brone has a short year.")
    report = await run(memory, "What is the difference between Arvel and Brone?", tmp_path, WordSource([told, other]))
    assert report.answer
    assert [
        report.rows.documents[one.document].text[one.start : one.end]
        for one in report.rows.ledger
        if report.rows.steps[-1].id == one.step
    ] == ["Arvel differs from Brone in its year."]


async def test_texts_that_only_share_the_name_of_a_side_are_not_kept(
    memory: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unmeant(*_: Any) -> dict[str, frozenset[str]]:
        return {"Arvel": frozenset({"Arvel (god)"})}

    monkeypatch.setattr(leads.Leads, "unmeant", unmeant)
    god = document("Arvel (god)", "The diameter of Arvel is that of a god.")
    report = await run(memory, COMPARE, tmp_path, WordSource([god, *PLANETS]))
    assert report.answer
    assert "6,100 km" in report.answer.text
    assert god.id not in {key for one in report.rows.requests if one.step in (1, 3) for key in one.documents}
    assert god.id in {key for one in report.rows.requests if one.step in (2, 4) for key in one.documents}


class SlowAtFirst(WordSource):
    """Fails once, then needs longer than a source far away is waited for after that."""

    def __init__(self, *, live: bool) -> None:
        super().__init__(name="slow")
        self.live = live

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        found = await super().search(topic, tools=tools, limit=limit)
        if len(self.asked) == 1:
            raise SourceError("busy")
        await asyncio.sleep(0.2)
        return found


@pytest.mark.parametrize("live", [False, True])
async def test_a_slow_source_of_this_machine_is_waited_for_again(memory: Memory, tmp_path: Path, live: bool) -> None:
    started = await start_run(LISTED, memory, budget=BUDGETS["quick"])
    async with tiny_runtime(memory, [SlowAtFirst(live=live)], tmp_path) as runtime:
        search = replace(runtime.settings.search, soft_deadline=0.1)
        flags = replace(runtime.settings.flags, offline=False)
        runtime = replace(runtime, settings=replace(runtime.settings, search=search, flags=flags), named=("slow",))
        report = await run_to_end(started.id, runtime)
    kinds = [one.report["status"] for one in report.rows.requests]
    assert (kinds[0], kinds[1]) == ("failed", "failed" if live else "ok")


async def test_a_text_about_what_is_asked_of_a_side_is_of_no_other_thing(memory: Memory, tmp_path: Path) -> None:
    texts = [
        document("Arvel", "Arvel has a history of floods."),
        document("History of Arvel", "The history of Arvel is old."),
        document("Arvel of Brone", "A history of Arvel of Brone is here."),
    ]  # fmt: skip
    report = await run(memory, "Compare Arvel and Cinth: history", tmp_path, WordSource(texts))
    assert {report.rows.documents[one.document].title for one in report.rows.ledger} == {"Arvel", "History of Arvel"}
