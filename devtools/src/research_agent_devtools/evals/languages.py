"""
Do everyday questions in other languages get an answer whose first sentence answers?

The same 30 questions in es, de, fr, zh, ja and ar over leads in that language: for es and fr those that
`setup --lang` brings, for the others 40 short leads that were written for the project. Run:

    python -m research_agent_devtools.evals.languages de zh
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from research_agent.pipeline import research
from research_agent.runtime import open_runtime
from research_agent.settings import Settings, load_settings
from research_agent.sources.encyclopedia import DATABASE, folder_of
from research_agent.sources.leads_index import build_index, search_index
from research_agent.sources.protocol import Found, Tools
from research_agent.text.sentences import sentence_spans
from research_agent.types import Answer, Topic

__all__ = ["LANGUAGES", "Row", "Told", "everyday_rows", "local_leads", "measure"]

HERE = Path(__file__).parent
LANGUAGES = ("es", "de", "fr", "zh", "ja", "ar")


@dataclass(frozen=True, slots=True)
class Row:
    """A question, and the pattern of what answers it."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Told:
    """Whether the first sentence of an answer answers, and whether anything in it does."""

    row: Row
    first: bool
    anywhere: bool
    text: str


class _Leads:
    """Source of the leads in one language."""

    name, title, live = "encyclopedia", "Leads", False

    def __init__(self, database: Path) -> None:
        self.database = database

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Search by words alone."""
        text = f"{topic.text} {topic.question}"
        return Found(await asyncio.to_thread(search_index, self.database, text, limit=limit, source=self.name))


def everyday_rows(lang: str) -> list[Row]:
    """The 30 questions in a language."""
    return [Row(item["question"], item["answer"]) for item in _items("everyday_questions.jsonl", lang)]


def local_leads(lang: str) -> list[dict[str, str]]:
    """The leads in a language that were written for the project; none in es and fr."""
    return [{"title": item["title"], "extract": item["text"]} for item in _items("everyday_leads.jsonl", lang)]


async def measure(lang: str, settings: Settings) -> list[Told]:
    """Ask the questions of a language, without a chat model."""
    with tempfile.TemporaryDirectory() as folder:
        own = settings.with_changes(home=Path(folder), sources=(), offline=True, lang="")
        own.parts.symlink_to(settings.parts.resolve())
        database = settings.parts / folder_of(lang) / DATABASE
        if leads := local_leads(lang):
            database = Path(folder) / DATABASE
            build_index(leads, database, lang=lang, date="2026-01-01")
        async with open_runtime(own, sources=[_Leads(database)]) as runtime:
            await runtime.ready()
            alone = replace(runtime, chat=None)
            return [_told(row, await research(row.question, runtime=alone)) for row in everyday_rows(lang)]


def _told(row: Row, answer: Answer) -> Told:
    start, end = next(iter(sentence_spans(answer.text)), (0, 0))
    shown = re.compile(row.answer)
    first = shown.search(answer.text[start:end]) is not None
    return Told(row, first, shown.search(answer.text) is not None, answer.text)


def _items(name: str, lang: str) -> list[dict[str, str]]:
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [item for item in map(json.loads, lines) if item["lang"] == lang]


def main(languages: Iterable[str]) -> None:
    """Print the shares of each language, and the first sentences that do not answer."""
    settings = load_settings()
    for lang in languages:
        told = asyncio.run(measure(lang, settings))
        first, anywhere = sum(item.first for item in told), sum(item.anywhere for item in told)
        print(f"{lang}: first sentence {first}/{len(told)}, anywhere {anywhere}/{len(told)}", flush=True)
        for item in told:
            if not item.first:
                print(f"    {item.row.question} -> {item.text[:90]!r}")


if __name__ == "__main__":
    main(sys.argv[1:] or LANGUAGES)
