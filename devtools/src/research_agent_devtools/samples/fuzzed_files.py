"""
Files that are damaged or made to do harm, without end: samples with bytes, members, tags and numbers changed.

Damage of an archive's bytes is found by its checksums: so most changes are made to what is in it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from research_agent_devtools.samples.office_files import SAMPLES
from research_agent_devtools.samples.pdf_files import WHOLE

__all__ = ["fuzzed"]

Change = Callable[[random.Random, bytes], bytes]

FILES = {**SAMPLES, "a.pdf": WHOLE}
NAMES = sorted(FILES)
LARGEST = 1_000_000  # bytes, so that thousands of files are read in minutes
HUGE = (b"-1", b"0", b"99999999999999999999", b"1e999", b"2147483648", b"NaN", b"1048576", b"")
WORDS = (
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"]]>", b"<![CDATA[", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"{", b"}",
    b"\\u-10179?", b"\\bin99999999 ", b"\\trowd", b"\\cell", b"<w:tbl>", b"</w:p>", b"<m:oMath>", b"<table:table>",
    b'"', b"\r\n", b"\n\n", b"--part", b"=?x?b?", b"From ", b"/Length 99999999", b"endstream", b"obj",
    b"sep=", b'colspan="1000"', b'rowspan="1000"', b"=C3", b"[Content_Types].xml", "\u202e\ud7ff".encode(),
)  # fmt: skip


def fuzzed(rng: random.Random, *, besides: Collection[str] = ()) -> tuple[str, bytes]:
    """A file, and a name for it; of no sample that is called as those of `besides`."""
    names = [name for name in NAMES if name not in besides]
    name = rng.choice(names)
    data = FILES[name]
    data = _archive(rng, data) if data[:2] == b"PK" and rng.random() < 0.8 else _changed(rng, data)
    if rng.random() < 0.05:
        name = rng.choice(names)
    return name, data


def _archive(rng: random.Random, data: bytes) -> bytes:
    """The archive with some members changed, exchanged, gone, or more than they say."""
    with ZipFile(BytesIO(data)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    for name in rng.sample(sorted(members), rng.randint(1, min(3, len(members)))):
        match rng.randrange(12):
            case 0:
                del members[name]
            case 1:
                members[name] = members[rng.choice(sorted(members))]
            case 2:
                members[name] = bytes(rng.randrange(20_000_000))  # a bomb, as far as the time of a trial allows
            case 3:
                members[name] = b"<a>" * rng.randrange(100_000)
            case 4:
                members |= {f"{name}{number}": b"" for number in range(rng.randrange(2000))}
            case _:
                members[name] = _changed(rng, members[name])
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return packed.getvalue()


def _changed(rng: random.Random, data: bytes) -> bytes:
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        data = rng.choice(CHANGES)(rng, data)[:LARGEST]
    return data


def _flip(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _cut(rng: random.Random, data: bytes) -> bytes:
    start, end = sorted((rng.randint(0, len(data)), rng.randint(0, len(data))))
    return rng.choice((data[:start], data[end:], data[:start] + data[end:]))


def _insert(rng: random.Random, data: bytes) -> bytes:
    place = rng.randint(0, len(data))
    return data[:place] + rng.choice(WORDS) * rng.choice((1, 1, 3, 500)) + data[place:]


def _repeat(rng: random.Random, data: bytes) -> bytes:
    start, end = sorted((rng.randint(0, len(data)), rng.randint(0, len(data))))
    end = min(end, start + 2000)
    return data[:start] + data[start:end] * rng.choice((2, 5, 100, 1000)) + data[end:]


def _number(rng: random.Random, data: bytes) -> bytes:
    places = list(re.finditer(rb"\d{1,20}", data))
    if not places:
        return data
    place = rng.choice(places)
    return data[: place.start()] + rng.choice(HUGE) + data[place.end() :]


def _tag(rng: random.Random, data: bytes) -> bytes:
    places = list(re.finditer(rb"</?[\w:]{1,40}|\\[a-z]{1,40}|\b[\w-]{1,40}:|\"\w{1,40}\"", data))
    if len(places) < 2:
        return data
    place, other = rng.choice(places), rng.choice(places)
    return data[: place.start()] + other[0] + data[place.end() :]


CHANGES: tuple[Change, ...] = (_flip, _cut, _insert, _repeat, _number, _tag)
