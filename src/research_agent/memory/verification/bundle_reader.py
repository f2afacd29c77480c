"""
A bundle's JSON -> records to check. Every value has the type it should have, or the file is no bundle.

What a value says (an offset out of range, a wrong hash) is no matter of shape: that is found by the check.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from research_agent.errors import BundleError
from research_agent.memory.verification.bundle import FORMAT, LARGEST, PROGRAM, VERSION, Bundle, digest_of
from research_agent.memory.verification.verify import Fault, Held, Record, sha256_of
from research_agent.text.sanitize import one_line
from research_agent.types import Citation

__all__ = ["parse_bundle", "read_bundle"]

JSON_NAMES = {
    dict: "an object",
    list: "a list",
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}
OPTIONAL = ("published", "author", "revision", "language", "licence", "attribution")
CUT = "Was it cut, or saved by another program? Export it again."
LONGEST_NAME = 80  # characters of a stranger's text in an error


def read_bundle(path: Path) -> Bundle:
    """Read a file; raises `BundleError` when it is no bundle, is too large, or is of a newer version."""
    try:
        return parse_bundle(_load(path), str(path))
    except RecursionError:
        raise BundleError(f"{str(path)!r} is no bundle: it is nested too deeply.", hint=CUT) from None


def _load(path: Path) -> dict[str, Any]:
    name = str(path)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise BundleError(f"{name!r} cannot be read: {error.strerror}.", hint="Check its name.") from error
    if len(data) > LARGEST:
        raise BundleError(f"{name!r} has more than {LARGEST:,} bytes.", hint="Bundles are smaller: one turn at a time.")
    try:
        found = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no, parse_float=_finite)
    except UnicodeDecodeError as error:
        reason = f"byte {error.start} is not UTF-8"
    except ValueError as error:  # JSONDecodeError, and what the hooks below say
        reason = str(error)
    else:
        if isinstance(found, dict):
            return found
        reason = "it holds no object"
    raise BundleError(f"{name!r} is no bundle: {reason}.", hint=CUT)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has the same name twice")
    return found


def _no(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def parse_bundle(found: Mapping[str, Any], name: str) -> Bundle:
    """The bundle in an object that was read from `name`; raises `BundleError`."""
    _check_version(found, name)
    try:
        return _bundle(found)
    except _ShapeError as error:
        raise BundleError(
            f"{name!r} is no bundle: {error}.", hint="It was cut, or changed by another program: export it again."
        ) from None


class _ShapeError(Exception):
    """A value is not of the type it should be."""


def _check_version(found: Mapping[str, Any], name: str) -> None:
    if found.get("format") != FORMAT:
        raise BundleError(
            f"{name!r} is no bundle: its format is not {FORMAT!r}.",
            hint="A bundle is made by: research-agent sessions export ID --bundle FILE",
        )
    number = found.get("version")
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise BundleError(f"{name!r} is no bundle: it says no version.", hint="Export it again.")
    if number > VERSION:
        writer = found.get("program")
        by = f" It was written by {_short(writer)}." if isinstance(writer, str) else ""
        raise BundleError(
            f"{name!r} is a bundle of version {_short(str(number))}; this program reads version {VERSION}.{by}",
            hint=f"Check it with that {PROGRAM}, or a newer one.",
        )


def _bundle(found: Mapping[str, Any]) -> Bundle:
    documents = _get(found, "documents", list, "")
    held = [_held(document, f"documents[{place}]") for place, document in enumerate(documents)]
    turns = _get(found, "turns", list, "")
    if not turns:
        raise _ShapeError("it has no turn")
    used: set[int] = set()
    records = tuple(_record(turn, f"turns[{place}]", held, used) for place, turn in enumerate(turns))
    numbers = [record.turn for record in records]
    if len(set(numbers)) < len(numbers):
        raise _ShapeError("it has two turns of the same number")
    digest = _get(found, "sha256", str, "")
    return Bundle(
        session=_get(found, "session", str, ""),
        program=_get(found, "program", str, ""),
        sha256=digest,
        records=records,
        faults=tuple(_file_faults(found, digest, documents, held, used)),
    )


def _file_faults(
    found: Mapping[str, Any], digest: str, documents: Sequence[Any], held: Sequence[Held], used: set[int]
) -> Iterator[Fault]:
    if (now := digest_of(found)) != digest:
        yield Fault("file", "the file", "it was changed after it was written: its own hash differs", digest, now)
    seen: dict[tuple[Any, ...], int] = {}
    for place, (document, kept) in enumerate(zip(documents, held, strict=True)):
        key = (kept.id, kept.source, kept.url, kept.title, document["retrieved"])
        if (first := seen.setdefault(key, place)) != place:
            yield Fault("file", f"documents[{place}]", f"it stands twice: it is documents[{first}] too")
        if place not in used:
            yield Fault("file", f"documents[{place}]", "no turn has it")
            if kept.text is not None and (now := sha256_of(kept.text)) != kept.id:
                yield Fault("hash", f"documents[{place}]", "its text is not the text that was fetched", kept.id, now)


def _held(found: Any, where: str) -> Held:
    for name in OPTIONAL:
        if _get(found, name, object, where) is not None:
            _get(found, name, str, where)
    _get(found, "retrieved", str, where)
    _get(found, "details", dict, where)
    sha256, text, source, title, url = (_get(found, name, str, where) for name in ("sha256", *_TEXTS))
    return Held(id=sha256, text=text, source=source, title=title, url=url)


_TEXTS = ("text", "source", "title", "url")


def _record(found: Any, where: str, held: Sequence[Held], used: set[int]) -> Record:
    answer = _get(found, "answer", dict, where)
    places = [_whole(place, f"{where}.documents") for place in _get(found, "documents", list, where)]
    if wrong := [place for place in places if not 0 <= place < len(held)]:
        raise _ShapeError(f"{where}.documents names {_short(str(wrong[0]))}, and there are {len(held)} documents")
    used.update(places)
    _get(found, "settings", dict, where)
    _get(found, "notes", list, where)
    where += ".answer"
    _get(answer, "timings", dict, where)
    _get(answer, "sources", list, where)
    cited = _get(answer, "citations", list, where)
    unsupported = _get(answer, "unsupported", list, where)
    return Record(
        turn=_get(answer, "turn", int, where),
        question=_get(answer, "question", str, where),
        text=_get(answer, "answer", str, where),
        status=_get(answer, "status", str, where),
        citations=tuple(_citation(one, f"{where}.citations[{place}]") for place, one in enumerate(cited)),
        unsupported=tuple(_span(span, f"{where}.unsupported[{place}]") for place, span in enumerate(unsupported)),
        documents=tuple(held[place] for place in places),
    )


def _citation(found: Any, where: str) -> Citation:
    n, start, end = (_get(found, name, int, where) for name in ("n", "start", "end"))
    document, title, url, source, quote = (
        _get(found, name, str, where) for name in ("document", "title", "url", "source", "quote")
    )
    score = _get(found, "score", (float, int), where)
    sentence = _span(_get(found, "sentence", list, where), f"{where}.sentence")
    return Citation(
        n=n,
        sentence=sentence,
        document=document,
        title=title,
        url=url,
        source=source,
        quote=quote,
        start=start,
        end=end,
        score=score,
    )


def _span(found: Any, where: str) -> tuple[int, int]:
    if not isinstance(found, list) or len(found) != 2:
        raise _ShapeError(f"{where} is not two whole numbers")
    return _whole(found[0], where), _whole(found[1], where)


def _whole(found: Any, where: str) -> int:
    if isinstance(found, bool) or not isinstance(found, int):
        _not(found, int, where)
    return found


def _get(found: Any, name: str, kind: type[Any] | tuple[type[Any], ...], where: str) -> Any:
    """The value called `name`, of that kind; true and false are no numbers."""
    if not isinstance(found, Mapping):
        _not(found, dict, where)
    path = f"{where}.{name}" if where else name
    if name not in found:
        raise _ShapeError(f"{path} is missing")
    value = found[name]
    if kind is not object and (isinstance(value, bool) or not isinstance(value, kind)):
        _not(value, kind, path)
    return value


def _not(found: Any, kind: type[Any] | Iterable[type[Any]], where: str) -> NoReturn:
    wanted = JSON_NAMES[kind if isinstance(kind, type) else next(iter(kind))]
    raise _ShapeError(f"{where} is {JSON_NAMES.get(type(found), 'something else')}, not {wanted}")


def _short(text: str) -> str:
    return one_line(text[:LONGEST_NAME])
