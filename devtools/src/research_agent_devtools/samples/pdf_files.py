"""PDFs made by hand: whole ones, and forty that are broken, odd or made to do harm."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

__all__ = ["HOSTILE", "pdf_of", "placed", "scanned"]

INFORMED = "/Root 1 0 R /Info 4 0 R"
LINES = ("The harbour froze in 1895.", "Ferries waited for three weeks.")


def pdf_of(pages: Sequence[Sequence[str]], *, info: str = "") -> bytes:
    """A small whole PDF: each page shows its lines."""
    objects: dict[int, bytes] = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        4: f"<< {info} >>".encode("latin-1"),
    }
    kids = []
    for number, lines in enumerate(pages):
        page, content = 5 + 2 * number, 6 + 2 * number
        said = "BT /F1 12 Tf 14 TL 72 720 Td " + " T* ".join(f"({line}) Tj" for line in lines) + " ET"
        objects[page] = page_object(content)
        objects[content] = stream(said.encode("latin-1"))
        kids.append(f"{page} 0 R")
    objects[2] = f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(kids)}] >>".encode()
    return assemble(objects)


def placed(
    pages: Sequence[Sequence[tuple[float, float, str]]],
    *,
    outline: Sequence[tuple[str, int]] = (),
    labels: str = "",
    more: str = "",
    size: int = 10,
    turned: int = 0,
) -> bytes:
    """
    A whole PDF with lines at (left, top) in points from the top left of its pages, which are 612 x 792.

    `outline` has titles and pages (from 0), all of one level; `labels` the /Nums of the page labels; `more` is put into
    each page's dictionary. With `turned` (90, 180, 270) a page is stored lying and shown upright, as (left, top) say.
    """
    more += f" /Rotate {turned}" if turned else ""
    last = 5 + 2 * len(pages)
    catalog = "/Type /Catalog /Pages 2 0 R"
    if outline:
        catalog += f" /Outlines {last} 0 R"
    if labels:
        catalog += f" /PageLabels << /Nums [{labels}] >>"
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    objects: dict[int, bytes] = {
        1: f"<< {catalog} >>".encode(),
        2: f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        4: b"<< >>",
    }
    for number, lines in enumerate(pages):
        said = "".join(
            f"BT /F1 {size} Tf {_upright(left, top, turned)} Tm ({text}) Tj ET\n" for left, top, text in lines
        )
        objects[5 + 2 * number] = page_object(6 + 2 * number, more)
        objects[6 + 2 * number] = stream(said.encode("latin-1"))
    if outline:
        first, end = last + 1, last + len(outline)
        objects[last] = f"<< /Type /Outlines /First {first} 0 R /Last {end} 0 R /Count {len(outline)} >>".encode()
        for number, (title, page) in enumerate(outline, first):
            beside = (f" /Next {number + 1} 0 R" if number < end else "") + (
                f" /Prev {number - 1} 0 R" if number > first else ""
            )
            target = f"/Dest [{5 + 2 * page} 0 R /Fit]"
            objects[number] = f"<< /Title ({title}) /Parent {last} 0 R {target}{beside} >>".encode("latin-1")
    return assemble(objects)


def _upright(left: float, top: float, turned: int) -> str:
    """Matrix of text that is shown at a place of a page that is turned."""
    return {
        0: f"1 0 0 1 {left} {792 - top}",
        90: f"0 1 -1 0 {top} {left}",
        180: f"-1 0 0 -1 {612 - left} {top}",
        270: f"0 -1 1 0 {612 - top} {792 - left}",
    }[turned]


def scanned(pages: Sequence[bool]) -> bytes:
    """A whole PDF whose pages are a picture where it is said so, and else have a line of text."""
    picture = b"q 612 0 0 792 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \xff EI Q"
    objects = {1: CATALOG, 3: BASE[3], 4: BASE[4]}
    for number, is_picture in enumerate(pages):
        said = f"BT /F1 10 Tf 72 692 Td (Line of page {number + 1}.) Tj ET".encode()
        objects[5 + 2 * number] = page_object(6 + 2 * number)
        objects[6 + 2 * number] = stream(picture if is_picture else said)
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    objects[2] = f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode()
    return assemble(objects)


def page_object(content: int | str, more: str = "") -> bytes:
    return (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
        f"/Contents {content} {'0 R' if isinstance(content, int) else ''} {more} >>"
    ).encode()


def stream(data: bytes, head: str = "") -> bytes:
    return f"<< /Length {len(data)} {head} >>\nstream\n".encode() + data + b"\nendstream"


def assemble(
    objects: Mapping[int, bytes], *, trailer: str = "/Root 1 0 R /Info 4 0 R", start: int | None = None
) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = len(out)
    size = max(objects) + 1
    out += f"xref\n0 {size}\n0000000000 65535 f \n".encode()
    for number in range(1, size):
        out += f"{places[number]:010} 00000 n \n".encode() if number in places else b"0000000000 00000 f \n"
    out += f"trailer\n<< /Size {size} {trailer} >>\nstartxref\n{table if start is None else start}\n%%EOF\n".encode()
    return bytes(out)


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
TEXT = b"BT /F1 12 Tf 72 720 Td (word) Tj ET "
BASE = {
    1: CATALOG,
    2: b"<< /Type /Pages /Count 1 /Kids [5 0 R] >>",
    3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    4: b"<< >>",
    5: page_object(6),
}
FORM = "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 7 0 R >> >>"
LOCKED = "/Root 1 0 R /ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -44 /O <{0}> /U <{0}> >>".format(
    "41" * 32
)


def saying(changed: Mapping[int, bytes], **how: Any) -> bytes:
    return assemble({**BASE, 6: stream(TEXT), **changed}, **how)


def showing(content: bytes) -> bytes:
    return saying({6: content})


def packed(piece: bytes, size: int, times: int = 1) -> bytes:
    """A page whose content is `piece` over and over, `size` bytes of it, packed `times` times."""
    packer = zlib.compressobj(6)
    part = piece * (1_000_000 // len(piece))
    data = b"".join(packer.compress(part) for _ in range(size // 1_000_000)) + packer.flush()
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return showing(stream(data, f"/Filter [{'/FlateDecode ' * times}]"))


BIG = 200_000_000  # bytes that a bomb unpacks to
WHOLE = pdf_of([LINES])


def flipped(times: int) -> bytes:
    rng, changed = random.Random(times), bytearray(WHOLE)
    for _ in range(times):
        changed[rng.randrange(8, len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


HOSTILE: Mapping[str, Callable[[], bytes]] = {
    "bomb-flate": lambda: packed(bytes(1), BIG),
    "bomb-flate-twice": lambda: packed(bytes(1), BIG, 2),
    "bomb-flate-thrice": lambda: packed(bytes(1), BIG, 3),
    "bomb-text": lambda: packed(TEXT, BIG),
    "bomb-operators": lambda: packed(b"q ", BIG),
    "bomb-paths": lambda: packed(b"0 0 m 1 1 l S ", BIG),
    "bomb-numbers": lambda: packed(b"1 ", BIG),
    "bomb-image": lambda: packed(b"BI /W 60000 /H 60000 /BPC 8 /CS /RGB ID x EI ", 1_000_000),
    "huge-length": lambda: showing(b"<< /Length 99999999999 >>\nstream\nBT ET\nendstream"),
    "negative-length": lambda: showing(b"<< /Length -5 >>\nstream\nBT ET\nendstream"),
    "lzw-bomb": lambda: showing(stream(b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01" * 1000, "/Filter /LZWDecode")),
    "ascii85-junk": lambda: showing(stream(b"z" * 3_000_000 + b"~>", "/Filter /ASCII85Decode")),
    "run-length": lambda: showing(stream(b"\x81a" * 2_000_000, "/Filter /RunLengthDecode")),
    "predictor": lambda: showing(stream(zlib.compress(bytes(10_000_000)),
                             "/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 2000000000 /Colors 32 >>")),
    "form-loop": lambda: saying({5: page_object(6).replace(b"/Font", b"/XObject << /X 7 0 R >> /Font"),
                                6: stream(b"/X Do"), 7: stream(b"/X Do", FORM)}),
    "page-loop": lambda: saying({2: b"<< /Type /Pages /Count 1 /Kids [2 0 R] >>"}),
    "parent-loop": lambda: saying({2: b"<< /Type /Pages /Parent 2 0 R /Count 1 /Kids [5 0 R] >>"}),
    "reference-loop": lambda: saying({2: b"2 0 R"}),
    "count-huge": lambda: saying({2: b"<< /Type /Pages /Count 2000000000 /Kids [5 0 R] >>"}),
    "count-negative": lambda: saying({2: b"<< /Type /Pages /Count -1 /Kids [5 0 R] >>"}),
    "no-pages": lambda: saying({2: b"<< /Type /Pages /Count 0 /Kids [] >>"}),
    "ten-thousand-pages": lambda: pdf_of([("word",)] * 10_000),
    "nested-arrays": lambda: saying({4: b"[" * 50_000 + b"]" * 50_000}),
    "nested-dictionaries": lambda: saying({4: b"<</A" * 30_000 + b">>" * 30_000}),
    "javascript": lambda: saying({1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S "
                                b"/JavaScript /JS (while\\(1\\){}) >> >>"}),
    "launch": lambda: saying({1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Launch /F "
                            b"(/bin/sh) >> >>"}),
    "other-file": lambda: saying({6: b"<< /Length 0 /F (/etc/passwd) >>\nstream\n\nendstream"}),
    "encrypted": lambda: saying({}, trailer=LOCKED),
    "table-nowhere": lambda: saying({}, start=99_999_999),
    "table-in-itself": lambda: saying({}, start=0),
    "prev-loop": lambda: saying({}, trailer="/Root 1 0 R /Prev 0"),
    "no-root": lambda: saying({}, trailer=""),
    "empty": lambda: b"%PDF-1.7\n%%EOF",
    "nothing": lambda: b"%PDF-",
    "cut": lambda: WHOLE[: len(WHOLE) // 2],
    "cut-late": lambda: WHOLE[:-40],
    "zeros": lambda: b"%PDF-1.7" + bytes(1_000_000),
    "flipped-few": lambda: flipped(8),
    "flipped-many": lambda: flipped(200),
    "not-a-pdf": lambda: b"<html>not a pdf</html>",
}  # fmt: skip
"""Forty of them by name: bombs, loops, locks, wrong tables, cuts and flipped bytes. Made when called."""
