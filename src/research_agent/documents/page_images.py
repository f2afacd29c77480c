"""Images of pages: what one is by its own first bytes, never by what it is called; and how large a picture it makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["ImageKind", "PageImage", "image_kind"]

SEGMENTS = 400  # of a JPEG, before its size must be told
# Frame headers of a JPEG, which tell its size: SOF0 to SOF15 without DHT, JPG and DAC.
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
ALONE = frozenset((0x01, *range(0xD0, 0xD9)))  # markers without a length


class ImageKind(NamedTuple):
    """Media type of an image, and its width and height in pixels."""

    type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageImage:
    """Image of a page: where it is, what the page says of it, its media type, size in pixels, and bytes."""

    url: str
    text: str
    type: str
    width: int
    height: int
    data: bytes = field(repr=False)


def image_kind(data: bytes) -> ImageKind | None:
    """What image a body is: PNG, JPEG, GIF or WebP; None for anything else, SVG among it, which may hold programs."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR" and len(data) >= 24:
        return _kind("image/png", _big(data, 16, 4), _big(data, 20, 4))
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        return _kind("image/gif", _little(data, 6, 2), _little(data, 8, 2))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) >= 30:
        return _webp(data)
    return _jpeg(data) if data.startswith(b"\xff\xd8\xff") else None


def _webp(data: bytes) -> ImageKind | None:
    form = data[12:16]
    if form == b"VP8X":
        return _kind("image/webp", 1 + _little(data, 24, 3), 1 + _little(data, 27, 3))
    if form == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        return _kind("image/webp", _little(data, 26, 2) & 0x3FFF, _little(data, 28, 2) & 0x3FFF)
    if form == b"VP8L" and data[20] == 0x2F:
        bits = _little(data, 21, 4)
        return _kind("image/webp", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    return None


def _jpeg(data: bytes) -> ImageKind | None:
    at = 2
    for _ in range(SEGMENTS):
        if at + 9 > len(data) or data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker in ALONE:
            at += 2
        elif marker in FRAMES:
            return _kind("image/jpeg", _big(data, at + 7, 2), _big(data, at + 5, 2))
        else:
            at += 2 + max(2, _big(data, at + 2, 2))
    return None


def _kind(kind: str, width: int, height: int) -> ImageKind | None:
    return ImageKind(kind, width, height) if width and height else None


def _big(data: bytes, at: int, count: int) -> int:
    return int.from_bytes(data[at : at + count], "big")


def _little(data: bytes, at: int, count: int) -> int:
    return int.from_bytes(data[at : at + count], "little")
