"""How time grows with what there is: sources, documents, passages. Sessions are in `sessions.py`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial
from itertools import count

from research_agent.documents.isolated_reader import open_reader
from research_agent.encoders.embedder import Embedder, open_embedder
from research_agent.http import open_client
from research_agent.pipeline import research
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import load_settings
from research_agent.sources import Tools, load_sources
from research_agent.testing import FakeChat
from research_agent.types import Topic
from research_agent_devtools.benchmarks.article_leads import leads, of_100_tokens
from research_agent_devtools.benchmarks.homes import a_home, without_parts
from research_agent_devtools.benchmarks.measurement import (
    Curve,
    Plot,
    Result,
    Row,
    Run,
    Samples,
    Side,
    compared,
    interleave,
)
from research_agent_devtools.benchmarks.outside_world import answer_of, serving
from research_agent_devtools.benchmarks.rows.overhead import EACH, dealt_out
from research_agent_devtools.harness.fetching import fetch_from_all
from research_agent_devtools.kernel.statistics import Summary, summary

# Those that send one request after another are the quick ones, so that the slowest is one of 0.5 s.
DELAYS = {
    "pubmed": 0.05, "stackexchange": 0.1, "github": 0.15, "europepmc": 0.2, "hackernews": 0.25, "wikipedia": 0.3,
    "openalex": 0.35, "crossref": 0.4, "semanticscholar": 0.45, "arxiv": 0.5,
}  # fmt: skip
SOURCES, DOCUMENTS, PASSAGES = (1, 2, 4, 7, 10), (3, 12, 24, 48), (8, 32, 128, 512)
WORKERS = {"two workers": 2, "one worker": 1}
TOPIC = Topic(text="attention transformer architecture", question="What is attention in the transformer architecture?")
ABOUT = "river mountain ocean volcano lake glacier"
QUESTION = "How do rivers shape mountains?"


async def by_sources(run: Run) -> Result:
    """The slowest sources first: however many there are, the slowest one is among them."""
    slowest = sorted(DELAYS, key=lambda name: -DELAYS[name])
    with serving("world", sources=list(DELAYS), delay=DELAYS) as environ:

        def asking(number: int, *, sequential: bool = False) -> Side:
            return lambda: _fetched(environ, slowest[:number], sequential=sequential)

        times = run.pick(1, 5)
        together = await interleave(times, {str(number): asking(number) for number in SOURCES}, warm=1)
        apart = await interleave(run.pick(1, 2), {str(n): asking(n, sequential=True) for n in SOURCES}, warm=0)
    result = Result()
    result.add(together, prefix="all at once: ")
    result.lines = [compared("fetch of ten sources", together["10"], together["1"], is_="the slowest of them alone")]
    curves = [Curve("all at once", _points(together)), Curve("one after another", _points(apart), ours=False)]
    result.plots = [
        Plot(name="sources", alt="Seconds of the fetch stage by the number of sources: level when all are asked at "
             "once, their sum when one is asked after another.", x="sources", y="seconds of the fetch stage",
             curves=curves)
    ]  # fmt: skip
    result.notes = ["Sources of 0.05 to 0.5 s a request in a world on loopback; the slowest is always among them."]
    return result


async def _fetched(environ: Mapping[str, str], names: Sequence[str], *, sequential: bool) -> None:
    """One fetch phase in a home of its own, so that no limit of an earlier one holds it up; opening is not measured."""
    with a_home(parts=False) as home:
        settings = load_settings(environ, home=home, deadline=60.0, sequential=sequential)
        async with open_client(settings) as client, open_reader() as read:
            fetched = await fetch_from_all(
                [TOPIC], load_sources(settings, names), tools=Tools(client, read=read), sequential=sequential
            )
    assert all(report.status == "ok" for report in fetched.reports), fetched.reports


async def by_documents(run: Run) -> Result:
    """A turn over sources and a model that answer at once, so that only the product's own work is left."""
    sessions = count()
    chat = FakeChat(replies=(partial(answer_of, words=80),))
    async with AsyncExitStack() as stack:
        home = stack.enter_context(a_home())
        found = leads(ABOUT, max(DOCUMENTS))
        sides: dict[str, Side] = {}
        for number in DOCUMENTS:
            sources = dealt_out(found[:number], [0.0] * math.ceil(number / EACH))
            settings = load_settings({}, home=home)
            runtime = await stack.enter_async_context(open_runtime(settings, sources=sources, chat=chat))
            sides[str(number)] = partial(_turn, runtime, lambda: f"s{next(sessions)}")
        samples = await interleave(run.pick(3, 12), sides)
    result = Result()
    result.add(samples)
    curves = [Curve("whole turn", _points(samples)), Curve("CPU, all processes", _points(samples, "cpu"))]
    result.plots = [
        Plot(name="documents", alt="Seconds of a turn whose sources and model answer at once, by the number of "
             "documents.", x="documents", y="seconds", curves=curves)
    ]  # fmt: skip
    result.notes = [f"Leads of the encyclopedia, {EACH} a source, from sources and a model without delay."]
    return result


async def _turn(runtime: Runtime, name: Callable[[], str]) -> None:
    await research(QUESTION, session=name(), runtime=runtime)


async def by_passages(run: Run) -> Result:
    most = run.pick(128, 512)
    numbers = [number for number in PASSAGES if number <= most] or [1]
    texts = of_100_tokens(numbers[-1])
    async with AsyncExitStack() as stack:
        home = stack.enter_context(a_home())
        sides: dict[str, Side] = {}
        for called, workers in WORKERS.items():
            settings = load_settings({}, home=home, workers=workers)
            embedder = await stack.enter_async_context(open_embedder(settings))
            sides |= {f"{called}, {number}": partial(_embed, embedder, texts[:number]) for number in numbers}
        samples = await interleave(run.pick(2, 6), sides)
    result = Result()
    result.add(samples)
    curves = []
    for called, workers in WORKERS.items():
        mine = {str(number): samples[f"{called}, {number}"] for number in numbers}
        curves.append(Curve(called, _points(mine), ours=workers > 1))
    result.plots = [
        Plot(name="passages", alt="Seconds to embed passages of 100 tokens, by their number, with one worker and two.",
             x="passages of 100 tokens", y="seconds to embed them", curves=curves, log=True)
    ]  # fmt: skip
    return result


async def _embed(embedder: Embedder, texts: Sequence[str]) -> None:
    await embedder.embed(texts)


def _points(samples: Mapping[str, Samples], key: str = "wall") -> list[tuple[float, Summary]]:
    return [(float(number), summary(each[key] for each in rounds)) for number, rounds in samples.items()]


ROWS = [
    Row(name="sources", title="By the number of sources", about="The fetch stage, up to ten sources.", run=by_sources),
    Row(
        name="documents",
        title="By the number of documents",
        about="A turn without anything to wait for.",
        run=by_documents,
        needs=without_parts,
    ),
    Row(
        name="passages",
        title="By the number of passages",
        about="Embedding, the largest part of the product's own work.",
        run=by_passages,
        needs=without_parts,
    ),
]
