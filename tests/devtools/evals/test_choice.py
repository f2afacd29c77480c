"""The eval of the choice of sources: what counts as found, and which rows it takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.errors import UsageError
from research_agent.settings import Settings
from research_agent.sources import load_sources
from research_agent_devtools.evals import Request, evaluate
from research_agent_devtools.evals.choice import LABELLED, acceptable


@pytest.mark.anyio
async def test_the_shipped_questions_have_their_sources_among_the_first_three(tmp_path: Path) -> None:
    result = await evaluate("choice", Request(home=tmp_path))
    assert result.n == 400
    assert result.metrics["top3"] >= 0.95
    assert result.metrics["most_sources"] <= 5
    assert result.groups["general sources alone"]["top3"] < 0.3
    assert {"dev", "test", "ja", "medicine"} <= result.groups.keys()
    assert [item.file for item in result.data] == [LABELLED.name]


def test_a_wide_source_counts_only_for_a_general_question() -> None:
    sources = load_sources(Settings(home=Path()))
    assert "wikipedia" in acceptable(frozenset({"general"}), sources)
    assert acceptable(frozenset({"medicine"}), sources) == {"pubmed", "europepmc"}


@pytest.mark.anyio
@pytest.mark.parametrize("line", ["no JSON", '{"question": "Who?"}', "[]"])
async def test_a_row_that_cannot_be_used_is_named(line: str, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(line)
    with pytest.raises(UsageError, match=r"rows\.jsonl"):
        await evaluate("choice", Request(data=tmp_path / "rows.jsonl", home=tmp_path))
