"""Recognition of the letters of scans by tesseract, if it is there; its words are laid out as a PDF's own are."""

from __future__ import annotations

import asyncio
import csv
import shutil
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from research_agent.documents.file_text import PageBoxes, WordBox
from research_agent.documents.page_picture import ScanPixels
from research_agent.documents.pdf_file.alignment import words_of_spans
from research_agent.documents.pdf_file.page_blocks import blocks_of
from research_agent.documents.pdf_file.rows import column_blocks, segments_of
from research_agent.documents.pdf_file.words import NO_TEXT, SOFT, TOKEN, Word
from research_agent.errors import WorkerError
from research_agent.workers.isolated_pool import IsolatedPool
from research_agent.workers.isolated_process import IsolatedProcess

__all__ = ["Recognizer", "ScanText"]

SCRIPT = Path(__file__).with_name("tesseract_child.py")
PROGRAM = "tesseract"
MEMORY = 2 * 1024 * 1024 * 1024  # address space, in bytes
OUTPUT = 16 * 1024 * 1024
LIFE = 600  # seconds of processor time, of one page or of the process
START = 20.0
SECONDS = 60.0  # for one page
LANGUAGES = 3  # looked for at a time: each makes it slower
DEFAULT = "eng"
NO_LANGUAGES = ("osd", "equ")
SURE = 30  # of 100, which a word is sure at least
ALIKE = 0.65  # of the usual height of a line, from which on another one is of the same letters
WORD = "5"  # level of the rows of words

ScanText = tuple[str, PageBoxes]
"""Text of a page, and the boxes of its words with offsets in it."""


class Recognizer:
    """Recognizes the letters of pictures of pages; closed by `close`."""

    def __init__(self, program: str = PROGRAM) -> None:
        self._program = program
        self._languages = DEFAULT
        self._pool = IsolatedPool(SCRIPT, memory=MEMORY, output=OUTPUT, seconds=LIFE, on_start=self._on_start)

    async def is_there(self) -> bool:
        """Whether the program is installed."""
        return await asyncio.to_thread(shutil.which, self._program) is not None

    async def read(self, scan: ScanPixels) -> ScanText | None:
        """Text of a page; None where nothing could be recognized."""
        picture = b"P5 %d %d 255\n" % (scan.width, scan.height) + scan.pixels
        try:
            async with self._pool.borrow() as process:
                table = await process.ask(self._languages.encode(), picture, timeout=SECONDS)
        except WorkerError:
            return None
        return await asyncio.to_thread(scan_text, table, scan)

    async def close(self) -> None:
        """End its process."""
        await self._pool.close()

    async def _on_start(self, process: IsolatedProcess) -> None:
        program = await asyncio.to_thread(shutil.which, self._program)
        said = await process.ask((program or self._program).encode(), timeout=START)
        installed = [line for line in said.decode(errors="replace").splitlines()[1:] if line.isidentifier()]
        others = sorted(set(installed) - {DEFAULT, *NO_LANGUAGES})
        chosen = ([DEFAULT] if DEFAULT in installed else []) + others
        self._languages = "+".join(chosen[:LANGUAGES]) or DEFAULT


def scan_text(table: bytes, scan: ScanPixels) -> ScanText | None:
    """Text and boxes of a page from tesseract's table of words; None without words."""
    words = _words(table, scan)
    blocks = [block.text for rows in column_blocks(segments_of(words)) for block in blocks_of(rows)]
    text = "\n\n".join(blocks)
    if not text:
        return None
    spans = [match.span() for match in TOKEN.finditer(text)]
    boxes: list[WordBox] = []
    for (start, end), found in zip(spans, words_of_spans(words, text, spans), strict=True):
        if found.words:
            left, top = min(word.left for word in found.words), min(word.top for word in found.words)
            right, bottom = max(word.right for word in found.words), max(word.bottom for word in found.words)
            boxes.append((start, end, left, top, right, bottom))
    return text, PageBoxes(width=scan.points[0], height=scan.points[1], words=tuple(boxes))


def _words(table: bytes, scan: ScanPixels) -> list[Word]:
    """Words of a table of tesseract's, as those of a PDF: of one height, and hyphens at line ends marked."""
    scale = scan.points[0] / scan.width
    lines: dict[tuple[str, ...], list[Word]] = {}
    text = NO_TEXT.sub(" ", table.decode("utf-8", errors="replace"))
    for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        said = (row.get("text") or "").strip()
        if row.get("level") != WORD or not said or float(row["conf"]) < SURE:
            continue
        left, top, width, height = (int(row[name]) * scale for name in ("left", "top", "width", "height"))
        place = row["block_num"], row["par_num"], row["line_num"]
        line = lines.setdefault(place, [])
        line.append(Word("".join(said.split()), left, top, left + width, top + height, len(lines)))
    return _even(list(lines.values()))


def _even(lines: Sequence[list[Word]]) -> list[Word]:
    """Words as high as the usual line, if theirs is about so: the boxes of a recognition are as high as the letters."""
    usual = median(_height(line) for line in lines) if lines else 0.0
    even: list[Word] = []
    for line in lines:
        top, bottom = min(word.top for word in line), max(word.bottom for word in line)
        if ALIKE * usual < bottom - top < usual / ALIKE:
            top, bottom = (top + bottom - usual) / 2, (top + bottom + usual) / 2
        words = [word._replace(top=top, bottom=bottom) for word in line]
        last = words[-1].text
        if len(last) > 2 and last.endswith("-") and last[-2].isalpha():
            words[-1] = words[-1]._replace(text=f"{last[:-1]}{SOFT[0]}")
        even += words
    return even


def _height(line: Sequence[Word]) -> float:
    return max(word.bottom for word in line) - min(word.top for word in line)
