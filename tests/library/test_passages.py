"""Passages: whole sentences, up to 600 characters, within one section and one page; tables by rows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from research_agent.documents.file_text import FileText, Place
from research_agent.library.passages import LONGEST, cut
from research_agent.text.sentences import sentence_spans

SENTENCE = "The quick brown fox number {} jumps over the lazy dog again. "


def sentences(count: int) -> str:
    return "".join(SENTENCE.format(number) for number in range(count))


def test_passages_share_one_sentence_and_end_with_one() -> None:
    text = sentences(30)
    pieces = cut(FileText(text=text))
    spans = sentence_spans(text)
    starts, ends = {start: n for n, (start, _) in enumerate(spans)}, {end: n for n, (_, end) in enumerate(spans)}
    assert all(piece.end - piece.start <= LONGEST for piece in pieces)
    assert [starts[piece.start] for piece in pieces[1:]] == [ends[piece.end] for piece in pieces[:-1]]


def test_passage_is_within_one_section_and_one_page() -> None:
    one, two, three = sentences(3), sentences(4), sentences(2)
    text = one + two + three
    first, second = len(one), len(one) + len(two)
    places = (
        Place(kind="heading", start=0, end=len(text), label="Animals", level=1),
        Place(kind="page", start=0, end=second, label="iv"),
        Place(kind="heading", start=first, end=len(text), label="Foxes", level=2),
        Place(kind="page", start=second, end=len(text), label=""),
    )
    pieces = cut(FileText(text=text, places=places))
    assert [(piece.page, piece.section) for piece in pieces] == [
        ("iv", "Animals"),
        ("iv", "Animals > Foxes"),
        ("2", "Animals > Foxes"),
    ]
    assert [piece.start for piece in pieces] == [0, first, second]


def test_sentence_that_crosses_a_page_is_whole() -> None:
    text = sentences(2)
    places = (Place(kind="page", start=0, end=90, label="1"), Place(kind="page", start=90, end=len(text), label="2"))
    assert [(piece.start, piece.end, piece.page) for piece in cut(FileText(text=text, places=places))] == [
        (0, len(text.rstrip()), "1")
    ]


def test_table_rows_are_grouped_and_stand_alone() -> None:
    rows = "\n".join(f"Item: row {number}; 2018: {number * 7}" for number in range(40))
    text = f"Before the table.\n\n{rows}\n\nAfter the table."
    start = text.index("Item")
    table = Place(kind="table", start=start, end=start + len(rows), label="")
    pieces = cut(FileText(text=text, places=(table,)))
    assert (text[: pieces[0].end], text[pieces[-1].start :]) == ("Before the table.", "After the table.")
    grouped = [text[piece.start : piece.end] for piece in pieces[1:-1]]
    assert "\n".join(grouped) == rows
    assert len(grouped) < 5
    assert [piece.table for piece in pieces] == [False, *[True] * len(grouped), False]
    assert all(piece.above.startswith("Before the table.") for piece in pieces[1:-1])
    assert pieces[-1].above == ""


def test_passage_knows_how_its_page_opens() -> None:
    text = "Balance Sheets\n\n" + sentences(30)
    pieces = cut(FileText(text=text, places=(Place(kind="page", start=0, end=len(text), label="7"),)))
    assert pieces[0].above == ""
    assert all(piece.above.startswith("Balance Sheets The quick") for piece in pieces[1:])
    assert all(len(piece.above) <= 120 for piece in pieces)


def test_sentence_longer_than_a_passage_is_cut_between_words() -> None:
    text = "word " * 500 + "x" * 1500
    pieces = cut(FileText(text=text))
    assert all(piece.end - piece.start <= LONGEST for piece in pieces)
    assert not any("word" in text[piece.end - 2 : piece.end + 2] for piece in pieces)


@given(st.text(alphabet="ab. \n=-日。", max_size=1500), st.lists(st.integers(0, 1500), max_size=4))
def test_every_sentence_is_in_a_passage(text: str, borders: list[int]) -> None:
    starts = sorted({0, *(border for border in borders if border < len(text))})
    ends = [*starts[1:], len(text)]
    places = tuple(Place(kind="page", start=one, end=end) for one, end in zip(starts, ends, strict=True))
    pieces = cut(FileText(text=text, places=places))
    assert sorted(pieces) == pieces
    assert all(0 <= piece.start < piece.end <= len(text) for piece in pieces)
    for start, end in sentence_spans(text):
        covered = {at for piece in pieces for at in range(piece.start, piece.end)}
        assert {at for at in range(start, end) if not text[at].isspace()} <= covered
