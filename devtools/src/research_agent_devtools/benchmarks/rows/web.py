"""A general question in a small web: what is waited for, and what a page costs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any
from unittest.mock import patch

from research_agent.events import Timeline
from research_agent.http import proxies
from research_agent.pipeline import research
from research_agent.pipeline.evidence import find_evidence
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import load_settings
from research_agent.types import Answer, Topic
from research_agent_devtools.benchmarks.homes import a_home, without_parts
from research_agent_devtools.benchmarks.measurement import (
    Result,
    Row,
    Run,
    Samples,
    at_most,
    compared,
    interleave,
    measured,
)
from research_agent_devtools.benchmarks.outside_world import serving

QUESTION = "How long does it take to walk around Skell island?"
SEARCHED = "long take walk around Skell island"
PAGES = 8
FASTEST, SLOWEST, FIRST_TOKEN = 0.2, 2.0, 0.5
DELAYS = [round(SLOWEST - (SLOWEST - FASTEST) * at / (PAGES - 1), 2) for at in range(PAGES)]
HEAVY = 200_000  # bytes
ONLY_WEB = {"RESEARCH_AGENT_SOURCES": "web", "RESEARCH_AGENT_WEB_SEARCH": "searxng"}


@asynccontextmanager
async def opened(**options: Any) -> AsyncIterator[Runtime]:
    """A warm runtime whose web is the small one, in a process of its own."""
    with serving("web", question=SEARCHED, **options) as environ, a_home() as home:
        through = {name: url for name, url in environ.items() if name.endswith("_PROXY")}
        with patch.object(proxies, "proxy_variables", lambda: through):
            # Fresh: nothing that an earlier round brought is used again.
            settings = load_settings(environ | ONLY_WEB, home=home, model="ollama:llama3.2", fresh=True)
            async with open_runtime(settings) as runtime:
                await runtime.ready()
                yield runtime


async def whole_turn(run: Run) -> Result:
    async with opened(delays=DELAYS, first_token=FIRST_TOKEN) as runtime:
        sessions = count()
        late: list[str] = []

        async def ours() -> dict[str, float]:
            answer = await research(QUESTION, session=f"s{next(sessions)}", runtime=runtime)
            late.extend(_late(answer))
            assert "hours" in answer.text, answer.text
            return {"pages": float(_of_web(answer).documents)}

        samples = await interleave(run.pick(3, 10), {"ours": ours})
    # A page that was not waited for makes the limit no longer: then the slowest of the others is.
    waited = DELAYS[1] if late else SLOWEST
    limit: Samples = [{"wall": waited + FIRST_TOKEN}] * len(samples["ours"])
    result = Result()
    result.add(samples)
    result.lines = [
        compared("whole turn, against the slowest page and the first token", samples["ours"], limit, is_="the limit",
                 goal=at_most(1.15)),
        measured("pages that were read", samples["ours"], key="pages", unit=""),
    ]  # fmt: skip
    result.notes = [
        f"Pages take {', '.join(f'{delay:g}' for delay in DELAYS)} s, the model {FIRST_TOKEN} s to its first token; "
        f"the engine and robots.txt answer at once. Pages that were late: {len(late)} in all rounds.",
    ]
    return result


def _of_web(answer: Answer) -> Any:
    return next(report for report in answer.sources if report.name == "web")


def _late(answer: Answer) -> list[str]:
    return [page.url for page in _of_web(answer).unread if " within " in page.why]


async def a_page(run: Run) -> Result:
    """Processor time of a page: of this process, of the one that reads pages, of the pool that ranks."""
    async with opened(page_size=HEAVY) as runtime:
        web = next(source for source in runtime.sources if source.name == "web")
        topics = [Topic(text=SEARCHED, question=QUESTION)]

        async def ours() -> dict[str, float]:
            found = await web.search(topics[0], tools=runtime.tools.of(web, reuse=False), limit=PAGES)
            assert len(found.documents) >= PAGES - 2, found
            await find_evidence(
                found.documents, topics, timeline=Timeline(None), embed_ready=runtime.embed_ready,
                rerank_ready=runtime.rerank_ready,
            )  # fmt: skip
            return {"pages": float(len(found.documents))}

        samples = await interleave(run.pick(5, 15), {"ours": ours})
    each: Samples = [{"cpu": one["cpu"] / one["pages"]} for one in samples["ours"]]
    result = Result()
    result.add(samples)
    result.lines = [
        measured("processor time of a page of 200 KB, read and ranked", each, key="cpu", unit="ms", scale=1000,
                 goal=at_most(60, "ms")),
    ]  # fmt: skip
    result.notes = [
        "A page has about a thousand words of text among 200 KB of markup, styles and data of scripts; it says "
        "something else each time, so that nothing that models made of it is there already."
    ]
    return result


ROWS = [
    Row(
        name="web",
        title="A general question in a small web",
        about="Eight pages of known delays behind a search engine: how long the user waits.",
        run=whole_turn,
        needs=without_parts,
    ),
    Row(
        name="web-page",
        title="A page of the web",
        about="What a page costs until its passages are ranked.",
        run=a_page,
        needs=without_parts,
    ),
]
