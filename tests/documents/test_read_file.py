"""A user's file is read to its text and places, whatever its name says; what cannot be read is said in one line."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from xml.parsers.expat import ExpatError

import pytest

from research_agent.documents.file_text import FileText
from research_agent.documents.formats.by_format import read_unguarded
from research_agent.documents.formats.text_builder import TextBuilder
from research_agent.documents.isolated_files import IsolatedFileReader, open_file_reader
from research_agent.documents.read_file import LARGEST, is_readable, read_file
from research_agent.errors import BodyError
from research_agent_devtools.samples.fuzzed_files import fuzzed
from research_agent_devtools.samples.office_files import SAMPLES, docx, zipped
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


SHIPS = "Ship; 2022; 2023\nShip: Aurora; 2022: 1234.5; 2023: 17\nShip: Borealis; 2022: 0.004; 2023: 1895"
TEXTS = {
    "a.docx": f"Ice\n\nIt froze in 1895.\n\n{SHIPS}",
    "a.xlsx": f"Ships\n\n{SHIPS}",
    "a.pptx": "Ice\n\nIt froze in 1895.\n\nSay it.",
    "a.odt": "Ice\n\nIt froze in 1895.",
    "a.epub": "Ice\n\nIt froze in 1895.",
    "a.csv": SHIPS,
    "a.ipynb": "# Ice\nIt froze in 1895.\n\n1 + 1\n\n2",
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("ending", ["", ".pdf"])
async def test_each_format_is_read_in_the_locked_process(reader: IsolatedFileReader, name: str, ending: str) -> None:
    """Whatever the ending says, where the content says more."""
    if ending and name in ("a.csv", "a.ipynb"):
        pytest.skip("its content is any text")
    assert (await read_file(SAMPLES[name], name + ending, reader=reader)).text == TEXTS[name]


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
LOCKED = bytearray(SAMPLES["a.docx"])
for place in range(len(LOCKED) - 4):
    if LOCKED[place : place + 4] == b"PK\x01\x02":
        LOCKED[place + 8] |= 1


@pytest.mark.parametrize(
    ("body", "name", "said", "remedy"),
    [
        (b"", "a.docx", "it is empty", "Remove it, or download it again."),
        (OLE + "WordDocument".encode("utf-16-le"), "a.doc", "it is a document of an old version", "Save it as DOCX"),
        (OLE + "Workbook".encode("utf-16-le"), "a.xls", "it is a workbook of an old version", "Save it as XLSX"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", "it needs a password", "Save a copy of it without"),
        (OLE, "a.msi", "it is not in a supported format", "PDF, DOCX, ODT"),
        (bytes(LOCKED), "a.docx", "it needs a password", "Save a copy of it without the password."),
        (SAMPLES["a.docx"][:300], "a.docx", "it is damaged: its archive has no list", "Download it again"),
        (SAMPLES["a.zip"], "a.zip", "it is an archive, which is not supported", "Unpack it and add the folder."),
        (zipped({"xl/workbook.bin": b"x"}), "a.xlsb", "it is a binary Excel workbook", "Save it as XLSX"),
        (zipped({"Index/Document.iwa": b"x"}), "a.pages", "it is a document of Pages", "Export it as DOCX or PDF."),
        (zipped({"word/document.xml": "<w"}), "a.docx", "it is damaged", "Download it again, or repair it"),
        (zipped({"xl/workbook.xml": b"\0" * 151_000_000}), "a.xlsx", "it unpacks to more than 150 MB", "malicious"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a.txt", "it is a picture, which is not supported", "Put it into a PDF"),
        (b"\x1f\x8b\x08" + bytes(100), "a.gz", "it is an archive, which is not supported", "Unpack it"),
        (bytes(range(256)) * 4, "a.md", "it is not in a supported format", "PDF, DOCX, ODT"),
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_said_in_one_line(
    reader: IsolatedFileReader, body: bytes, name: str, said: str, remedy: str
) -> None:
    with pytest.raises(BodyError, match=f"^cannot be read: {said}") as caught:
        await read_file(body, name, reader=reader)
    assert remedy in str(caught.value.hint)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "name", "start"),
    [
        (b"{\\rtf1 Ice}", "a.doc", "Ice"),
        (b"<html><p>Ice of 1895.</html>", "a.doc", "Ice of 1895."),
        (b"# Ice", "a.docx", "# Ice"),
        (b"From: a\nTo: b\nSubject: Ice\n\nText", "a", "Ice\n\nFrom: a"),
        (b"From: a\nTo: b\nSubject: Ice\n\nText", "a.txt", "From: a\nTo: b"),
        (b'{"cells": [{"cell_type": "raw", "source": "Ice"}], "nbformat": 4}', "a.json", "Ice"),
        (b'{"ice": 1}', "a.json", '{"ice": 1}'),
        (b"BM is the mark of ice", "a.txt", "BM is"),
        (b"<!DOCTYPE html><p>x", "a.py", "<!DOCTYPE"),
    ],
)
async def test_an_ending_that_is_wrong(reader: IsolatedFileReader, body: bytes, name: str, start: str) -> None:
    assert (await read_file(body, name, reader=reader)).text.startswith(start)


async def test_fuzzed_files_cost_no_more_than_their_own_reading(reader: IsolatedFileReader) -> None:
    """A few of the 5,000 of the battery's row D23."""
    hints = []
    for number in range(20):
        name, body = fuzzed(random.Random(f"1:{number}"))
        try:
            await read_file(body, name, reader=reader)
        except BodyError as error:
            hints.append(error.hint)
    assert hints
    assert all(hints)
    assert (await read_file(b"Ice", "a.txt", reader=reader)).text == "Ice"


def test_without_the_guard_a_parser_ends_the_program() -> None:
    with pytest.raises(ExpatError):
        read_unguarded(zipped({"word/document.xml": "<w></x>"}), "a.docx", TextBuilder())


async def test_a_file_without_words_says_so(reader: IsolatedFileReader) -> None:
    content = await read_file(docx(""), "a.docx", reader=reader)
    assert (content.text, content.notes[:1]) == (
        "",
        ("It contains no readable words; pictures of text are read only in PDFs.",),
    )


@pytest.mark.parametrize(
    ("name", "is_read"),
    [
        *((name, True) for name in ("a.md", "A.PDF", "x/README", "x.d/a.py", "license", "notes.2024.txt")),
        *((name, False) for name in ("a.exe", "a.jpg", ".md", "a", "x.md/a", "archive.zip", ".gitignore")),
    ],
)
def test_which_names_are_worth_reading(name: str, is_read: bool) -> None:
    assert is_readable(name) is is_read
