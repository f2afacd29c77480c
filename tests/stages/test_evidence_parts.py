"""
What the real encyclopedia, embedding model and reader let count as an answer: the right article, or nothing.

From search to ranking as the pipeline does it. What is known to go wrong is here too, as expected failures.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from research_agent.encoders.embedder import open_embedder
from research_agent.encoders.reranker import open_reranker
from research_agent.settings import Settings
from research_agent.sources import SourceSettings, Tools
from research_agent.sources.encyclopedia import Encyclopedia
from research_agent.stages.fetch import LIMIT
from research_agent.stages.plan import known_topics
from research_agent.stages.rank import READ, candidates, rank, readable
from research_agent.stages.read import read
from research_agent.stages.split import split
from research_agent.types import History

pytestmark = [pytest.mark.parts, pytest.mark.reader]

# A question that no article answers, and the article that its words lead to.
UNCOVERED = {
    "What is the transformer architecture in machine learning?": "Transformer",
    "How does attention mechanism work in transformers?": "Attention",
    "What are the main differences between GPT and BERT?": "Bertolt Brecht",
    "Which Python web framework is fastest?": "Web browser",
    "How do I configure a Kubernetes ingress?": "Door",
    "What is the Rust borrow checker?": "Checkers",
    "How does Apache Kafka guarantee delivery?": "Franz Kafka",
    "What is the plot of the film Inception?": "Film",
    "How do I remove a coffee stain from a cotton shirt?": "Coffee",
    "What did OpenAI announce in 2025?": "IPhone",
    "How does the Java garbage collector work?": "Java",
    "Who is the mascot of the Go programming language?": "Go (game)",
    "What is the Swift concurrency model?": "Swift (bird)",
    "How do I train for a marathon in twelve weeks?": "Train",
    "Is there a cello sonata by Elena Marquez?": "Cello",
    "What is the stock price of Apple today?": "Apple",
    "What is a Docker container?": "Container",
    "What is Python?": "Monty Python",
    "What is the capital of Australia?": "Sydney",
}
COVERED = {
    "What is photosynthesis?": "Photosynthesis",
    "Who was Marie Curie?": "Marie Curie",
    "What causes earthquakes?": "Earthquake",
    "How tall is Mount Everest?": "Mount Everest",
    "Who painted the Mona Lisa?": "Mona Lisa",
    "What is a black hole?": "Black hole",
    "What is DNA made of?": "DNA",
    "Who wrote Hamlet?": "Hamlet",
    "How does a vaccine work?": "Vaccine",
    "What is the speed of light?": "Speed of light",
    "What is a large language model?": "Large language model",
    "Who developed the theory of general relativity?": "General relativity",
    "Where does coffee come from?": "Coffee",
    "What is the Great Wall of China?": "Great Wall of China",
    "What is jazz?": "Jazz",
    "Who was the first president of the United States?": "George Washington",
    "What is the largest planet in the Solar System?": "Jupiter",
    "What is the tallest animal?": "Giraffe",
    "What organ pumps blood?": "Heart",
}


# The sentence says it by halves ("... by area and the largest by population"), or the search does not bring it.
MISSED = {
    "Which country has the largest population?": "India",
    "What is the smallest country in the world?": "Vatican City",
}


@pytest.fixture(scope="module")
def evidence(parts_home: Path) -> Mapping[str, list[str]]:
    """Each question with the titles of the evidence that answers it, best first."""
    return asyncio.run(_evidence(parts_home, [*UNCOVERED, *COVERED, *MISSED]))


async def _evidence(home: Path, questions: list[str]) -> Mapping[str, list[str]]:
    source = Encyclopedia(SourceSettings(parts=home / "parts"))
    found = {}
    settings = Settings.of(home=home, workers=2)
    async with open_embedder(settings) as embedder, open_reranker(settings, embedder.pool) as reader:
        tools = Tools(None, embedder.embed, embedder.id, reader.read)  # type: ignore[arg-type]
        for question in questions:
            topics = known_topics(question, History(session="s"))
            documents = (await source.search(topics[0], tools=tools, limit=LIMIT)).documents
            passages = split(documents, question=question)
            rows = await embedder.embed([question, *(f"{item.document.title}. {item.text}" for item in passages)])
            near = candidates(question, passages, query=rows[0], vectors=rows[1:])[:READ]
            items = [readable(question, item.passage) for item in near]
            chosen = rank(near, await read(items, reader.read, embed=embedder.embed))
            found[question] = [item.passage.document.title for item in chosen if item.answers > 0]
    return found


@pytest.mark.parametrize(("question", "trap"), UNCOVERED.items())
def test_what_is_not_covered_is_not_answered_by_an_article_that_only_shares_its_words(
    evidence: Mapping[str, list[str]], question: str, trap: str
) -> None:
    assert trap not in evidence[question]


def test_the_naive_way_would_answer_from_the_electrical_transformer(parts_home: Path) -> None:
    """What ranks best, evidence or not: the encyclopedia's search does bring the trap."""
    question = "What is the transformer architecture in machine learning?"

    async def search() -> list[str]:
        async with open_embedder(Settings.of(home=parts_home, workers=1)) as embedder:
            topics = known_topics(question, History(session="s"))
            tools = Tools(None, embedder.embed, embedder.id)  # type: ignore[arg-type]
            source = Encyclopedia(SourceSettings(parts=parts_home / "parts"))
            return [document.title for document in (await source.search(topics[0], tools=tools, limit=LIMIT)).documents]

    assert "Transformer" in asyncio.run(search())


def test_nearly_all_that_is_not_covered_is_answered_by_nothing(evidence: Mapping[str, list[str]]) -> None:
    assert sum(not evidence[question] for question in UNCOVERED) >= len(UNCOVERED) - 1


@pytest.mark.parametrize(("question", "title"), COVERED.items())
def test_what_is_covered_has_the_right_article_first_or_second(
    evidence: Mapping[str, list[str]], question: str, title: str
) -> None:
    assert title in evidence[question][:2]


@pytest.mark.xfail(reason="neither the search nor the reader knows what is left unsaid", strict=True)
@pytest.mark.parametrize(("question", "title"), MISSED.items())
def test_a_superlative_finds_its_holder(evidence: Mapping[str, list[str]], question: str, title: str) -> None:
    assert title in evidence[question][:2]
