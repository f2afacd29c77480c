"""D19, D22: search engines fail, one, two or all of them, in every way that engines do; bodies that are no results."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import replace
from functools import partial
from itertools import combinations, product
from pathlib import Path
from typing import Any
from unittest.mock import patch

import aiohttp.web

from research_agent.documents.isolated_reader import open_reader
from research_agent.errors import SourceError
from research_agent.http import open_client, proxies
from research_agent.pipeline import research
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import Settings, load_settings
from research_agent.sources import SourceSettings, Tools, load_sources, web
from research_agent.sources.protocol import Hit
from research_agent.sources.web_search.catalogue import ENGINES as KNOWN
from research_agent.sources.web_search.catalogue import build_engines
from research_agent.sources.web_search.protocol import WebSearch
from research_agent.sources.web_search.search_web import FoundHits
from research_agent.testing import FakeChat
from research_agent.testing.loopback_server import serve
from research_agent.types import Answer, SourceReport, Topic
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.harness.quickest import TRIES
from research_agent_devtools.harness.scripted_draft import scripted
from research_agent_devtools.samples.wrong_bodies import CHECKS, CONSENTS, NOT_JSON, Odd
from research_agent_devtools.world import World
from research_agent_devtools.world.web import ENGINES

QUESTION = "How deep is Lake Virell?"
SAID = "187 metres"
INVENTED = "The answer is forty-two."
DEADLINE, SOFT, OVER = 6.0, 3.0, 0.5  # seconds
NAMES = tuple(name for name in ENGINES if name in {engine.name for engine in KNOWN})
TOPIC = Topic(text="lake virell deep", question=QUESTION)
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
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        patch.object(proxies, "proxy_variables", lambda: world.proxies),
    ):
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


# Bodies that are no results


def wrong_bodies(run: Run, patched: Callable[[], AbstractContextManager[Any]]) -> None:
    with patched():
        asyncio.run(_wrong_bodies(run))


async def _wrong_bodies(run: Run) -> None:
    """Each engine is given each body in place of its page or its JSON; no answer of theirs is empty."""
    cases = [(name, odd) for odd in (*CHECKS, *CONSENTS, *NOT_JSON) for name in NAMES]
    given: list[Odd] = []

    async def answer(_: aiohttp.web.Request) -> aiohttp.web.Response:
        odd = given[-1]
        return aiohttp.web.Response(body=odd.body, status=odd.status, headers={"Content-Type": odd.content_type})

    app = aiohttp.web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with serve(app) as url, open_reader() as read:
        engines = {
            engine.name: engine
            for engine in build_engines(
                SourceSettings(web_search=("auto",), engines={name: _led(url, name) for name in NAMES})
            )
        }
        for number, _ in run.trials():
            name, odd = cases[number * 37 % len(cases)]  # every kind and every engine comes early
            given.append(odd)
            with tempfile.TemporaryDirectory() as folder:
                async with open_client(Settings(home=Path(folder)), trusted=[url]) as client:
                    tools = Tools(client, read=read).of(engines[name], retry=False)
                    try:
                        hits = await engines[name].search(TOPIC, tools=tools)
                        run.fail(f"{odd.name} to {name}: {len(hits)} hits")
                    except SourceError as error:
                        run.check(error.message, f"{odd.name} to {name}: no words")


def _led(url: str, name: str) -> SourceSettings:
    return SourceSettings(url=url, key=KEYS.get(f"RESEARCH_AGENT_{name.upper()}_KEY", ""))


# The twins


async def _whatever(self: object, topic: Topic, *, tools: Tools) -> list[Hit]:
    """What the links of any page are, as many programs have it: a page without some has nothing."""
    return []


def taken_for_empty() -> AbstractContextManager[Any]:
    stack = ExitStack()
    for engine in KNOWN:
        stack.enter_context(patch.object(engine, "search", _whatever))
    return stack


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
    Row(
        id="D22",
        fault=f"bodies that are no results in place of those of each of {len(NAMES)} search engines",
        guarantee="a failure in words, never an answer that found nothing",
        quick=20,
        full=len(NAMES) * len((*CHECKS, *CONSENTS, *NOT_JSON)),
        try_it=partial(wrong_bodies, patched=nullcontext),
        twin=partial(wrong_bodies, patched=taken_for_empty),
        twin_is="a page without hits is one that found nothing",
        twin_trials=20,
        unit="bodies",
    ),
)
