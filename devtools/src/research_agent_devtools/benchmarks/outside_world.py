"""
The outside world in a process of its own, so that its processor time is not the product's.

    with serving("world", sources=[...], delay={...}, topics=0.8, first_token=0.5, rate=50) as told: ...
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from itertools import cycle
from typing import Any

from aiohttp import web

from research_agent.testing import FakeOllama
from research_agent.testing.fake_ollama import EVIDENCE
from research_agent.testing.loopback_server import serve
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import content_words
from research_agent_devtools.benchmarks.sequential_flow import hashed
from research_agent_devtools.kernel.processor_time import leave_out
from research_agent_devtools.world import ARTICLES, World
from research_agent_devtools.world.web.engines import INDICES

__all__ = ["answer_of", "serving"]

SUBJECT = "transformer architecture"
SMALL = {"hits": [{"title": "Rain", "points": 3, "text": "Rain fell on the harbour."}]}


@contextmanager
def serving(what: str, **options: Any) -> Iterator[dict[str, Any]]:
    """A server in a child, and what it says of itself: settings that lead there, or its URL."""
    process = subprocess.Popen(
        [sys.executable, "-m", "research_agent_devtools.benchmarks.outside_world", what, json.dumps(options)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    leave_out(process.pid)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def answer_of(prompt: str, *, words: int) -> str:
    """
    A reply of `words` words, or as near as can be: whole sentences of the evidence with their keys; else topics.

    Which sentences fill it exactly is a sum of parts, found by going through them once.
    """
    lines = EVIDENCE.findall(prompt)
    if not lines:
        question = prompt.rpartition("Question: ")[2].strip().partition("\n")[0]
        return " ".join(content_words(question)[:4])
    sentences = {text[start:end]: key for key, text in lines for start, end in sentence_spans(text)}
    fillings: dict[int, tuple[str, ...]] = {0: ()}
    for sentence, key in sentences.items():
        said = f"{sentence.rstrip('.!?')} [{key}]."
        if len(sentence.split()) < 6:
            continue
        for length, filling in list(fillings.items()):
            fillings.setdefault(length + len(said.split()), (*filling, said))
    return " ".join(fillings[max(length for length in fillings if length <= words)])


async def _world(
    *,
    sources: Sequence[str],
    delay: Any,
    topics: float = 0.0,
    first_token: float = 0.0,
    rate: float = 0.0,
    words: int = 80,
    articles: dict[str, str] | None = None,
    models: Sequence[str] = ("llama3.2:latest",),
) -> dict[str, Any]:
    ollama = FakeOllama(
        models=models, answers=lambda prompt: answer_of(prompt, words=words),
        topics=topics, first_token=first_token, rate=rate,
    )  # fmt: skip
    world = World(sources=sources, delay=delay, articles=articles)
    return {"open": [world, ollama], "told": lambda: {**world.environ, **ollama.environ}}


async def _web(
    *, question: str, delays: Sequence[float] = (), first_token: float = 0.0, page_size: int = 0
) -> dict[str, Any]:
    """The small web, in which the sites that a search for the question finds take these seconds, and a model."""
    hosts = Counter(page.host for page in INDICES["searxng"].search(question, len(delays) + 4))
    alone = [host for host, pages in hosts.items() if pages == 1]  # those of one host come one after another
    taking = {**dict.fromkeys(hosts, min(delays, default=0.0)), **dict(zip(alone, cycle(delays or (0.0,))))}
    world = World(sources=(), web=True, site_delay=taking, page_size=page_size, changing=True)
    ollama = FakeOllama(first_token=first_token)
    return {"open": [world, ollama], "told": lambda: {**world.environ, **ollama.environ}}


async def _small(*, delay: float = 0.0) -> dict[str, Any]:
    body = json.dumps(SMALL).encode()

    async def answer(_: web.Request) -> web.Response:
        await asyncio.sleep(delay)
        return web.Response(body=body, content_type="application/json")

    @asynccontextmanager
    async def served() -> AsyncIterator[None]:
        app = web.Application()
        app.router.add_get("/{path:.*}", answer)
        async with serve(app) as url:
            told["url"] = url
            yield

    told: dict[str, str] = {}
    return {"open": [served()], "told": lambda: told}


async def _rivals(*, words: int = 80) -> dict[str, Any]:
    """A model and sources that answer at once, in the protocols that the rivals speak."""
    said = " ".join(" ".join(ARTICLES.values()).split()[:words])
    kinds: dict[str, Callable[[str], str]] = {
        "[e1]": lambda prompt: answer_of(prompt, words=words),
        "You name search topics": lambda _: SUBJECT,
        "list of strings": lambda _: json.dumps([SUBJECT]),
        '"agent_role_prompt"': lambda _: json.dumps({"server": "Agent", "agent_role_prompt": "You write reports."}),
    }

    def reply(prompt: str) -> str:
        """What each of them asks for in its own words; to all else a text of the same length."""
        return next((answer(prompt) for mark, answer in kinds.items() if mark in prompt), said)

    ollama = FakeOllama(answers=reply)
    found = [
        {"url": f"https://articles.example/{at}", "raw_content": text} for at, text in enumerate(ARTICLES.values())
    ]

    async def embeddings(request: web.Request) -> web.Response:
        given = (await request.json())["input"]
        texts = [given] if isinstance(given, str) else given
        data = [{"object": "embedding", "index": at, "embedding": hashed(str(text))} for at, text in enumerate(texts)]
        return web.json_response({"object": "list", "model": "hashed", "data": data, "usage": {"total_tokens": 1}})

    @asynccontextmanager
    async def served() -> AsyncIterator[None]:
        app = web.Application(client_max_size=2**24)
        app.router.add_get("/search", lambda _: _as_json(found))
        app.router.add_post("/v1/embeddings", embeddings)
        async with serve(app) as url:
            told["url"] = url
            yield

    told: dict[str, str] = {}
    return {"open": [served(), ollama], "told": lambda: {**told, "ollama": ollama.url}}


async def _as_json(found: Any) -> web.Response:
    return web.json_response(found)


async def main(what: str, options: str) -> None:
    kinds: dict[str, Callable[..., Awaitable[dict[str, Any]]]] = {
        "world": _world, "small": _small, "rivals": _rivals, "web": _web,
    }  # fmt: skip
    made = await kinds[what](**json.loads(options))
    async with AsyncExitStack() as stack:
        for server in made["open"]:
            await stack.enter_async_context(server)
        print(json.dumps(made["told"]()), flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
