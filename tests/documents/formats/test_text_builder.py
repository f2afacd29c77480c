"""The text of a file and its places, as a reader of a format tells of them."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from research_agent.documents.file_text import FileText
from research_agent.documents.file_values import file_text_from, values_of
from research_agent.documents.formats.text_builder import TextBuilder


def built(told: TextBuilder) -> FileText:
    return file_text_from(
        values_of(told.file_text())
    )  # which raises for places that are not in the text, or out of order


def said(content: FileText, kind: str) -> list[tuple[str, str]]:
    return [(place.label, content.text[place.start : place.end]) for place in content.places if place.kind == kind]


def test_sections_end_where_one_of_their_level_begins() -> None:
    told = TextBuilder()
    told.paragraph("Before.")
    told.heading("One", 1)
    told.paragraph("a")
    told.heading("Within", 3)
    told.paragraph("b")
    told.heading("Two", 1)
    told.paragraph("c")
    content = built(told)
    assert content.text == "Before.\n\nOne\n\na\n\nWithin\n\nb\n\nTwo\n\nc"
    assert said(content, "heading") == [
        ("One", "One\n\na\n\nWithin\n\nb"),
        ("Within", "Within\n\nb"),
        ("Two", "Two\n\nc"),
    ]


def test_pages_and_unseen_headings_begin_with_their_text() -> None:
    told = TextBuilder()
    told.page("1")
    told.heading("Chapter", 1, is_shown=False)
    told.paragraph("a")
    told.page("2")
    told.page("3")
    told.line("b")
    content = built(told)
    assert said(content, "page") == [("1", "a"), ("2", ""), ("3", "b")]
    assert said(content, "heading") == [("Chapter", "a\nb")]
    assert [place.kind for place in content.places[:2]] == ["heading", "page"]


def test_a_table_is_a_row_a_line() -> None:
    told = TextBuilder()
    told.paragraph("a")
    told.table(["Year: 1895", "", "Year: 1896"], caption="Ice")
    told.table([])
    content = built(told)
    assert said(content, "table") == [("Ice", "Year: 1895\nYear: 1896")]


def test_text_beyond_the_limit_is_left_out_and_said_to_be() -> None:
    told = TextBuilder(characters=10)
    for _ in range(5):
        told.heading("Head", 1)
        told.paragraph("words")
    told.table(["row"])
    content = built(told)
    assert (content.text, content.notes) == (
        "Head\n\nword",
        ("Only its first 10 characters were read: split the file to have all of it.",),
    )


def test_source_keeps_its_lines_and_the_places_of_its_headings() -> None:
    told = TextBuilder()
    told.paragraph("Cell")
    told.source("\n\n# Ice\r\n\ttext\x00 \ud83d\ude00 \ud83d\n", [(2, 1, "Ice")])
    content = built(told)
    assert content.text == "Cell\n\n# Ice\n\ttext \U0001f600 \ufffd"
    assert said(content, "heading") == [("Ice", "# Ice\n\ttext \U0001f600 \ufffd")]


CALLS = st.lists(
    st.one_of(
        st.tuples(st.just("paragraph"), st.text()),
        st.tuples(st.just("line"), st.text()),
        st.tuples(st.just("page"), st.text()),
        st.tuples(st.just("heading"), st.text(), st.integers(-1, 200)),
        st.tuples(st.just("table"), st.lists(st.text(), max_size=3)),
        st.tuples(st.just("source"), st.text(), st.lists(st.tuples(st.integers(-5, 9), st.integers(1, 6), st.text()))),
    )
)


@settings(max_examples=50)
@given(CALLS, st.integers(0, 60))
def test_whatever_is_told_the_places_are_in_the_text(calls: list[Any], characters: int) -> None:
    told = TextBuilder(characters)
    for name, *arguments in calls:
        getattr(told, name)(*arguments)
    content = built(told)
    ends = [place.end for place in content.pages]
    assert len(content.text) <= characters
    assert all(end <= place.start for end, place in zip(ends, content.pages[1:], strict=False))
