"""Disagreements: planted contradictions are found, and texts that agree or speak of something else raise no alarm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from helpers.planted_pairs import AGREEING, CONTRADICTING, Pair
from research_agent.deep_research.disagreements import find_disagreements
from research_agent.memory import Disagreement, LedgerEntry
from research_agent.text.copies import near_duplicates
from research_agent.text.sentences import sentence_spans
from research_agent.types import Document, Embed, Entail

pytestmark = pytest.mark.anyio


async def found(pair: Pair, entail: Entail | None = None, embed: Embed | None = None) -> list[Disagreement]:
    documents = [
        Document(source="a", title=pair.titles[at], url=f"https://{at}.example", text=text, retrieved="2026-01-01")
        for at, text in enumerate((pair.one, pair.other))
    ]
    ledger = [
        LedgerEntry(step=1, document=one.id, start=start, end=end, score=1.0, witness=one.id)
        for one in documents
        for start, end in sentence_spans(one.text)
    ]
    return await find_disagreements(ledger, {one.id: one for one in documents}, near_duplicates(), entail, embed)


async def test_planted_contradictions_are_found_by_rule() -> None:
    missed = [pair for pair in CONTRADICTING if not await found(pair)]
    assert len(CONTRADICTING) == 100
    assert len(missed) <= 5, missed


async def test_texts_that_agree_or_speak_of_something_else_raise_no_alarm() -> None:
    alarms = [(pair, told) for pair in AGREEING if (told := await found(pair))]
    assert len(AGREEING) == 100
    assert len(alarms) <= 2, alarms


@pytest.mark.parametrize(("certain", "expected"), [(True, 1), (False, 0)])
async def test_where_only_the_predicate_differs_the_judge_decides(certain: bool, expected: int) -> None:
    async def entail(pairs: Sequence[tuple[str, str]]) -> Any:
        return np.array([[0.0, 3.0 if certain else 0.0, 0.0]] * len(pairs), dtype=np.float32)

    pair = Pair("Orlen Lake covers 54 km2.", "Orlen Lake has an area of 61 km2.", titles=("Lakes", "Water"))
    told = await found(pair, entail)
    assert [(one.ours, one.theirs, one.by) for one in told] == [("54 km2", "61 km2", "judge")] * expected
    assert await found(pair) == []


@pytest.mark.parametrize(("near", "certain", "expected"), [(True, True, 1), (True, False, 0), (False, True, 0)])
async def test_in_other_words_both_meaning_and_the_judge_must_say_so(near: bool, certain: bool, expected: int) -> None:
    async def entail(pairs: Sequence[tuple[str, str]]) -> Any:
        return np.array([[0.0, 2.0 if certain else 0.0, 0.0]] * len(pairs), dtype=np.float32)

    async def embed(texts: Sequence[str]) -> Any:
        return np.eye(len(texts), dtype=np.float32) if not near else np.ones((len(texts), 1), dtype=np.float32)

    pair = Pair("Kestrel Airport was opened in 1958.", "Kestrel Airport began service in 1963.", titles=("A", "B"))
    assert len(await found(pair, entail, embed)) == expected
