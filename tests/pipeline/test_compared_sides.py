"""A comparison tells of each of its sides, though a text about one of them answers better."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from helpers.sample_evidence import bag_of_words, document
from research_agent.events import Timeline
from research_agent.pipeline.evidence import find_evidence
from research_agent.stages.extract import extract
from research_agent.types import Embed, Readable, Rerank, Topic

pytestmark = pytest.mark.anyio

TEXTS = {
    "Comet": "A comet is an icy body that warms near the Sun. The tail of one may be long.",
    "Asteroid": "An asteroid is a rocky body without any air. Ceres is 939 km across.",
}
LOGITS = {
    "How do comets differ from asteroids?": {},
    "What are comets?": {"A comet is": 6.4},
    "What are asteroids?": {"An asteroid is": 2.8},
    "Which is larger, Comet or Asteroid?": {"A comet is": 3.0},
    "How large is Comet?": {},
    "What is Comet?": {"A comet is": 6.4},
    "How large is Asteroid?": {"Ceres is 939": 2.0},
}


async def reader(items: Sequence[Readable]) -> list[list[float]]:
    def logit(question: str, text: str) -> float:
        known = LOGITS.get(question, {})
        return next((value for opening, value in known.items() if opening in text), -6.0)

    return [[logit(question, text) for text in texts] for question, _, texts in items]


@pytest.mark.parametrize(
    ("question", "sides", "told"),
    [
        ("How do comets differ from asteroids?", ("comets", "asteroids"), ("A comet is", "An asteroid is")),
        ("Which is larger, Comet or Asteroid?", ("Comet", "Asteroid"), ("A comet is", "Ceres is 939")),
    ],
)
async def test_each_side_is_told(question: str, sides: tuple[str, ...], told: tuple[str, ...]) -> None:
    """By the logits alone (the naive way) the second side is too far behind the first."""

    async def embed_ready() -> Embed:
        return bag_of_words

    async def rerank_ready() -> Rerank:
        return reader

    _, evidence = await find_evidence(
        [document(text, title=title) for title, text in TEXTS.items()],
        [Topic(text=side, question=question, lang="en") for side in sides],
        timeline=Timeline(),
        embed_ready=embed_ready,
        rerank_ready=rerank_ready,
    )
    text = await extract(question, evidence, embed=bag_of_words)
    assert all(opening in text for opening in told)
