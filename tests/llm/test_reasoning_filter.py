"""A model's thoughts never reach the answer, however the stream is cut into pieces."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from research_agent.llm.reasoning_filter import ReasoningFilter

WHOLE = re.compile(r"(?s)<think>.*?(</think>|\Z)")
PARTS = st.sampled_from(["<think>", "</think>", "<thin", "<", "k>", "/", "answer ", "a thought\n", "é🐳", "<<think>"])
TEXTS = st.lists(PARTS | st.text(max_size=3), max_size=12).map("".join)


def _filtered(pieces: list[str]) -> str:
    thoughts = ReasoningFilter()
    return "".join([*(thoughts.feed(piece) for piece in pieces), thoughts.end()])


@given(TEXTS, st.lists(st.integers(0, 60), max_size=8))
def test_any_cutting_gives_what_the_whole_text_gives(text: str, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in pairwise(places)]
    assert _filtered(pieces) == WHOLE.sub("", text)


@given(TEXTS)
def test_text_comes_as_soon_as_it_cannot_be_a_tag(text: str) -> None:
    thoughts = ReasoningFilter()
    emitted = "".join(map(thoughts.feed, text))
    assert len(WHOLE.sub("", text)) - len(emitted) < len("<think>")


def test_filtering_each_piece_by_itself_lets_thoughts_through() -> None:
    """The broken twin."""
    pieces = ["<thi", "nk>secret</think>", "answer"]
    assert "secret" in "".join(WHOLE.sub("", piece) for piece in pieces)
    assert _filtered(pieces) == "answer"
