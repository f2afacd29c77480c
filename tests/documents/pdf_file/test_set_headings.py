"""Headings of a PDF without an outline are told by how they are set."""

from __future__ import annotations

from collections.abc import Sequence

from research_agent.documents.pdf_file.page_blocks import Block
from research_agent.documents.pdf_file.set_headings import set_headings

BODY = Block("text", "The harbour of Oster froze over in the winter of 1895, as it had before.", 11.5, False, 1)


def head(text: str, height: float = 11.5, *, is_bold: bool = True) -> Block:
    return Block("text", text, height, is_bold, 1)


def told(blocks: Sequence[Block]) -> list[tuple[int, str, int]]:
    """Level, words and length in blocks of each heading."""
    starts = [100 * at for at in range(len(blocks))]
    places = set_headings(list(zip(starts, blocks, strict=True)))
    return [(place.level, place.label, -(-(place.end - place.start) // 100)) for place in places]


def test_the_larger_the_higher_and_numbered_ones_before_others() -> None:
    chapter = [head("Of ice", 16, is_bold=False), BODY]
    note = [head("Note 7. Of ferries"), BODY, head("Steamers"), BODY, BODY]
    assert told([*chapter, *note, *chapter, *note, *chapter, *note])[:3] == [
        (1, "Of ice", 7),
        (2, "Note 7. Of ferries", 5),
        (3, "Steamers", 3),
    ]


def test_capitals_alone_are_enough() -> None:
    assert told([head("OF ICE", is_bold=False), BODY, BODY] * 3) == [
        (1, "OF ICE", 3),
        (1, "OF ICE", 3),
        (1, "OF ICE", 3),
    ]


def test_what_is_no_heading_is_none() -> None:
    for other in (
        head("A sentence in bold ends so."),
        head("2018"),
        head("\u2022 An item"),
        head("Cells\tof a row"),
        head("x" * 121),
        head("In small print", 8),
        Block("text", "Four lines in bold, of a box perhaps", 11.5, True, 4),
        Block("table", "In bold"),
    ):
        assert told([other, BODY, BODY] * 3) == [], other
    assert told([head("Only twice"), BODY, BODY] * 2) == []
    assert told([head("All"), head("in bold"), BODY] * 5) == []
    assert set_headings([]) == []
