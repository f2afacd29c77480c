"""The eval of hops: each of the published formats, and the figures of rankings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from research_agent.errors import UsageError
from research_agent_devtools.evals import Request, evaluate
from research_agent_devtools.evals.multihop import HOP, SINGLE, Ranking, figures
from research_agent_devtools.evals.multihop_rows import Pool, PooledQuestion, read_pool

A, B, C = "A film by B.", "B was born in C.", "C is a town. It is old."
MUSIQUE = {
    "question": "Where was the maker of A born?",
    "paragraphs": [
        {"title": "A", "paragraph_text": A, "is_supporting": True},
        {"title": "C", "paragraph_text": C, "is_supporting": False},
        {"title": "B", "paragraph_text": B, "is_supporting": True},
    ],
}
HOTPOT = {
    "question": "Where was the maker of A born?",
    "context": [["A", [A]], ["C", ["C is a town.", " It is old."]], ["B", [B]]],
    "supporting_facts": [["A", 0], ["B", 0]],
}


def written(path: Path, value: Any) -> Path:
    path.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")
    return path


@pytest.mark.parametrize(
    "content",
    [[MUSIQUE], [HOTPOT], json.dumps(MUSIQUE) + "\n" + json.dumps(HOTPOT) + "\n"],
    ids=["MuSiQue", "HotpotQA", "lines"],
)
def test_each_format_is_one_pool_of_paragraphs(content: Any, tmp_path: Path) -> None:
    pool = read_pool(written(tmp_path / "rows", content))

    assert pool.passages == (("A", A), ("C", C), ("B", B))
    assert {question.gold for question in pool.questions} == {frozenset({0, 2})}


LISTED = [{"title": "D", "text": "D."}, {"title": "C", "text": C}]
BY_TITLE = {"D": ["D."], "C": ["C is a town.", " It is old."]}


@pytest.mark.parametrize("corpus", [LISTED, BY_TITLE])
def test_a_corpus_adds_what_is_not_there_yet(corpus: Any, tmp_path: Path) -> None:
    pool = read_pool(written(tmp_path / "rows", [HOTPOT]), written(tmp_path / "corpus", corpus))

    assert pool.passages == (("A", A), ("C", C), ("B", B), ("D", "D."))


def test_questions_without_paragraphs_are_left_out_and_counted(tmp_path: Path) -> None:
    pool = read_pool(written(tmp_path / "rows", [HOTPOT, {**HOTPOT, "context": []}]))

    assert (len(pool.questions), pool.left_out) == (1, 1)


@pytest.mark.parametrize("content", ["no JSON", "[1]", '{"question": "Who?"}', "", "[]"])
def test_a_file_that_cannot_be_used_is_named(content: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="rows"):
        read_pool(written(tmp_path / "rows", content))


def test_the_metrics_are_of_the_hop_with_the_single_shot_beside_them(tmp_path: Path) -> None:
    pool = Pool(tuple((str(at), "x") for at in range(30)), (PooledQuestion("Who?", frozenset({1, 2})),))
    single = Ranking([[1, *range(3, 12), 2]], [0.01])
    hopped = Ranking([[1, 3, 4, 5, 6, 7, 2]], [0.03])
    rows = written(tmp_path / "rows.json", [HOTPOT])

    result = figures([pool], [{SINGLE: single, HOP: hopped}], Request(data=rows)).as_json()

    assert result["metrics"] == {
        "r@5": 0.5, "r@10": 1.0, "all@20": 1.0, "cpu_ms": 30.0,
        "single_r@5": 0.5, "single_r@10": 0.5, "single_all@20": 1.0, "single_cpu_ms": 10.0,
    }  # fmt: skip
    assert result["groups"]["rows.json, hop"]["r@10"] == 1.0


@pytest.mark.anyio
async def test_only_this_eval_takes_a_corpus(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no corpus"):
        await evaluate("choice", Request(corpus=tmp_path))
