"""
Is a wrong figure shown without its contradiction?

Each fact is an article of the encyclopedia, and seven copies on other hosts in which one number, date or name is
another. The copies outvote the article seven to one: whoever counts documents, or hosts, elects the wrong figure. Asked
through the real `research()` without a chat model, whose answers are verbatim sentences.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from research_agent.llm.fake_chat import FakeChat
from research_agent.pipeline import research
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import Settings
from research_agent.sources.protocol import Found, Tools
from research_agent.text.sentences import sentence_spans
from research_agent.types import Answer, Document, Topic
from research_agent_devtools.evals.alterations import CLAIMS, Alteration, Place

__all__ = ["FACTS", "Fact", "Shown", "facts", "look_at", "look_at_all"]

FACTS, COPIES = 100, 7
KINDS = ("number", "number in words", "date", "name")  # of `alterations`: what is another in the copies
STRANGER = "Quillon"  # a name that no article holds
SHORTEST, LONGEST = 40, 300  # characters of the sentence that holds the fact


@dataclass(frozen=True, slots=True)
class Fact:
    """A document, copies that all say something else in one place, and that sentence as it is and as they have it."""

    document: Document
    copies: tuple[Document, ...]
    true: str
    wrong: str


@dataclass(frozen=True, slots=True)
class Shown:
    """
    What an answer shows of a fact: the wrong sentence, and beside it the true one that contradicts it.

    `outvoted` is what a naive program makes of the same documents: the figure that most of them state is the wrong one.
    """

    wrong: bool
    contradicted: bool
    outvoted: bool


def facts(articles: Sequence[Document], n: int, seed: int) -> Iterator[Fact]:
    """`n` facts, the same for the same seed."""
    rng = random.Random(f"{seed} copies")  # noqa: S311 - no secret
    made = 0
    for document in rng.sample(articles, len(articles)):
        if made < n and (fact := _fact(document, CLAIMS[KINDS[made % len(KINDS)]], rng)):
            made += 1
            yield fact


def _fact(document: Document, alter: Alteration, rng: random.Random) -> Fact | None:
    spans = [(start, end) for start, end in sentence_spans(document.text) if SHORTEST <= end - start <= LONGEST]
    if not spans:
        return None
    start, end = rng.choice(spans)
    true = document.text[start:end]
    wrong = alter(Place(true, document.title, document.text, STRANGER), rng)
    if wrong is None or wrong in document.text:
        return None
    text = document.text[:start] + wrong + document.text[end:]
    copies = tuple(
        replace(document, source="mirrors", url=f"https://mirror{n}.example/{n}", text=f"{text} Mirror {n}.")
        for n in range(1, COPIES + 1)
    )
    return Fact(document, copies, true, wrong)


async def look_at_all(found: Sequence[Fact], settings: Settings, folder: Path) -> list[Shown]:
    """Ask about every fact, with the embedding model of these settings and a store in `folder`."""
    parts = settings.parts
    settings = settings.with_changes(home=folder, model="", offline=True, strict=False, lang="")
    if parts.is_dir() and not settings.parts.exists():
        settings.parts.symlink_to(parts)
    async with open_runtime(settings, sources=[], chat=FakeChat()) as runtime:
        return [await look_at(fact, runtime) for fact in found]


async def look_at(fact: Fact, runtime: Runtime) -> Shown:
    """Ask for what the sentence tells, the figure left out; the copies come first, as they do in search results."""
    ready = replace(runtime, sources=[_Hosts([*fact.copies, fact.document])], chat=None)
    told = [word for word in fact.true.split() if word in fact.wrong.split()]
    answer = await research(f"{fact.document.title}: {' '.join(told)}", runtime=ready)
    votes = [fact.wrong in document.text for document in (*fact.copies, fact.document)]
    return Shown(fact.wrong in answer.text, _contradicted(answer, fact), sum(votes) * 2 > len(votes))


def _contradicted(answer: Answer, fact: Fact) -> bool:
    """Whether a conflict stands at the sentence, and quotes the true one."""
    return any(
        fact.true in conflict.quote and fact.wrong in answer.text[slice(*conflict.sentence)]
        for conflict in answer.conflicts
    )


class _Hosts:
    """A source that has these documents, live as the web is."""

    name, title, live = "mirrors", "Mirrors", False

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        return Found(self._documents)
