"""Books: the spine in order, chapters by the table of contents, metadata by the package."""

from __future__ import annotations

import pytest

from research_agent.documents import UnreadableFileError
from research_agent.documents.file_text import FileText
from research_agent.documents.formats.archive import Archive
from research_agent.documents.formats.epub import read_epub
from research_agent.documents.formats.text_builder import TextBuilder
from research_agent_devtools.samples.office_files import epub

CHAPTERS = {
    "one": "<h2>1. Ice</h2><p>It froze in 1895, at 10<sup>6</sup> Pa.</p><h3>Ferries</h3><p>They waited.</p>",
    "more": "<p>More of it.</p>",
    "two": "<p>Thaw came.</p>",
}
NAV = (
    '<h1>Contents</h1><ol><li><a href="text/one.xhtml">1 Ice</a><ol><li><a href="text/one.xhtml#f">Ferries</a></ol>'
    '<li><a href="text/two.xhtml">Thaw</a></ol>'
)
TEXT = "1. Ice\n\nIt froze in 1895, at 10^6 Pa.\n\nFerries\n\nThey waited.\n\nMore of it.\n\nThaw came."


def read(data: bytes) -> FileText:
    told = TextBuilder()
    read_epub(Archive(data), told)
    return told.file_text()


def headings(content: FileText) -> list[tuple[str, int, int, int]]:
    return [(place.label, place.level, place.start, place.end) for place in content.places]


def test_chapters_are_those_of_the_table_of_contents() -> None:
    content = read(epub(CHAPTERS, nav=NAV))
    assert content.text == TEXT
    end = TEXT.index("Thaw") - 2
    assert headings(content) == [("1 Ice", 1, 0, end), ("Ferries", 4, 39, end), ("Thaw", 1, end + 2, len(TEXT))]
    known = (content.title, content.author, content.published, content.language)
    assert known == ("Ice", "A. Writer, B. Writer", "2024", "en")


def test_several_chapters_in_one_part_are_said_by_their_own_headings() -> None:
    nav = '<ol><li><a href="text/one.xhtml#a">Ice</a><li><a href="text/one.xhtml#b">Thaw</a></ol>'
    content = read(epub({"one": "<h1>Ice</h1><p>a</p><h1>Thaw</h1><figure><figcaption aria-hidden=true>b"}, nav=nav))
    assert [heading[:2] for heading in headings(content)] == [("Ice", 1), ("Thaw", 1)]
    assert content.text == "Ice\n\na\n\nThaw\n\nb"
    nav = '<ol><li><a href="text/one.xhtml#a">Ice of 1895</a></ol>'
    assert headings(read(epub({"one": "<p>a</p>"}, nav=nav))) == [("Ice of 1895", 1, 0, 1)]


def test_an_older_table_of_contents() -> None:
    point = '<navPoint><navLabel><text>{}</text></navLabel><content src="text/{}.xhtml"/></navPoint>'
    points = point.format("Ice", "one") + point.format("Thaw", "two")
    ncx = f"<!DOCTYPE ncx PUBLIC 'x' 'y'><ncx><navMap>{points}</navMap></ncx>"
    data = epub(CHAPTERS, **{"OPS_book.ncx": ncx}, **{"OPS_book.opf": PACKAGE})
    assert [heading[:2] for heading in headings(read(data))] == [("Ice", 1), ("1. Ice", 3), ("Ferries", 4), ("Thaw", 1)]


PACKAGE = (
    "<package><metadata/><manifest>"
    + "".join(f'<item id="{name}" href="text/{name}.xhtml" media-type="application/xhtml+xml"/>' for name in CHAPTERS)
    + '<item id="ncx" href="book.ncx" media-type="application/x-dtbncx+xml"/></manifest><spine toc="ncx">'
    + "".join(f'<itemref idref="{name}"/>' for name in (*CHAPTERS, "lost"))
    + "</spine></package>"
)


def test_a_book_that_its_seller_locked() -> None:
    said = '<encryption><CipherReference URI="OPS/text/{}.xhtml"/></encryption>'
    assert read(epub(CHAPTERS, **{"META-INF_encryption.xml": said.format("font")})).text == TEXT
    with pytest.raises(UnreadableFileError, match="copy-protected by its seller"):
        read(epub(CHAPTERS, **{"META-INF_encryption.xml": said.format("one")}))


def test_parts_that_are_missing_cost_themselves() -> None:
    content = read(epub({"one": "<p>Ice.</p>", "two": "<p>Thaw.</p>"}).replace(b"text/two.xhtml", b"text/owt.xhtml"))
    assert (content.text, content.notes) == (
        "Ice.",
        ("These parts are damaged and were not read: OPS/text/two.xhtml.",),
    )
    with pytest.raises(UnreadableFileError, match=r"OPS/text/one\.xhtml is missing"):
        read(epub({"one": "<p>Ice.</p>"}).replace(b"text/one.xhtml", b"text/eno.xhtml"))
