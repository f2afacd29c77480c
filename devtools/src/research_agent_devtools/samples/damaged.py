"""Damage of texts, bytes and JSON: what stands in them cut, doubled, moved, exchanged for what nobody expects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from copy import deepcopy
from random import Random
from typing import Any

__all__ = ["ODD", "damaged_bytes", "damaged_json", "damaged_text"]

ODD: tuple[Any, ...] = (
    None, True, -1, 0, 2.5, 1e308, 10**30, -(10**20), "", " ", "x", "\ud800\x00", "9" * 5000, "1e999", "NaN", [], {},
    [None], [[]], {"": None}, [1, "a", None, {"a": []}], {"value": {"value": []}}, "<script>x</script>",
    "javascript:alert(1)", "http://[::1", "http://x.example/%zz", "2026-02-30", "0000-00-00", "\u202e\u0661",
    "10.1000/\ud800", "<p>&#xD800;",
)  # fmt: skip
SCRAPS = (
    "", "\x00", "\ufeff", "\u2028", "\r", "\n\n", "\t", '"', "'", "\\", "[", "]", "{", "}", "(", "<", ">", "&", "#",
    "=", ":", ",", ";", "%", "%zz", "-", "--", "+", "*", "/", "//", "..", "@", "[::1]", "1", "0", "-1", "9" * 400,
    "1e999", "\u0663", "\xb2", "\xbd", "\xdf", "\u0130", "\ud800", "\U0001f333", "\xe9", "\u4e2d", "true", "null",
    "None", "http://", "a" * 300, "```",
)  # fmt: skip
BYTES = (
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"<", b"</", b"<!--", b"]]>", b"<![CDATA[", b"&",
    b"&#", b"&#xD800;", b"&b;", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"{", b"}", b"[", b"]", b'"', b"\\u", b"\\ud800",
    b",", b":", b"null", b"1e999", b"-", b"9" * 400, b"\r\n", b"\n", b"<a>" * 50, b"[" * 50,
)  # fmt: skip
DROPPED = object()


def damaged_text(rng: Random, samples: Sequence[str]) -> str:
    """One of the samples with up to six damages, or pieces alone."""
    text = rng.choice(samples)
    if rng.random() < 0.1:
        return "".join(rng.choices(SCRAPS, k=rng.randrange(8)))
    for _ in range(rng.choice((0, 1, 1, 2, 3, 6))):
        at, end = sorted((rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)))
        match rng.randrange(5):
            case 0:
                text = text[:at] + text[min(end, at + 12) :]
            case 1:
                text = text[:end] + text[at:]
            case 2:
                text = text[:at] + rng.choice(samples) + text[at:]
            case _:
                text = text[:at] + rng.choice(SCRAPS) + text[at + rng.randrange(3) :]
    return text[:20_000]


def damaged_bytes(rng: Random, data: bytes) -> bytes:
    """The bytes with up to six damages."""
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        at = rng.randrange(len(data) + 1)
        match rng.randrange(5):
            case 0:
                data = data[:at] + data[at + rng.randrange(40) :]
            case 1:
                data = data[:at] if rng.random() < 0.3 else data[:at] + data[max(0, at - rng.randrange(200)) :]
            case 2:
                data = data[:at] + rng.randbytes(rng.randrange(6)) + data[at + 1 :]
            case _:
                data = data[:at] + rng.choice(BYTES) + data[at:]
    return data[:200_000]


def damaged_json(rng: Random, value: Any) -> Any:
    """A JSON value of which up to four places are gone, or hold what is odd there, or what stands elsewhere in it."""
    value = deepcopy(value)
    for _ in range(rng.choice((1, 1, 2, 4))):
        places = list(_places(value))
        path = rng.choice(places)
        odd = rng.choice((DROPPED, rng.choice(ODD), rng.choice(ODD), _at(value, rng.choice(places))))
        if not path:
            value = None if odd is DROPPED else deepcopy(odd)
            continue
        holder = _at(value, path[:-1])
        if odd is DROPPED:
            del holder[path[-1]]
        else:
            holder[path[-1]] = deepcopy(odd)
    return json.loads(json.dumps(value))


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield from _places(value[key], (*path, key))


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value
