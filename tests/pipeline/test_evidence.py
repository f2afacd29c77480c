"""From documents to evidence: what a comparison tells of each of its sides, and what comes first of a thing."""

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
    "Speed of light": "The speed of light is a constant of nature. Light travels 299,792 kilometres per second.",
    "Comet": "A comet is an icy body that warms near the Sun. The tail of one may be long.",
    "Vesta": "Vesta is a body of rock that orbits the Sun. Its crust is all of basalt.",
    "Vesta (mythology)": "Vesta is the goddess of the hearth in ancient Rome.",
    "Asteroid": "An asteroid is a rocky body without any air. Ceres is 939 km across.",
}
LOGITS = {
    "What is a comet?": {"A comet is": 4.0, "The tail": 6.0},
    "Explain comets": {"A comet is": 4.0, "The tail": 6.0},
    "When does a comet have a tail?": {"A comet is": 4.0, "The tail": 6.0},
    "What is the speed of light?": {"The speed of light": 4.0, "Light travels": 6.0},
    "How do comets differ from asteroids?": {},
    "What are comets?": {"A comet is": 6.4},
    "What are asteroids?": {"An asteroid is": 2.8},
    "Which is larger, Comet or Asteroid?": {"A comet is": 3.0},
    "How large is Comet?": {},
    "What is Comet?": {"A comet is": 6.4},
    "What is Vesta?": {"Vesta is the goddess": 4.6, "Its crust": 4.0, "Vesta is a body": 2.3},
    "What is Vesta in mythology?": {"Vesta is the goddess": 4.6, "Vesta is a body": 2.3},
    "Compare Comet and Vesta": {"Vesta is the goddess": 4.6},
    "How large is Asteroid?": {"Ceres is 939": 2.0},
}


async def reader(items: Sequence[Readable]) -> list[list[float]]:
    def logit(question: str, text: str) -> float:
        known = LOGITS.get(question, {})
        return next((value for opening, value in known.items() if opening in text), -6.0)

    return [[logit(question, text) for text in texts] for question, _, texts in items]


async def floor(question: str, topics: Sequence[str]) -> str:
    """The floor for a question over the texts."""

    async def embed_ready() -> Embed:
        return bag_of_words

    async def rerank_ready() -> Rerank:
        return reader

    _, evidence = await find_evidence(
        [document(text, title=title) for title, text in TEXTS.items()],
        [Topic(text=topic, question=question, lang="en") for topic in topics],
        timeline=Timeline(),
        embed_ready=embed_ready,
        rerank_ready=rerank_ready,
    )
    return await extract(question, evidence, embed=bag_of_words)


@pytest.mark.parametrize(
    ("question", "sides", "told"),
    [
        ("How do comets differ from asteroids?", ("comets", "asteroids"), ("A comet is", "An asteroid is")),
        ("Which is larger, Comet or Asteroid?", ("Comet", "Asteroid"), ("A comet is", "Ceres is 939")),
        (
            "Compare Comet and Vesta",
            ("Comet", "Vesta"),
            ("A comet is", "Vesta is a body"),
        ),  # "Its crust" says not whose
    ],
)
async def test_each_side_is_told(question: str, sides: tuple[str, ...], told: tuple[str, ...]) -> None:
    """By the logits alone (the naive way) the second side is too far behind the first."""

    text = await floor(question, sides)
    assert all(opening in text for opening in told)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What is a comet?", "A comet is"),
        ("Explain comets", "A comet is"),
        ("When does a comet have a tail?", "The tail"),  # asks for more than its title
        ("What is the speed of light?", "Light travels"),  # asks for a figure
    ],
)
async def test_what_a_thing_is_comes_first_where_that_is_asked(question: str, first: str) -> None:
    """By the logits alone (the naive way) the sentence about its tail is first."""
    assert (await floor(question, ["comet"])).startswith(first)


@pytest.mark.parametrize(
    ("question", "first"),
    [("What is Vesta?", "Vesta is a body"), ("What is Vesta in mythology?", "Vesta is the goddess")],
)
async def test_a_name_has_its_main_sense_unless_another_is_asked_for(question: str, first: str) -> None:
    """By the logits alone (the naive way) both are the goddess."""
    assert (await floor(question, ["Vesta"])).startswith(first)
