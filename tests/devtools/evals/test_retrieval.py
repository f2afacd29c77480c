"""The retrieval eval measures the product's own search, and tells a good ranking from a bad one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from research_agent.errors import SetupError
from research_agent_devtools.evals import Request, evaluate
from research_agent_devtools.evals.retrieval import measured
from research_agent_devtools.evals.rows import Question

pytestmark = pytest.mark.anyio

ROWS = [
    {"question": "Who was the first woman to win a Nobel Prize?", "titles": ["Marie Curie"], "source": "own"},
    {"question": "What is the capital of France?", "titles": ["Paris", "France"], "source": "own"},
    {"question": "What are the rings of Saturn made of?", "titles": ["Saturn"], "source": "xquad-like"},
]


def asked(name: str, source: str = "") -> Question:
    return Question(question=f"{name}?", titles=(name,), grades={name: 1.0}, source=source)


def file(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)), "utf-8")
    return path


@pytest.mark.parts
async def test_the_products_own_search_is_measured(parts_home: Path, tmp_path: Path) -> None:
    found = await evaluate("retrieval", Request(data=file(tmp_path), home=parts_home))
    assert found.n == 3
    assert found.metrics["hit@10"] == 1.0
    assert 0.5 < found.metrics["ndcg@10"] <= 1.0
    assert found.ci95["hit@10"] == (1.0, 1.0)
    assert list(found.groups) == ["without xquad", "own", "xquad-like"]
    assert found.groups["own"]["n"] == 2
    assert found.ms_p50 is not None
    assert found.data[0].file == "rows.jsonl"


async def test_without_the_parts_it_says_what_to_do(tmp_path: Path) -> None:
    from research_agent.errors import EmbeddingError

    with pytest.raises((SetupError, EmbeddingError)) as raised:
        await evaluate("retrieval", Request(data=file(tmp_path), home=tmp_path / "none"))
    assert raised.value.hint == "Run: research-agent setup"


def test_a_worse_search_has_worse_figures() -> None:
    """The broken twin: the same titles, the right one always last, or missing."""
    questions = [asked("A", "one"), asked("B", "one"), asked("C", "two")]
    good = measured(questions, [["A", "x"], ["B", "x"], ["C", "x"]], [0.001, 0.003, 0.002], Request())
    worse = measured(questions, [["x", "A"], ["x", "B"], ["x", "y"]], [0.001], Request())
    assert (good.metrics, good.ms_p50) == ({"ndcg@10": 1.0, "hit@10": 1.0}, 2.0)
    assert worse.metrics["ndcg@10"] < good.metrics["ndcg@10"]
    assert worse.groups["two"] == {"n": 1, "ndcg@10": 0.0, "hit@10": 0.0}
    assert "without xquad" not in worse.groups
