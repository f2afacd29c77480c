"""Frequent words are whole in the shipped tokenizer; slips are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.encoders import vocabulary
from research_agent.encoders.vocabulary import frequent_words


def test_it_holds_words_and_no_slips() -> None:
    assert {"deadline", "laptop", "einstein"} <= frequent_words()
    assert not {"recieve", "goverment", "einstien", "##ing", "[CLS]", "a"} & frequent_words()
    assert len(frequent_words()) > 20_000


def test_without_the_tokenizer_there_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "SHIPPED", tmp_path)
    frequent_words.cache_clear()
    assert frequent_words() == frozenset()
    frequent_words.cache_clear()
