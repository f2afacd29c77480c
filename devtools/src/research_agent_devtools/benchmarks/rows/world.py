"""A question in a world of known delays: when the first word is shown, and when all is said and stored."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack
from itertools import count

import aiohttp

from research_agent.documents.isolated_reader import open_reader
from research_agent.events import Event, Token
from research_agent.http import open_client
from research_agent.pipeline import research
from research_agent.runtime import open_runtime
from research_agent.settings import load_settings
from research_agent.sources import Tools, load_sources
from research_agent.types import Topic
from research_agent_devtools.benchmarks.homes import a_home, without_parts
from research_agent_devtools.benchmarks.measurement import (
    Result,
    Row,
    Run,
    Samples,
    at_least,
    at_most,
    compared,
    interleave,
)
from research_agent_devtools.benchmarks.outside_world import serving
from research_agent_devtools.benchmarks.sequential_flow import Series
from research_agent_devtools.harness.fetching import fetch_from_all

DELAYS = {"wikipedia": 0.4, "hackernews": 1.0, "openalex": 1.5}
TOPICS, FIRST_TOKEN, RATE, WORDS = 0.8, 0.5, 50.0, 80
EQUAL = 0.5
FIRST_LIMIT = max(DELAYS.values()) + FIRST_TOKEN
WHOLE_LIMIT = FIRST_LIMIT + WORDS / RATE
QUESTION = "What is the transformer architecture in machine learning?"
# Keys lift limits for strangers (openalex: 100 a day), so that every run asks as often as the first.
KEYS = {"RESEARCH_AGENT_OPENALEX_KEY": "benchmark"}
SOURCES = {"RESEARCH_AGENT_SOURCES": ",".join(DELAYS)}


async def whole_turn(run: Run) -> Result:
    result = Result()
    async with AsyncExitStack() as stack:
        environ = stack.enter_context(
            serving("world", sources=list(DELAYS), delay=DELAYS, topics=TOPICS, first_token=FIRST_TOKEN, rate=RATE)
        )
        environ |= KEYS | SOURCES
        home = stack.enter_context(a_home())
        # Fresh: nothing that an earlier round brought is used again.
        settings = load_settings(environ, home=home, model="ollama:llama3.2", fresh=True)
        runtime = await stack.enter_async_context(open_runtime(settings))
        series = Series(environ, home / "series.db", await stack.enter_async_context(aiohttp.ClientSession()))
        sessions = count()

        async def ours() -> dict[str, float]:
            shown: list[float] = []
            start = time.perf_counter()

            def on_event(event: Event) -> None:
                if isinstance(event, Token) and not shown:
                    shown.append(time.perf_counter() - start)

            answer = await research(QUESTION, session=f"s{next(sessions)}", runtime=runtime, on_event=on_event)
            assert (answer.answer_from, answer.unsupported) == ("model", ()), answer
            return {"first word": shown[0], "words": float(len(answer.text.split()))}

        samples = await interleave(
            run.pick(3, 12),
            {
                "ours": ours,
                "the series' flow": lambda: series.answer(QUESTION),
                "the sequential flow": lambda: series.answer(QUESTION, sequential=True),
            },
        )
    mine, other = samples["ours"], samples["the series' flow"]
    limit: Samples = [{"first word": FIRST_LIMIT, "wall": WHOLE_LIMIT}] * len(mine)
    result.add(samples)
    result.lines = [
        compared("first word, against the series", mine, other, key="first word", is_="the series' flow",
                 goal=at_most(0.50)),
        compared("first word, against the limit of this world", mine, limit, key="first word", is_="the limit",
                 goal=at_most(1.10)),
        compared("whole turn, against the series", mine, other, is_="the series' flow", goal=at_most(0.84)),
        compared("whole turn, against the limit of this world", mine, limit, is_="the limit"),
        compared("whole turn, against the sequential flow", mine, samples["the sequential flow"],
                 is_="the sequential flow"),
    ]  # fmt: skip
    sources = ", ".join(f"{name} {delay}" for name, delay in DELAYS.items())
    result.notes = [
        f"The world: the topic call takes {TOPICS} s, the sources {sources} s a request, the model {FIRST_TOKEN} s to "
        f"its first token and then {RATE:.0f} a second; the answer has about {WORDS} words, drawn from the evidence.",
        f"Its limit: the slowest source and then the first token, {FIRST_LIMIT} s; and the words, {WHOLE_LIMIT:.1f} s.",
        "Ours checks each sentence and stores the turn before it ends; the flow of the series does not check.",
    ]
    return result


async def fetch_phase(run: Run) -> Result:
    topic = Topic(text="transformer architecture", question=QUESTION)
    equal = dict.fromkeys(DELAYS, EQUAL)
    with serving("world", sources=list(equal), delay=equal) as environ, a_home(parts=False) as home:
        settings = load_settings(environ | KEYS, home=home, fresh=True)
        sources = load_sources(settings, list(equal))
        async with open_client(settings) as client, open_reader() as read:

            async def ask(sequential: bool) -> None:
                fetched = await fetch_from_all([topic], sources, tools=Tools(client, read=read), sequential=sequential)
                assert all(report.status == "ok" for report in fetched.reports), fetched.reports

            samples = await interleave(
                run.pick(5, 15), {"all at once": lambda: ask(False), "one after another": lambda: ask(True)}
            )
    result = Result()
    result.add(samples)
    line = compared(
        f"fetch phase, three sources of {EQUAL} s", samples["all at once"], samples["one after another"],
        is_="one after another", upside_down=True, goal=at_least(2.5),
    )  # fmt: skip
    result.lines = [line]
    return result


ROWS = [
    Row(
        name="world",
        title="A question in a world of known delays",
        about="How long the user waits for the first word, and for the whole answer, in a warm process.",
        run=whole_turn,
        needs=without_parts,
    ),
    Row(
        name="fetch-phase",
        title="Many sources at once",
        about="The fetch stage alone, all sources at once and one after another.",
        run=fetch_phase,
    ),
]
