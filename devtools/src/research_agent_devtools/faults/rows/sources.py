"""D1, D2, D3: one source fails, in every way a server can; all fail; one hangs."""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from math import lcm
from pathlib import Path
from typing import Any
from unittest.mock import patch

from click.testing import CliRunner

from research_agent.cli import cli
from research_agent.errors import SourceError
from research_agent.pipeline import evidence, research
from research_agent.runtime import open_runtime, opening
from research_agent.settings import Settings, load_settings
from research_agent.sources import Found, Source, Tools, load_sources
from research_agent.sources.registry import load_usable
from research_agent.stages.fetch import Fetched, FetchPlan, fetch
from research_agent.testing import FakeChat, FakeOllama, FakeSource
from research_agent.testing.server_faults import FAULTS
from research_agent.types import Answer, Topic
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.harness.callers_models import callers_models
from research_agent_devtools.harness.quickest import TRIES
from research_agent_devtools.world import SOURCES, World
from research_agent_devtools.world.services import SCOPES

KINDS = tuple(FAULTS)
QUESTION = "What is attention in the transformer architecture?"
GOOD = ("wikipedia", "openalex")  # each has sentences that answer it
SOFT, DEADLINE = 0.5, 3.0  # seconds
OVER = 0.5
INVENTED = "The answer is forty-two."
WITHOUT_END = frozenset({"web", "duckduckgo"})
"""HTML has no end, so that half of a page is a page."""

EVIDENCE = re.compile(r"^\[(e\d+)\] (.+?[.!?])(?=\s|$)", re.MULTILINE)
Load = Callable[..., list[Source]]
Look = Callable[..., Awaitable[Fetched]]


def copied(prompt: str) -> str:
    """What a model does that keeps to the evidence; without any it makes something up."""
    return " ".join(f"{said} [{key}]" for key, said in EVIDENCE.findall(prompt)[:3]) or INVENTED


def environ_for(world: World, home: Path, source: str) -> dict[str, str]:
    """With the caller's models; with those that are shipped where a question has two parts: no words see that."""
    models = {} if source in SCOPES else callers_models()
    return {**models, **world.environ, "RESEARCH_AGENT_HOME": str(home), "OLLAMA_HOST": "127.0.0.1:9"}


async def answered(settings: Settings, question: str, sources: Sequence[Source]) -> Answer:
    chat = FakeChat(replies=(copied,))
    async with open_runtime(settings, sources=sources, chat=chat) as opened:
        return await research(question, runtime=opened)


def pair(number: int) -> tuple[str, str]:
    """A source and a fault; every source comes in as many trials as there are, every pair in twelve times as many."""
    return SOURCES[number % len(SOURCES)], KINDS[(number + number // lcm(len(SOURCES), len(KINDS))) % len(KINDS)]


def everything(world: World) -> str:
    """A question that every source is asked."""
    return f"{world.question('web', QUESTION)} {world.question('worldbank', '')}"  # the others are asked any


# One of several fails


def one_fails(run: Run, load: Load) -> None:
    asyncio.run(_one_fails(run, load))


async def _one_fails(run: Run, load: Load) -> None:
    for number, _ in run.trials():
        name, fault = pair(number)
        what = f"{name}, {fault}"
        try:
            answer = await _one_at_fault(name, fault, run.folder / str(number), load)
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            run.fail(f"{what}: {type(error).__name__}: {error}")
            continue
        run.count(f"{fault}")
        run.worst("seconds over the soft deadline", max(0.0, answer.timings["fetch"] - SOFT))
        if not (fault == "broken" and name in WITHOUT_END):
            _check_partial(run, what, name, answer)


async def _one_at_fault(name: str, fault: str, home: Path, load: Load) -> Answer:
    names = [name, *(good for good in GOOD if good != name)]
    async with World(sources=names, faults={name: fault}) as world:
        settings = load_settings(environ_for(world, home, name), deadline=DEADLINE, soft_deadline=SOFT)
        question = world.question(name, QUESTION)
        return await answered(settings, question, load(settings, names))


def _check_partial(run: Run, what: str, name: str, answer: Answer) -> None:
    report = next(report for report in answer.sources if report.name == name)
    run.check(report.status == "failed" and report.reason, f"{what}: is told to be {report.status}, {report.reason}")
    run.check(answer.status == "partial", f"{what}: the answer is {answer.status}")
    run.check(answer.citations, f"{what}: nothing of the others is cited")
    cited = [citation for citation in answer.citations if citation.source == name]
    run.check(not cited, f"{what}: it is cited all the same")
    run.check(INVENTED not in answer.text, f"{what}: something is made up")


# All fail


def all_fail(run: Run, patched: Callable[[], AbstractContextManager[Any]]) -> None:
    with FakeOllama(answers=copied).in_thread() as ollama, patched():
        for number, _ in run.trials():
            fault = KINDS[number % len(KINDS)]
            names = [name for name in SOURCES if not (fault == "broken" and name in WITHOUT_END)]
            with World(sources=names, faults={"all": fault}).in_thread() as world:
                environ = {
                    **world.environ,
                    **ollama.environ,
                    "RESEARCH_AGENT_HOME": str(run.folder / str(number)),
                    "RESEARCH_AGENT_SOURCES": ",".join(names),
                    "RESEARCH_AGENT_DEADLINE": "2",
                    "RESEARCH_AGENT_SOFT_DEADLINE": str(SOFT),
                }
                asked = ["ask", everything(world), "--json"]
                done = CliRunner(env=environ).invoke(cli, asked)
            _check_nothing(run, fault, done.exit_code, done.stdout)


def _check_nothing(run: Run, fault: str, code: int, told: str) -> None:
    run.check(code == 3, f"{fault}: exit {code}")
    try:
        answer = json.loads(told)
        run.check(answer["status"] == "none", f"{fault}: the answer is {answer['status']}")
        run.check(not answer["citations"] and INVENTED not in answer["answer"], f"{fault}: something is made up")
        fared = {source["name"]: source["status"] for source in answer["sources"] if source["status"] != "failed"}
        run.check(not fared, f"{fault}: told to be well: {fared}")
        run.worst("seconds of the fetch over the deadline", max(0.0, answer["timings"]["fetch"] - 2.0))
    except (ValueError, KeyError) as error:
        run.fail(f"{fault}: no answer in JSON, {type(error).__name__}")


# One hangs


def one_hangs(run: Run, look: Look, tries: int) -> None:
    asyncio.run(_one_hangs(run, look, tries))


async def _one_hangs(run: Run, look: Look, tries: int) -> None:
    for number, _ in run.trials():
        name = SOURCES[number % len(SOURCES)]
        has_others = number % 2 == 0
        limit = SOFT if has_others else 1.0
        over = float("inf")
        for again in range(tries):  # what else runs on the machine only ever adds to the time
            answer = await _one_silent(name, run.folder / f"{number}-{again}", look, has_others=has_others)
            over = min(over, max(0.0, answer.timings["fetch"] - limit))
            if over <= OVER:
                break
        run.worst("seconds over the deadline", over)
        run.check(over <= OVER, f"{name}: waited for {over:.1f} s over the deadline")
        report = next(report for report in answer.sources if report.name == name)
        run.check(report.status == "failed", f"{name}: is told to be {report.status}")
        run.check(bool(answer.citations) is has_others, f"{name}: {len(answer.citations)} citations")


async def _one_silent(name: str, home: Path, look: Look, *, has_others: bool) -> Answer:
    """With another source that has something at once the soft deadline counts, else the deadline."""
    notes = FakeSource("notes", ["Attention is what a transformer architecture is built around."] if has_others else [])
    async with World(sources=[name], faults={name: "hang"}) as world:
        settings = load_settings(environ_for(world, home, name), deadline=1.0, soft_deadline=SOFT)
        question = world.question(name, QUESTION)
        with patch.object(evidence, "fetch", look):
            return await answered(settings, question, [*load_sources(settings, [name]), notes])


# Twins


class Quiet:
    """A source whose failures are no results, as many programs have it."""

    def __init__(self, source: Source) -> None:
        self.name, self.title, self.live, self._source = source.name, source.title, source.live, source

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        try:
            return await self._source.search(topic, tools=tools, limit=limit)
        except SourceError:
            return Found([])


def quiet(settings: Settings, names: Sequence[str] = ()) -> list[Source]:
    return [Quiet(source) for source in load_sources(settings, names)]


def usable_and_quiet(settings: Settings) -> tuple[list[Source], list[str]]:
    sources, notices = load_usable(settings)
    return [Quiet(source) for source in sources], notices


def all_quiet() -> AbstractContextManager[Any]:
    return patch.object(opening, "load_usable", usable_and_quiet)


async def fetch_all(plan: FetchPlan, **options: Any) -> Fetched:
    """Wait until the slowest gives up by itself."""
    return await fetch(replace(plan, deadline=3.0, soft_deadline=math.inf), **options)


ROWS = (
    Row(
        id="D1",
        fault=f"one of three sources fails: each of {len(SOURCES)}, in each of {len(KINDS)} ways",
        guarantee="it is told to have failed, the others are cited and it is not, nothing is made up",
        quick=len(SOURCES),
        full=24 * len(SOURCES),
        try_it=partial(one_fails, load=load_sources),
        twin=partial(one_fails, load=quiet),
        twin_is="a source that failed counts as one that found nothing",
        unit="answers",
    ),
    Row(
        id="D2",
        fault=f"all {len(SOURCES)} sources fail, in each of {len(KINDS)} ways",
        guarantee="exit 3, status none, no citation, nothing of the model's own",
        quick=4,
        full=60,
        try_it=partial(all_fail, patched=nullcontext),
        twin=partial(all_fail, patched=all_quiet),
        twin_is="a source that failed counts as one that found nothing",
        twin_trials=1,
        unit="answers",
    ),
    Row(
        id="D3",
        fault=f"each of {len(SOURCES)} sources accepts, then says nothing",
        guarantee="waited for at most 0.5 s over the deadline, over the soft one where another has something",
        quick=4,
        full=90,
        try_it=partial(one_hangs, look=fetch, tries=TRIES),
        twin=partial(one_hangs, look=fetch_all, tries=1),
        twin_is="the slowest is waited for",
        twin_trials=1,
        unit="answers",
    ),
)
