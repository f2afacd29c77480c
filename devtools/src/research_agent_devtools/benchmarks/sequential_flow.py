"""
The flow of the series that this project answers to, written afresh from its description, and the sequential one.

Topics from the model, then all sources at once, then the statistics in a fresh interpreter beside embeddings in a
process pool that is made for the call, then one prompt whose answer is shown when it is whole, then a row in SQLite.
Where the description leaves a choice it has the quicker one: one request a source, a forked pool, vectors that are
hashed and not computed by a model, no check of the answer.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import multiprocessing
import sqlite3
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import aiohttp

__all__ = ["Series"]

WORKERS = 2
DIMENSIONS = 384
STATISTICS = """
import collections, json, statistics, sys
texts = json.load(sys.stdin)
lengths = [len(text.split()) for text in texts]
counted = collections.Counter(word for text in texts for word in text.lower().split() if len(word) > 4)
print(json.dumps({"mean": statistics.fmean(lengths or [0]), "words": counted.most_common(8)}))
"""


class Series:
    """One process of it, warm: the HTTP session, the model's client and the file are open."""

    def __init__(self, environ: Mapping[str, str], file: Path, session: aiohttp.ClientSession) -> None:
        from langchain_ollama import ChatOllama

        self.environ, self.session = environ, session
        self.chat = ChatOllama(model="llama3.2", base_url=environ["OLLAMA_HOST"], temperature=0, num_ctx=8192)
        self.store = sqlite3.connect(file, check_same_thread=False)
        self.store.execute("CREATE TABLE IF NOT EXISTS turns (question TEXT, answer TEXT)")

    async def answer(self, question: str, *, sequential: bool = False) -> dict[str, float]:
        """Answer; seconds to the first word shown and to the end."""
        start = time.perf_counter()
        topic = await self._ask(f"Name one search topic.\nQuestion: {question}")
        searches = [self._wikipedia(topic), self._hackernews(topic), self._openalex(topic)]
        if sequential:
            found = [await search for search in searches]
        else:
            found = await asyncio.gather(*searches)
        texts = [text for each in found for text in each]
        if sequential:
            report, vectors = await self._statistics(texts), await self._vectors([question, *texts])
        else:
            report, vectors = await asyncio.gather(self._statistics(texts), self._vectors([question, *texts]))
        answer = await self._ask(self._prompt(question, texts, vectors, report))
        shown = time.perf_counter() - start
        await asyncio.to_thread(self._remember, question, answer)
        return {"first word": shown, "words": float(len(answer.split()))}

    async def _ask(self, prompt: str) -> str:
        return str((await self.chat.ainvoke(prompt)).content)

    def _prompt(self, question: str, texts: Sequence[str], vectors: Sequence[Sequence[float]], report: Any) -> str:
        likeness = [sum(a * b for a, b in zip(vectors[0], vector, strict=True)) for vector in vectors[1:]]
        best = sorted(range(len(texts)), key=lambda at: -likeness[at])[:8]
        lines = [f"[e{number}] {' '.join(texts[at].split())}" for number, at in enumerate(best, 1)]
        return "\n".join([f"Frequent: {report['words']}", "Evidence:", *lines, f"Question: {question}"])

    async def _wikipedia(self, topic: str) -> list[str]:
        params = {"action": "query", "generator": "search", "gsrsearch": topic, "gsrlimit": "5", "format": "json"}
        body = await self._get(f"{self.environ['RESEARCH_AGENT_WIKIPEDIA_URL']}/w/api.php", params)
        return [page["extract"] for page in body.get("query", {}).get("pages", ())]

    async def _hackernews(self, topic: str) -> list[str]:
        url = f"{self.environ['RESEARCH_AGENT_HACKERNEWS_URL']}/api/v1/search"
        body = await self._get(url, {"query": topic, "hitsPerPage": "5"})
        return [f"{hit['title']}. {hit.get('story_text', '')}" for hit in body["hits"]]

    async def _openalex(self, topic: str) -> list[str]:
        body = await self._get(f"{self.environ['RESEARCH_AGENT_OPENALEX_URL']}/works", {"search": topic})
        return [_in_order(work.get("abstract_inverted_index") or {}) for work in body["results"]]

    async def _get(self, url: str, params: Mapping[str, str]) -> Any:
        async with self.session.get(url, params=params) as response:
            return await response.json()

    async def _statistics(self, texts: Sequence[str]) -> Any:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", STATISTICS, stdin=pipe, stdout=pipe)
        out, _ = await process.communicate(json.dumps(texts).encode())
        return json.loads(out)

    async def _vectors(self, texts: Sequence[str]) -> list[list[float]]:
        def pooled() -> list[list[float]]:
            with ProcessPoolExecutor(WORKERS, multiprocessing.get_context("fork")) as pool:
                return list(pool.map(hashed, texts))

        return await asyncio.to_thread(pooled)

    def _remember(self, question: str, answer: str) -> None:
        with self.store:
            self.store.execute("INSERT INTO turns VALUES (?, ?)", (question, answer))


def hashed(text: str) -> list[float]:
    """A vector without a model: each word adds to the place that its hash names."""
    vector = [0.0] * DIMENSIONS
    for word in text.lower().split():
        vector[int.from_bytes(hashlib.blake2b(word.encode(), digest_size=4).digest()) % DIMENSIONS] += 1.0
    length = sum(value * value for value in vector) ** 0.5 or 1.0
    return [value / length for value in vector]


def _in_order(places: Mapping[str, Sequence[int]]) -> str:
    words = {at: word for word, all_ in places.items() for at in all_}
    return " ".join(words[at] for at in sorted(words))
