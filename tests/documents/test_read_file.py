"""A user's file is read to its text and places, whatever its name says; what cannot be read is said in one line."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from research_agent.documents.file_text import FileText
from research_agent.documents.isolated_files import IsolatedFileReader, open_file_reader
from research_agent.documents.read_file import LARGEST, is_readable, read_file
from research_agent.errors import BodyError
from research_agent_devtools.samples.pdf_files import LINES, WHOLE

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def reader(anyio_backend: str) -> AsyncIterator[IsolatedFileReader]:
    async with open_file_reader() as reader:
        yield reader


def headings(content: FileText) -> list[tuple[int, str, str]]:
    return [
        (place.level, place.label, content.text[place.start : place.end])
        for place in content.places
        if place.kind == "heading"
    ]


async def test_markdown_is_its_source_with_its_headings(reader: IsolatedFileReader) -> None:
    source = "# Ice\n\nThe harbour froze in **1895**.\n\n## Ferries\n\nThey waited.\n"
    content = await read_file(source.encode(), "ice.md", reader=reader)
    assert (content.text, content.title) == (source.strip("\n"), "Ice")
    assert headings(content) == [(1, "Ice", source.strip()), (2, "Ferries", "## Ferries\n\nThey waited.")]


async def test_a_page_is_its_main_text_with_its_headings(reader: IsolatedFileReader) -> None:
    page = b"""<!DOCTYPE html><html lang=en><title>Ice</title><meta name=author content="A. Writer"><body><nav>
    Home</nav><main><h1>Ice</h1><p>The harbour froze in 1895, and 10<sup>6</sup> fish with it.</p><h2>Ferries</h2>
    <p>They waited.
    </main>"""
    content = await read_file(page, "page.html", reader=reader)
    text = "Ice\n\nThe harbour froze in 1895, and 10^6 fish with it.\n\nFerries\n\nThey waited."
    assert (content.text, content.title, content.author, content.language) == (text, "Ice", "A. Writer", "en")
    assert headings(content) == [(1, "Ice", text), (2, "Ferries", "Ferries\n\nThey waited.")]


async def test_a_text_is_as_it_was_written_in_whatever_charset(reader: IsolatedFileReader) -> None:
    text = "Eisg\u00e4nge im Jahr 1895:\n    12,5 km\n"
    for charset in ("utf-8", "utf-16", "cp1252"):
        assert (await read_file(text.encode(charset), "ice.txt", reader=reader)).text == text.strip("\n")


async def test_a_pdf_is_known_by_its_content(reader: IsolatedFileReader) -> None:
    assert LINES[0] in (await read_file(WHOLE, "report.txt", reader=reader)).text


async def test_too_large_a_file_is_not_read(reader: IsolatedFileReader) -> None:
    class Large(bytes):
        def __len__(self) -> int:
            return LARGEST + 1

    with pytest.raises(BodyError, match="larger than 200 MB"):
        await read_file(Large(b"x"), "a.txt", reader=reader)


@pytest.mark.parametrize(
    ("name", "is_read"),
    [
        *((name, True) for name in ("a.md", "A.PDF", "x/README", "x.d/a.py", "license", "notes.2024.txt")),
        *((name, False) for name in ("a.exe", "a.jpg", ".md", "a", "x.md/a", "archive.zip", ".gitignore")),
    ],
)
def test_which_names_are_worth_reading(name: str, is_read: bool) -> None:
    assert is_readable(name) is is_read
