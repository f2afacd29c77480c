"""The picture of a page that comes out of a locked process is a plain PNG or it is none."""

from __future__ import annotations

import zlib
from base64 import b64encode
from typing import Any

import pytest

from research_agent.documents.file_text import FileText, PageBoxes, Place
from research_agent.documents.page_picture import (
    boxes_of_spans,
    picture_from,
    scan_from,
    spans_on_page,
)
from research_agent.messages import file_failures

UNPAINTED, PARTLY = file_failures.UNPAINTED(), file_failures.PARTLY_PAINTED()


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + bytes(4)


def png(*kinds: bytes, tail: bytes = b"") -> str:
    return b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind) for kind in kinds) + tail).decode()


PNG = png(b"IHDR", b"IDAT", b"IEND")
BOX = [1, 2.5, 3, 4]


@pytest.mark.parametrize(
    ("painted", "whole", "is_asked", "note"),
    [
        ([BOX], True, True, ""),
        ([BOX], False, True, PARTLY),
        ([], False, True, UNPAINTED),
        ([], True, True, UNPAINTED),
        ([], True, False, ""),
    ],
)
def test_a_picture_says_what_is_not_painted(painted: list[Any], whole: bool, is_asked: bool, note: str) -> None:
    picture = picture_from({"png": PNG, "painted": painted, "whole": whole}, is_asked=is_asked)
    assert (picture.note, picture.painted) == (note, tuple(tuple(box) for box in painted))


@pytest.mark.parametrize(
    "lie",
    [
        {"png": "no base64"},
        {"png": b64encode(b"<svg onload=x>").decode()},
        {"png": png(b"IHDR", b"IDAT", b"tEXt", b"IEND")},
        {"png": png(b"IHDR", b"IDAT", b"IEND", tail=b"more")},
        {"png": png(b"IHDR", b"IDAT")},
        {"painted": [[1, 2, 3]]},
        {"painted": [[1, 2, 3, "4"]]},
        {"painted": [[1, 2, 3, float("nan")]]},
        {"painted": [BOX] * 20_001},
        {"painted": None},
    ],
    ids=range(10),
)
def test_what_is_no_picture_is_not_believed(lie: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        picture_from({"png": PNG, "painted": [], "whole": True} | lie, is_asked=True)


SCAN = {"pixels": b64encode(zlib.compress(bytes(6))).decode(), "size": [2, 3], "points": [20, 30]}


def test_pixels_are_as_many_as_is_said() -> None:
    scan = scan_from(SCAN)
    assert (scan.pixels, scan.width, scan.height, scan.points) == (bytes(6), 2, 3, (20, 30))
    bomb = b64encode(zlib.compress(bytes(50_000_000))).decode()
    for lie in (
        {"pixels": bomb},
        {"pixels": b64encode(bytes(6)).decode()},
        {"size": [2, 4]},
        {"size": [0, 0]},
        {"size": [10_000, 10_000]},
        {"size": [2.0, 3]},
        {"points": [1, None]},
    ):
        with pytest.raises((TypeError, ValueError)):
            scan_from(SCAN | lie)


def test_spans_are_cut_to_the_page() -> None:
    pages = (Place(kind="page", start=0, end=10), Place(kind="page", start=12, end=20))
    content = FileText(text="x" * 20, places=pages)
    assert spans_on_page(content, 1, ((2, 4), (8, 14), (19, 30))) == [(0, 2), (7, 8)]
    boxes = PageBoxes(width=9, height=9, words=((0, 3, 1, 1, 2, 2), (4, 7, 3, 1, 4, 2)))
    assert boxes_of_spans(boxes, ((5, 6),)) == [[3, 1, 4, 2]]
    assert boxes_of_spans(None, ((0, 9),)) == []
