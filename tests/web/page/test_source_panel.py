from __future__ import annotations

from dataclasses import replace

import hypothesis.strategies as st
from hypothesis import given

from research_agent.web.page.source_panel import Highlight, highlights, quote_id, split_text
from research_agent_devtools.harness.scripted_engine import RIVER, answer

SPANS = st.lists(st.tuples(st.integers(-3, 24), st.integers(-3, 24)).map(sorted), max_size=5)


def test_the_words_that_are_quoted_are_marked_to_the_character() -> None:
    spans = highlights(answer(), RIVER)
    assert [(span.start, span.end, span.sentences) for span in spans] == [
        (0, 33, ("The Lumen is long.",)),
        (34, 63, ("It does not freeze.",)),
    ]
    pieces = split_text(RIVER.text, spans)
    assert [piece.text for piece in pieces if piece.quoted] == [cited.quote for cited in answer().citations]
    assert pieces[0].ids == (quote_id(0, 33),)


def test_words_of_another_document_are_not() -> None:
    assert highlights(answer(), replace(RIVER, url="https://elsewhere.example")) == []


@given(st.text(max_size=20), SPANS)
def test_the_pieces_are_the_text_whatever_is_quoted(text: str, spans: list[tuple[int, int]]) -> None:
    marks = [Highlight(quote_id(start, end), start, end, (), against=False) for start, end in spans]
    pieces = split_text(text, marks)
    assert "".join(piece.text for piece in pieces) == text
    at = 0
    for piece in pieces:
        for _ in piece.text:
            assert piece.quoted == any(start <= at < end for start, end in spans)
            at += 1
