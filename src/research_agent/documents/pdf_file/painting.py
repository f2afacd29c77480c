"""Pictures of a PDF's pages in the locked child: as they are, or with words painted over as by a marker."""

from __future__ import annotations

import zlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil, sqrt
from typing import Any

from research_agent.documents.pdf import open_pdf
from research_agent.documents.pdf_file.alignment import SpanWords, words_of_spans
from research_agent.documents.pdf_file.words import Word, page_words
from research_agent.messages import file_failures

__all__ = ["page_picture", "page_pixels", "painted_rectangles"]

DPI = 110  # of a picture to look at
WIDEST = 1600  # its pixels
MOST = 4_000_000
SCAN_DPI = 300  # of a picture whose letters are to be recognized
SCAN_MOST = 12_000_000
COMPRESSION = 4  # of PNG: 6 is a tenth smaller and takes twice as long
# A marker leaves of each colour of the paper that share: it is yellow.
GREEN = bytes(value * 230 // 255 for value in range(256))
BLUE = bytes(value * 90 // 255 for value in range(256))

Rectangle = tuple[float, float, float, float]
"""Left, top, right and bottom, in points from the top left of the page."""


def page_picture(
    data: bytes, page: int, text: str, spans: Sequence[tuple[int, int]], boxes: Sequence[Rectangle] = ()
) -> dict[str, Any]:
    """
    Picture (PNG, base64) of a page (from 0), with the words of some spans of its text painted.

    `boxes` are painted as well: those of the words of a scan, which the file itself does not have. `painted` are the
    rectangles that were, in points; `whole` says whether every word of every span was found.
    """
    shown = _page(data, page)
    found = words_of_spans(page_words(shown).words, text, spans) if spans else []
    rectangles = [*boxes, *_rectangles(found)]
    pixels, width, height = _pixels(shown, min(DPI / 72, WIDEST / shown.get_width()), MOST, grey=False)
    scale = width / shown.get_width()
    for left, top, right, bottom in rectangles:
        _mark(pixels, width, height, (left * scale, top * scale, right * scale, bottom * scale))
    return {
        "png": b64encode(_png(pixels, width, height)).decode("ascii"),
        "painted": [[round(edge, 2) for edge in box] for box in rectangles],
        "whole": all(span.is_whole for span in found),
    }


def painted_rectangles(data: bytes, page: int, text: str, spans: Sequence[tuple[int, int]]) -> list[Rectangle]:
    """The rectangles that would be painted for some spans of a page's text."""
    return list(_rectangles(words_of_spans(page_words(_page(data, page)).words, text, spans)))


def page_pixels(data: bytes, page: int) -> dict[str, Any]:
    """Grey picture of a page (from 0) for the recognition of its letters: a byte a pixel, deflated, base64."""
    shown = _page(data, page)
    pixels, width, height = _pixels(shown, SCAN_DPI / 72, SCAN_MOST, grey=True)
    return {
        "pixels": b64encode(zlib.compress(pixels, 1)).decode("ascii"),
        "size": [width, height],
        "points": [shown.get_width(), shown.get_height()],
    }


def _page(data: bytes, page: int) -> Any:
    import pypdfium2

    document = open_pdf(data)
    if not 0 <= page < len(document):
        raise ValueError(file_failures.NO_PAGE(page=page + 1))
    try:
        return document[page]
    except pypdfium2.PdfiumError as error:
        raise ValueError(file_failures.DAMAGED_PAGE(page=page + 1)) from error


def _pixels(page: Any, scale: float, most: int, *, grey: bool) -> tuple[bytearray, int, int]:
    """Pixels of a page without padding, one or three (RGB) bytes each; its width and height."""
    scale = min(scale, sqrt(most / max(page.get_width() * page.get_height(), 1)))
    bitmap = page.render(scale=scale, grayscale=grey, rev_byteorder=True, maybe_alpha=False)
    width, height, stride, size = bitmap.width, bitmap.height, bitmap.stride, bitmap.n_channels
    whole = memoryview(bitmap.buffer).cast("B")
    rows = (whole[at * stride : at * stride + width * size] for at in range(height))
    return bytearray(b"".join(rows)), width, height


def _rectangles(found: Sequence[SpanWords]) -> Iterator[Rectangle]:
    return (box for span in found for box in _runs(span.words))


def _runs(words: Sequence[Word]) -> Iterator[Rectangle]:
    """Rectangles around words, one around those that stand side by side."""
    run: list[Word] = []
    for before, word in pairwise([None, *words]):
        assert word is not None
        is_beside = before is not None and 0 <= word.left - before.right < word.bottom - word.top
        if run and not (is_beside and before is not None and abs(before.bottom - word.bottom) < 2):
            yield _around(run)
            run = []
        run.append(word)
    if run:
        yield _around(run)


def _around(words: Sequence[Word]) -> Rectangle:
    return (
        min(word.left for word in words),
        min(word.top for word in words),
        max(word.right for word in words),
        max(word.bottom for word in words),
    )


def _mark(pixels: bytearray, width: int, height: int, box: Rectangle) -> None:
    """Paint a rectangle of RGB pixels as a marker does."""
    left, right = max(int(box[0]), 0), min(ceil(box[2]), width)
    for row in range(max(int(box[1]), 0), min(ceil(box[3]), height)):
        for colour, table in ((1, GREEN), (2, BLUE)):
            part = slice(3 * (row * width + left) + colour, 3 * (row * width + right), 3)
            pixels[part] = pixels[part].translate(table)


def _png(pixels: bytearray, width: int, height: int) -> bytes:
    """PNG of RGB pixels."""
    rows = b"".join(b"\0" + pixels[3 * width * row : 3 * width * (row + 1)] for row in range(height))
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((8, 2, 0, 0, 0))
    chunks = (b"IHDR", head), (b"IDAT", zlib.compress(rows, COMPRESSION)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
