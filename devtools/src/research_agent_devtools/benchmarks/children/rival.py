"""
A rival, or this project, in an environment of its own: `rival.py NAME OLLAMA SOURCES QUESTIONS`, then one line of JSON.

Told are the seconds of the import and, of each question but the first, wall and processor time. Model and sources are
fakes that answer at once, the same for all; nothing leaves the machine.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from typing import Any

QUESTION = "What is the transformer architecture in machine learning?"
Ask = Callable[[], Awaitable[str]]


def gpt_researcher(ollama: str, sources: str) -> Ask:
    """Its own retriever for any service, its own reports; costs are counted in words, as tiktoken would download."""
    import tiktoken

    class Words:
        def encode(self, text: str, **_: Any) -> list[str]:
            return text.split()

    tiktoken.get_encoding = tiktoken.encoding_for_model = lambda *_: Words()  # type: ignore[assignment]
    for name in ("FAST_LLM", "SMART_LLM", "STRATEGIC_LLM"):
        os.environ[name] = "ollama:llama3.2"
    os.environ |= {
        "OLLAMA_BASE_URL": ollama, "RETRIEVER": "custom", "RETRIEVER_ENDPOINT": f"{sources}/search",
        "EMBEDDING": "custom:hashed", "OPENAI_BASE_URL": f"{sources}/v1", "OPENAI_API_KEY": "none",
    }  # fmt: skip
    from gpt_researcher import GPTResearcher

    async def ask() -> str:
        researcher = GPTResearcher(query=QUESTION, report_type="research_report", verbose=False)
        await researcher.conduct_research()
        assert researcher.context, "it found nothing"
        return str(await researcher.write_report())

    return ask


def local_deep_research(ollama: str, sources: str) -> Ask:
    """Its quick summary, one round of search, with a retriever and a model that are handed in."""
    import requests
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever
    from langchain_ollama import ChatOllama
    from local_deep_research.api import quick_summary

    class Articles(BaseRetriever):
        def _get_relevant_documents(self, query: str, **_: Any) -> list[Document]:
            found = requests.get(f"{sources}/search", params={"query": query}, timeout=30).json()
            return [Document(page_content=each["raw_content"], metadata={"source": each["url"]}) for each in found]

    def summary() -> str:
        told = quick_summary(
            QUESTION, llms={"fake": ChatOllama(model="llama3.2", base_url=ollama)}, provider="fake",
            retrievers={"articles": Articles()}, search_tool="articles", iterations=1, questions_per_iteration=1,
            programmatic_mode=True,
        )  # fmt: skip
        assert told["sources"], "it found nothing"
        return str(told["summary"])

    return lambda: asyncio.to_thread(summary)


def ours(ollama: str, sources: str) -> Ask:
    """This project: the same articles as a source, ranking by words, as without its embedded parts."""
    from research_agent import Document, Found, load_settings, open_runtime, research

    class Articles:
        name, title, live = "articles", "Articles", True

        async def search(self, topic: Any, *, tools: Any, limit: int) -> Any:
            found = await tools.client.get_json(f"{sources}/search", params={"query": topic.text})
            return Found([self.document(each["url"], each["raw_content"]) for each in found])

        def document(self, url: str, text: str) -> Any:
            return Document(source=self.name, title=url, url=url, text=text, retrieved="2026-01-01")

    home = tempfile.mkdtemp(prefix="bench-rival-")
    environ = {"RESEARCH_AGENT_HOME": home, "OLLAMA_HOST": ollama, "RESEARCH_AGENT_WEB_URL": sources}
    opened: list[Any] = []

    async def ask() -> str:
        if not opened:
            settings = load_settings(environ, model="ollama:llama3.2", fresh=True)
            context = open_runtime(settings, sources=[Articles()])
            opened.extend([context, await context.__aenter__()])
        return str((await research(QUESTION, runtime=opened[1])).text)

    return ask


async def main(name: str, ollama: str, sources: str, questions: str) -> None:
    start = time.perf_counter()
    ask = {"gpt-researcher": gpt_researcher, "local-deep-research": local_deep_research, "ours": ours}[name](
        ollama, sources
    )
    told: dict[str, Any] = {"import": time.perf_counter() - start, "questions": []}
    for number in range(int(questions) + 1):
        wall, cpu = time.perf_counter(), os.times()
        answer = await ask()
        after = os.times()
        if number:
            cpu_seconds = sum(after[:4]) - sum(cpu[:4])
            told["questions"].append(
                {"wall": time.perf_counter() - wall, "cpu": cpu_seconds, "words": len(answer.split())}
            )
    print("\n" + json.dumps(told), flush=True)
    os._exit(0)  # what it keeps open is its own


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
