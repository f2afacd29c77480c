"""D19: search engines fail, one, two or all of them, in every way that engines do."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from itertools import combinations, product
from typing import Any
from unittest.mock import patch

from research_agent.errors import SourceError
from research_agent.http import open_client, proxies
from research_agent.pipeline import research
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import load_settings
from research_agent.sources import Tools, load_sources, web
from research_agent.sources.web_search.protocol import WebSearch
from research_agent.sources.web_search.search_web import FoundHits
from research_agent.testing import FakeChat
from research_agent.types import Answer, SourceReport, Topic
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.harness.quickest import TRIES
from research_agent_devtools.harness.scripted_draft import scripted
from research_agent_devtools.world import World
from research_agent_devtools.world.web import ENGINES

QUESTION = "How deep is Lake Virell?"
SAID = "187 metres"
INVENTED = "The answer is forty-two."
DEADLINE, SOFT, OVER = 4.0, 2.0, 0.5  # seconds
NAMES = tuple(ENGINES)
KEYS = {"RESEARCH_AGENT_BRAVE_KEY": "of-the-world"}
EVERYWHERE = ("hang", "202", "captcha", "consent", "cloudflare", "429", "500", "garbage", "empty", "refused", "cut")
NOTHING = "nothing"
KINDS = (*EVERYWHERE, "traffic", "403", "reset", "drip", "html", "other", NOTHING)
GROUPS = (*combinations(NAMES, 1), *combinations(NAMES, 2), NAMES)
CASES = tuple(product(KINDS, GROUPS))
QUICK = (("captcha", NAMES[:1]), ("202", NAMES[:2]), ("refused", NAMES), ("cloudflare", NAMES), (NOTHING, NAMES))
"""Those that take no time: by one engine, by two, by all."""


def engines_fail(run: Run, patched: Callable[[], AbstractContextManager[Any]], tries: int = TRIES) -> None:
    with patched():
        asyncio.run(_engines_fail(run, tries))


async def _engines_fail(run: Run, tries: int) -> None:
    cases = CASES if run.wanted > len(QUICK) else QUICK
    environ = {"RESEARCH_AGENT_HOME": str(run.folder), "OLLAMA_HOST": "127.0.0.1:9", "RESEARCH_AGENT_SOURCES": "web"}
    async with open_runtime(load_settings(environ), chat=FakeChat(replies=(_said,))) as runtime:
        await runtime.ready()
        for number, _ in run.trials():
            kind, failing = cases[number % len(cases)]
            await _one_case(run, runtime, kind, failing, tries)


def _said(prompt: str) -> str:
    """What a model says that makes something up when it is given nothing."""
    return scripted(prompt) or INVENTED


async def _one_case(run: Run, runtime: Runtime, kind: str, failing: Sequence[str], tries: int) -> None:
    what = f"{kind} of {', '.join(failing)}"
    over = float("inf")
    async with World(web=True, sources=(), faults=dict.fromkeys(failing, kind)) as world:
        for _again in range(tries):  # what else runs on the machine only ever adds to the time
            answer = await _answered(runtime, world)
            over = min(over, max(0.0, answer.timings["fetch"] - DEADLINE))
            if over <= OVER:
                break
        elsewhere = [request.host for request in world.requests if request.endpoint == "elsewhere"]
    run.count(kind)
    run.worst("seconds over the deadline", over)
    run.check(over <= OVER, f"{what}: waited for {over:.1f} s over the deadline")
    run.check(not elsewhere, f"{what}: asked {elsewhere}")
    run.check(INVENTED not in answer.text, f"{what}: something is made up")
    report = next(report for report in answer.sources if report.name == "web")
    _check(run, what, answer, report, all_fail=set(failing) == set(NAMES))


async def _answered(runtime: Runtime, world: World) -> Answer:
    """The answer by a client, limits and breakers of its own."""
    with tempfile.TemporaryDirectory() as folder, patch.object(proxies, "proxy_variables", lambda: world.proxies):
        environ = {**world.environ, **KEYS, "RESEARCH_AGENT_HOME": folder, "RESEARCH_AGENT_SOURCES": "web"}
        settings = load_settings(environ, deadline=DEADLINE, soft_deadline=SOFT)
        async with open_client(settings) as client:
            tools, sources = replace(runtime.tools, client=client), load_sources(settings, ["web"])
            return await research(QUESTION, runtime=replace(runtime, settings=settings, tools=tools, sources=sources))


def _check(run: Run, what: str, answer: Answer, report: SourceReport, *, all_fail: bool) -> None:
    if not all_fail:
        run.check(SAID in answer.text, f"{what}: the answer is {answer.status}: {answer.text[:200]!r}")
        run.check(report.status == "ok" and report.engines, f"{what}: {report.status} by {report.engines}")
        return
    found_nothing = what.startswith(NOTHING)
    run.check(report.status == ("empty" if found_nothing else "failed"), f"{what}: {report.status}, {report.reason}")
    run.check(answer.status == "none" and not answer.citations, f"{what}: the answer is {answer.status}")
    run.check(found_nothing or report.reason, f"{what}: no line says what came")


# The twin


async def _first_alone(
    topic: Topic, engines: Sequence[WebSearch], *, tools: Tools, until: float, **_: Any
) -> FoundHits:
    """One engine, and whatever it did not answer is nothing, as many programs have it."""
    try:
        hits = await engines[0].search(topic, tools=tools.of(engines[0], until=until))
    except SourceError:
        hits = []
    return FoundHits(hits=tuple(hits), engines=(engines[0].title,))


def alone() -> AbstractContextManager[Any]:
    return patch.object(web, "search_web", _first_alone)


ROWS = (
    Row(
        id="D19",
        fault=f"search engines fail, one, two or all of {len(NAMES)}, in each of {len(KINDS)} ways",
        guarantee="the answer by another one, else the line that says what each did, within the deadline and 0.5 s",
        quick=len(QUICK),
        full=len(CASES),
        try_it=partial(engines_fail, patched=nullcontext),
        twin=partial(engines_fail, patched=alone, tries=1),
        twin_is="one engine is asked, and a failure is no result",
        twin_trials=3,
        unit="answers",
        seconds=2400.0,
    ),
)
