"""Files are read in a child that can do nothing else; what a page of a PDF breaks is that page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from research_agent.documents.isolated_files import IsolatedFileReader, open_file_reader
from research_agent.documents.pdf_file.tesseract import Recognizer
from research_agent.errors import BodyError
from research_agent_devtools.samples.pdf_files import HOSTILE, placed, scanned

pytestmark = pytest.mark.anyio

HERE = Path(__file__).parent
TEXT = "The harbour froze in 1895."
BODY = placed([[(72, 100, TEXT)]])


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def read(anyio_backend: str) -> AsyncIterator[IsolatedFileReader]:
    async with open_file_reader() as reader:
        reader._recognizer = Recognizer("/nonexistent/tesseract")
        yield reader


async def test_a_pdf_is_read_and_its_page_drawn(read: IsolatedFileReader) -> None:
    content = await read.pdf_file(BODY)
    assert (content.text, content.boxes, content.notes) == (TEXT, {}, ())
    picture = await read.page_picture(BODY, content, 0, [(4, 11)])
    assert (len(picture.painted), picture.note) == (1, "")
    assert picture.png.startswith(b"\x89PNG")
    with pytest.raises(BodyError, match="has no page 2"):
        await read.page_picture(BODY, content, 1)


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("encrypted", "needs a password", "Save a copy of it without the password."),
        ("cut", "damaged", "again"),
        ("empty", "not a readable PDF", "again"),
    ],
)
async def test_what_cannot_be_read_says_why_and_what_to_do(
    read: IsolatedFileReader, name: str, message: str, hint: str
) -> None:
    with pytest.raises(BodyError, match=message) as told:
        await read.pdf_file(HOSTILE[name]())
    assert told.value.hint is not None
    assert hint in told.value.hint


@pytest.mark.parametrize(
    ("pages", "note"),
    [
        ([False, True, True], "2 of 3 pages are scans without text; install tesseract-ocr to have scans read"),
        ([True, True], "all 2 pages are scans without text; install tesseract-ocr to have scans read"),
        ([True], "its only page is a scan without text; install tesseract-ocr to have scans read"),
    ],
)
async def test_scans_without_a_program_say_what_to_install(
    read: IsolatedFileReader, pages: list[bool], note: str
) -> None:
    content = await read.pdf_file(scanned(pages))
    assert content.notes == (note,)
    assert content.text == "\n\n".join(f"Line of page {at}." for at, is_scan in enumerate(pages, 1) if not is_scan)


async def test_no_words_at_all_say_so(read: IsolatedFileReader) -> None:
    content = await read.pdf_file(placed([[]]))
    assert (content.text, content.notes) == ("", ("it contains no words and no pictures of pages",))


FAKE = """#!/bin/sh
if [ "$1" = --list-langs ]; then printf 'List:\\neng\\nosd\\nfra\\n'; exit 0; fi
[ "$*" = "stdin stdout -l eng+fra --psm 6 -c tessedit_create_tsv=1 -c tessedit_create_txt=0" ] || exit 1
head -c 17 | grep -q '^P5 2550 3301 255$' || exit 1
sed 's/ /\\t/g' <<END
level page_num block_num par_num line_num word_num left top width height conf text
5 1 1 1 1 1 300 400 200 40 95.5 Ferries
5 1 1 1 1 2 520 400 200 40 93 waited.
5 1 1 1 1 3 740 400 20 40 3.1 ~~
END
"""


async def test_scans_are_read_where_they_stand(tmp_path: Path) -> None:
    program = tmp_path / "tesseract"
    program.write_text(FAKE)
    program.chmod(0o755)
    body = scanned([False, True, False])
    reader = IsolatedFileReader(recognizer=Recognizer(str(program)))
    try:
        content = await reader.pdf_file(body)
        assert content.text == "Line of page 1.\n\nFerries waited.\n\nLine of page 3."
        assert [content.text[page.start : page.end] for page in content.pages] == content.text.split("\n\n")
        assert content.notes == (
            "1 of 3 pages are scans; text in scans was recognised by tesseract and may contain errors",
        )
        assert content.boxes[1].words == (
            (17, 24, *(pytest.approx(edge) for edge in (72, 96, 120, 105.6))),
            (25, 32, *(pytest.approx(edge) for edge in (124.8, 96, 172.8, 105.6))),
        )
        picture = await reader.page_picture(body, content, 1, [(17, 24)])
        assert picture.painted == ((72, 96, 120, 105.6),)
    finally:
        await reader.close()


async def test_a_page_that_breaks_its_reader_costs_itself() -> None:
    """The broken twin loses the whole file by one page."""
    reader = IsolatedFileReader(script=HERE / "breaking_reader.py")
    try:
        assert (await reader.pdf_file(b"")).notes == ("skipped [1]",)
    finally:
        await reader.close()
