"""Page picture: a page of a file as it looks, with what an answer cites painted over as by a marker."""

from __future__ import annotations

import zlib
from base64 import b64decode
from dataclasses import dataclass
from typing import Any

from research_agent.documents.file_text import FileText, PageBoxes
from research_agent.messages import file_failures

__all__ = ["PagePicture", "ScanPixels", "boxes_of_spans", "picture_from", "scan_from", "spans_on_page"]

LARGEST = 16 * 1024 * 1024  # bytes of a picture
PIXELS = 16_000_000  # of a scan
RECTANGLES = 20_000
SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePicture:
    """
    Picture (PNG) of a page, the rectangles that are painted, and a note for the user when not all of it could be.

    A rectangle is left, top, right and bottom in points from the top left of the page.
    """

    png: bytes
    painted: tuple[tuple[float, float, float, float], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanPixels:
    """Grey pixels of a page, a byte each, row by row, and the size of the page in points."""

    pixels: bytes
    width: int
    height: int
    points: tuple[float, float]


def spans_on_page(content: FileText, page: int, spans: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """What of some spans of a file's text stands on a page (from 0), as spans of that page's text."""
    place = content.pages[page]
    cut = ((max(start, place.start), min(end, place.end)) for start, end in spans)
    return [(start - place.start, end - place.start) for start, end in cut if start < end]


def boxes_of_spans(boxes: PageBoxes | None, spans: tuple[tuple[int, int], ...]) -> list[list[float]]:
    """Boxes of the words of a scan that stand in some spans of the file's text."""
    words = boxes.words if boxes is not None else ()
    return [list(box) for start, end, *box in words if any(start < past and end > begin for begin, past in spans)]


def picture_from(value: Any, *, is_asked: bool) -> PagePicture:
    """
    Page picture of a child's answer; `is_asked` when words were to be painted.

    Raises `TypeError` or `ValueError` for one that is none: the child may have been taken over by what it drew.
    """
    png = b64decode(value["png"], validate=True)
    if len(png) > LARGEST or not _is_png(png):
        raise ValueError
    painted = value["painted"]
    if not isinstance(painted, list) or len(painted) > RECTANGLES:
        raise TypeError
    rectangles = tuple(_rectangle(box) for box in painted)
    is_whole = rectangles and value["whole"] is True
    line = file_failures.PARTLY_PAINTED if rectangles else file_failures.UNPAINTED
    note = "" if not is_asked or is_whole else line()
    return PagePicture(png=png, painted=rectangles, note=note)


def scan_from(value: Any) -> ScanPixels:
    """Pixels of a child's answer. Raises `TypeError` or `ValueError` for what is none."""
    width, height = value["size"]
    if not all(type(side) is int and side > 0 for side in (width, height)) or width * height > PIXELS:
        raise ValueError
    try:
        pixels = zlib.decompressobj().decompress(b64decode(value["pixels"], validate=True), width * height + 1)
    except zlib.error as error:
        raise ValueError from error
    if len(pixels) != width * height:
        raise ValueError
    across, down = (_number(side) for side in value["points"])
    return ScanPixels(pixels=pixels, width=width, height=height, points=(across, down))


def _is_png(data: bytes) -> bool:
    """Whether it is a PNG of the three chunks that a picture needs, and no other."""
    kinds: list[bytes] = []
    at = len(SIGNATURE)
    while at < len(data) and len(kinds) < 4:
        kinds.append(data[at + 4 : at + 8])
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    return data.startswith(SIGNATURE) and kinds == [b"IHDR", b"IDAT", b"IEND"] and at == len(data)


def _rectangle(box: Any) -> tuple[float, float, float, float]:
    left, top, right, bottom = (_number(edge) for edge in box)
    return left, top, right, bottom


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or not -1e6 < value < 1e6:
        raise TypeError
    return float(value)
