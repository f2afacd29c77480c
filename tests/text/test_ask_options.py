"""Options of one question: what cannot be one is refused before anything is asked."""

from __future__ import annotations

from typing import Any

import pytest

from research_agent.errors import UsageError
from research_agent.text.ask_options import read_options
from research_agent.types import USUAL, AskOptions


def test_what_is_empty_changes_nothing() -> None:
    assert read_options() == read_options(model=" ", sources=["", " "], lang="") == USUAL


def test_what_is_given_is_tidied() -> None:
    given = read_options(model=" ollama:qwen3:4b ", sources=["arxiv", "arxiv ", "web"], lang="DE", replaces=2)
    assert given == AskOptions(model="ollama:qwen3:4b", sources=("arxiv", "web"), lang="de", replaces=2)


@pytest.mark.parametrize(
    "given",
    [
        {"model": "llama3.2"}, {"model": "ollama:a\nb"}, {"model": "ollama:"}, {"model": "x" * 400},
        {"lang": "german"}, {"lang": "../x"}, {"lang": "d"}, {"sources": [f"s{n}" for n in range(41)]},
        {"replaces": -1},
    ],
)  # fmt: skip
def test_what_cannot_be_an_option_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        read_options(**given)
