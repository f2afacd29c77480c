"""What an image is, by its bytes: the kinds that browsers draw and that hold no programs, and nothing else."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from research_agent.documents.page_images import ImageKind, image_kind

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\x02\0\0\0"
GIF = b"GIF89a" + struct.pack("<HH", 320, 200) + b"\0\0\0"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(9) + b"\xff\xff\xc2\0\x11\x08" + struct.pack(">HH", 600, 800) + bytes(10)
LOSSY = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 400, 300)
LOSSLESS = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + struct.pack("<I", 99 | (49 << 14)) + bytes(5)
EXTENDED = b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0" + b"\x7f\x02\0" + b"\xdf\x01\0"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, ("image/png", 640, 480)),
        (GIF, ("image/gif", 320, 200)),
        (JPEG, ("image/jpeg", 800, 600)),
        (LOSSY, ("image/webp", 400, 300)),
        (LOSSLESS, ("image/webp", 100, 50)),
        (EXTENDED, ("image/webp", 640, 480)),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", None),
        (b"<!doctype html><img src=x>", None),
        (b"%PDF-1.7", None),
        (b"BM" + bytes(60), None),
        (PNG[:20], None),
        (PNG.replace(struct.pack(">II", 640, 480), bytes(8)), None),
        (b"\xff\xd8\xff" + b"\xe0\0\0" * 2000, None),
        (b"", None),
    ],
)  # fmt: skip
def test_a_kind_is_told_by_the_bytes(data: bytes, kind: tuple[str, int, int] | None) -> None:
    assert image_kind(data) == (None if kind is None else ImageKind(*kind))


@given(st.sampled_from([PNG, GIF, JPEG, LOSSY, LOSSLESS, EXTENDED]), st.data())
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_an_image_or_none(data: bytes, draw: st.DataObject) -> None:
    cut = draw.draw(st.integers(0, len(data)))
    kind = image_kind(data[:cut] + draw.draw(st.binary(max_size=40)))
    assert kind is None or (
        kind.width > 0 and kind.height > 0 and kind.type in {"image/png", "image/gif", "image/jpeg", "image/webp"}
    )
