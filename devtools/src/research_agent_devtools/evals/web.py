"""
Are general questions answered where the answers are: the whole program in a small web on loopback.

Each question is asked twice, without a chat model (the floor) and with a scripted one that copies and rewords what it
is given. `first`: the first sentence holds the answer; `anywhere`: the answer does; `refused`: of the questions that no
page answers, how many are said to be so. A quote that does not stand on the page that it cites, as a reader gets to see
it, is a snippet cited as a page.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from unittest.mock import patch

from research_agent.http import open_client, proxies
from research_agent.pipeline import research
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import Settings, load_settings
from research_agent.testing import FakeChat
from research_agent.text.restriction import read_restriction
from research_agent.types import Answer
from research_agent_devtools.evals.everyday import Asked, holds, is_refused
from research_agent_devtools.evals.result import Request, Result, data_of
from research_agent_devtools.evals.rows import WebQuestion, read_web_questions, sample
from research_agent_devtools.harness.scripted_draft import scripted
from research_agent_devtools.kernel.statistics import mean, median, wilson
from research_agent_devtools.world import SOURCES, World
from research_agent_devtools.world.server import OF_WEB
from research_agent_devtools.world.web import PAGES, Page
from research_agent_devtools.world.web.markup import html_of

__all__ = ["QUESTIONS", "Searched", "evaluate", "figures", "opened", "snippets_cited"]

QUESTIONS = Path(__file__).with_name("web_questions.jsonl")
TAG = re.compile(r"<(?:style|script).*?</(?:style|script)>|<[^>]+>", re.DOTALL)
MODES = ("floor", "scripted")
MOST_REQUESTS = 14
PATIENT = {"soft_deadline": 8.0, "deadline": 16.0}
"""Seconds: what else runs on the machine is not what is measured."""


@dataclass(frozen=True, slots=True)
class Searched(Asked):
    """
    What came of a question, and the quotes that no page shows.

    `requests` left for the web: to engines, for robots.txt, for pages; `others` to all other services, `elsewhere` to
    hosts that the world has not.
    """

    requests: int
    others: int
    elsewhere: int
    snippets: tuple[str, ...]


async def evaluate(request: Request) -> Result:
    """Shares of questions that are answered and refused, by floor and scripted model. Raises `UsageError`."""
    file = request.data or QUESTIONS
    rows = sample(read_web_questions(file), request.limit, request.seed)
    async with World(sources=SOURCES, web=True) as world:
        searched: dict[str, list[Searched]] = {}
        for mode in MODES:
            async with opened(world, load_settings(home=request.home), with_model=mode == "scripted") as runtime:
                searched[mode] = [await ask(row, runtime, world) for row in rows]
    return replace(figures(searched, request.seed), data=[data_of(file)])


@asynccontextmanager
async def opened(world: World, given: Settings, *, with_model: bool) -> AsyncIterator[Runtime]:
    """A warm runtime in a home of its own that reaches nothing but the world; without a chat model it has the floor."""
    with tempfile.TemporaryDirectory() as folder, patch.object(proxies, "proxy_variables", lambda: world.proxies):
        settings = load_settings({**world.environ, "RESEARCH_AGENT_HOME": folder, "OLLAMA_HOST": "127.0.0.1:9"})
        settings = settings.with_changes(**PATIENT)
        if given.parts.exists():
            settings.parts.symlink_to(given.parts.resolve())
        async with open_runtime(settings, chat=FakeChat(replies=(scripted,))) as runtime:
            await runtime.ready()
            if not with_model:
                runtime.chat = None
            yield runtime


async def ask(row: WebQuestion, runtime: Runtime, world: World) -> Searched:
    """Ask one question, with limits and stored answers as in a new home: none waits for those before it."""
    before = len(world.requests)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:  # what is late may still be stored there
        settings = runtime.settings.with_changes(home=Path(folder))
        async with open_client(settings) as client:
            of_its_own = replace(runtime, tools=replace(runtime.tools, client=client))
            start = time.perf_counter()
            restriction = read_restriction(since=row.since or None, sites=row.sites)
            answer = await research(row.question, runtime=of_its_own, restriction=restriction)
            seconds = time.perf_counter() - start
    sent = [request.endpoint for request in world.requests[before:]]
    on_web = sum(endpoint in OF_WEB for endpoint in sent)
    snippets = tuple(snippets_cited(answer))
    return Searched(row, answer, seconds, on_web, len(sent) - on_web, sent.count("elsewhere"), snippets)


def snippets_cited(answer: Answer) -> list[str]:
    """Quotes of web pages that do not stand on the page they cite, as far as a reader gets to see it."""
    by_url = {page.url: page for page in PAGES.values()}
    found = []
    for citation in answer.citations:
        page = by_url.get(citation.url.partition("?")[0].partition("#")[0])
        if citation.source == "web" and _plain(citation.quote) not in _plain(_seen(page) if page else ""):
            found.append(f"{citation.url}: {citation.quote}")
    return found


def _seen(page: Page) -> str:
    return unescape(TAG.sub(" ", html_of(page)))


def _plain(text: str) -> str:
    """Words alone: what a reader makes of lists and tables differs in marks and spaces."""
    return " ".join(re.findall(r"\w+", text))


def figures(searched: Mapping[str, Sequence[Searched]], seed: int) -> Result:
    """The figures of answers that are already there, by mode."""
    counts: dict[str, tuple[int, int]] = {}
    notes: list[str] = []
    for mode, asked in searched.items():
        answerable = [one for one in asked if one.row.answer is not None]
        others = [one for one in asked if one.row.answer is None]
        counts[f"first_{mode}"] = (sum(holds(one, first=True) for one in answerable), len(answerable))
        counts[f"anywhere_{mode}"] = (sum(holds(one, first=False) for one in answerable), len(answerable))
        counts[f"refused_{mode}"] = (sum(is_refused(one.answer) for one in others), len(others))
        notes += [
            f"{mode}: first sentence does not answer: {one.row.question}"
            for one in answerable
            if not holds(one, first=True)
        ]
        notes += [
            f"{mode}: answered, though no page answers it: {one.row.question}"
            for one in others
            if not is_refused(one.answer)
        ]
        notes += [f"{mode}: snippet cited as a page: {quote}" for one in asked for quote in one.snippets]
    everything = [one for asked in searched.values() for one in asked]
    return Result(
        eval="web",
        n=len(next(iter(searched.values()), [])),
        metrics={
            **{name: hits / n if n else float("nan") for name, (hits, n) in counts.items()},
            "snippets_cited": sum(len(one.snippets) for one in everything),
            "requests_mean": mean([float(one.requests) for one in everything]),
            "requests_worst": max((one.requests for one in everything), default=0),
            "over_requests": sum(one.requests > MOST_REQUESTS for one in everything),
            "other_requests_mean": mean([float(one.others) for one in everything]),
            "elsewhere": sum(one.elsewhere for one in everything),
        },
        ci95={name: wilson(hits, n) for name, (hits, n) in counts.items()},
        ms_p50=1000 * median(one.seconds for one in everything) if everything else None,
        seed=seed,
        notes=("A small web on loopback; engines rank by words, so that pages of junk are often first.", *notes),
    )
