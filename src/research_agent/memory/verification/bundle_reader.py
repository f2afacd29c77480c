"""The bundle reader: checks the types in an untrusted JSON file; what values say is left to `verify.check`."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, cast, get_args

from research_agent.errors import BundleError
from research_agent.files import EncodingError, decode_text
from research_agent.memory.verification.bundle import FORMAT, LARGEST, PROGRAM, VERSION, Bundle, digest_of
from research_agent.memory.verification.verify import Fault, StoredDocument, TurnRecord, sha256_of
from research_agent.text.restriction import told_by
from research_agent.text.sanitize import one_line
from research_agent.types import Citation, Computation, JudgedBy, Plot, PlotKind, PlotPoint

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
LONGEST_NAME = 80  # characters of the file's own text in an error message


def read_bundle(path: Path) -> Bundle:
    """Read a file. Raises `BundleError` when it is no bundle, is too large, or is of a newer version."""
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
        bundle = json.loads(decode_text(data), object_pairs_hook=_unique, parse_constant=_reject, parse_float=_finite)
    except EncodingError as error:
        raise BundleError(f"{name!r} {error}.", hint="Save it as UTF-8, or export it again.") from error
    except ValueError as error:  # JSONDecodeError, and what the hooks below raise
        reason = str(error)
    else:
        if isinstance(bundle, dict):
            return bundle
        reason = "it holds no object"
    raise BundleError(f"{name!r} is no bundle: {reason}.", hint=CUT)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("an object has the same name twice")
    return members


def _reject(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def parse_bundle(data: Mapping[str, Any], name: str) -> Bundle:
    """Validate the JSON object of the file called `name`. Raises `BundleError`."""
    _check_version(data, name)
    try:
        return _bundle(data)
    except _ShapeError as error:
        raise BundleError(
            f"{name!r} is no bundle: {error}.", hint="It was cut, or changed by another program: export it again."
        ) from None


class _ShapeError(Exception):
    """A value is missing or has the wrong type."""


def _check_version(data: Mapping[str, Any], name: str) -> None:
    if data.get("format") != FORMAT:
        raise BundleError(
            f"{name!r} is no bundle: its format is not {FORMAT!r}.",
            hint="A bundle is made by: research-agent sessions export ID --bundle FILE",
        )
    number = data.get("version")
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise BundleError(f"{name!r} is no bundle: it says no version.", hint="Export it again.")
    if number > VERSION:
        writer = data.get("program")
        by = f" It was written by {_short(writer)}." if isinstance(writer, str) else ""
        raise BundleError(
            f"{name!r} is a bundle of version {_short(str(number))}; this program reads version {VERSION}.{by}",
            hint=f"Check it with that {PROGRAM}, or a newer one.",
        )


def _bundle(data: Mapping[str, Any]) -> Bundle:
    documents = _get(data, "documents", list, "")
    stored = [_document(document, f"documents[{place}]") for place, document in enumerate(documents)]
    turns = _get(data, "turns", list, "")
    if not turns:
        raise _ShapeError("it has no turn")
    used: set[int] = set()
    records = tuple(_record(turn, f"turns[{place}]", stored, used) for place, turn in enumerate(turns))
    numbers = [record.turn for record in records]
    if len(set(numbers)) < len(numbers):
        raise _ShapeError("it has two turns of the same number")
    digest = _get(data, "sha256", str, "")
    return Bundle(
        session=_get(data, "session", str, ""),
        program=_get(data, "program", str, ""),
        sha256=digest,
        records=records,
        faults=tuple(_file_faults(data, digest, documents, stored, used)),
    )


def _file_faults(
    data: Mapping[str, Any], digest: str, documents: Sequence[Any], stored: Sequence[StoredDocument], used: set[int]
) -> Iterator[Fault]:
    if (now := digest_of(data)) != digest:
        yield Fault("file", "the file", "it was changed after it was written: its own hash differs", digest, now)
    seen: dict[tuple[Any, ...], int] = {}
    for place, (document, parsed) in enumerate(zip(documents, stored, strict=True)):
        key = (parsed.id, parsed.source, parsed.url, parsed.title, document["retrieved"])
        if (first := seen.setdefault(key, place)) != place:
            yield Fault("file", f"documents[{place}]", f"it stands twice: it is documents[{first}] too")
        if place not in used:
            yield Fault("file", f"documents[{place}]", "no turn has it")
            if parsed.text is not None and (now := sha256_of(parsed.text)) != parsed.id:
                yield Fault("hash", f"documents[{place}]", "its text is not the text that was fetched", parsed.id, now)


def _document(data: Any, where: str) -> StoredDocument:
    for name in OPTIONAL:
        if _get(data, name, object, where) is not None:
            _get(data, name, str, where)
    _get(data, "retrieved", str, where)
    _get(data, "details", dict, where)
    fields = {name: _get(data, name, str, where) for name in ("text", "source", "title", "url")}
    return StoredDocument(id=_get(data, "sha256", str, where), **fields)


def _record(data: Any, where: str, stored: Sequence[StoredDocument], used: set[int]) -> TurnRecord:
    answer = _get(data, "answer", dict, where)
    places = [_whole(place, f"{where}.documents") for place in _get(data, "documents", list, where)]
    if wrong := [place for place in places if not 0 <= place < len(stored)]:
        raise _ShapeError(f"{where}.documents names {_short(str(wrong[0]))}, and there are {len(stored)} documents")
    used.update(places)
    settings = _get(data, "settings", dict, where)
    _get(data, "notes", list, where)
    where += ".answer"
    _get(answer, "timings", dict, where)
    _get(answer, "sources", list, where)
    citations = _get(answer, "citations", list, where)
    unsupported = _get(answer, "unsupported", list, where)
    computed = _get(answer, "computed", list, where) if "computed" in answer else []
    return TurnRecord(
        turn=_get(answer, "turn", int, where),
        question=_get(answer, "question", str, where),
        text=_get(answer, "answer", str, where),
        status=_get(answer, "status", str, where),
        citations=tuple(_citation(citation, f"{where}.citations[{place}]") for place, citation in enumerate(citations)),
        unsupported=tuple(_span(span, f"{where}.unsupported[{place}]") for place, span in enumerate(unsupported)),
        documents=tuple(stored[place] for place in places),
        notes=told_by(settings),
        computed=tuple(_computation(one, f"{where}.computed[{at}]") for at, one in enumerate(computed)),
    )


def _computation(data: Any, where: str) -> Computation:
    sentence = _span(_get(data, "sentence", list, where), f"{where}.sentence")
    program, values = _get(data, "program", str, where), _get(data, "values", dict, where)
    plot = _plot(data["plot"], f"{where}.plot") if data.get("plot") is not None else None
    return Computation(sentence=sentence, program=program, values=values, result=data.get("result"), plot=plot)


def _plot(data: Any, where: str) -> Plot:
    kind = _get(data, "kind", str, where)
    if kind not in get_args(PlotKind):
        raise _ShapeError(f"{where}.kind is {_short(kind)}, which is no kind of plot")
    points = [_point(point, f"{where}.points[{at}]") for at, point in enumerate(_get(data, "points", list, where))]
    texts = {name: _get(data, name, str, where) for name in ("title", "unit")}
    return Plot(kind=cast("PlotKind", kind), points=tuple(points), **texts)


def _point(data: Any, where: str) -> PlotPoint:
    texts = {name: _get(data, name, str, where) for name in ("label", "shown", "document")}
    places = {name: _get(data, name, int, where) for name in ("start", "end")}
    value, at = (float(_get(data, name, (float, int), where)) for name in ("value", "at"))
    return PlotPoint(value=value, at=at, **texts, **places)


def _citation(data: Any, where: str) -> Citation:
    numbers = {name: _get(data, name, int, where) for name in ("n", "start", "end")}
    texts = {name: _get(data, name, str, where) for name in ("document", "title", "url", "source", "quote")}
    score = _get(data, "score", (float, int), where)
    sentence = _span(_get(data, "sentence", list, where), f"{where}.sentence")
    by: JudgedBy = "computed" if data.get("by") == "computed" else "judge"  # all others are checked alike
    return Citation(sentence=sentence, score=score, by=by, **numbers, **texts)


def _span(data: Any, where: str) -> tuple[int, int]:
    if not isinstance(data, list) or len(data) != 2:
        raise _ShapeError(f"{where} is not two whole numbers")
    return _whole(data[0], where), _whole(data[1], where)


def _whole(data: Any, where: str) -> int:
    if isinstance(data, bool) or not isinstance(data, int):
        _wrong_type(data, int, where)
    return data


def _get(data: Any, name: str, kind: type[Any] | tuple[type[Any], ...], where: str) -> Any:
    """The member `name`, which must be of that type; a bool is no number. Raises `_ShapeError`."""
    if not isinstance(data, Mapping):
        _wrong_type(data, dict, where)
    path = f"{where}.{name}" if where else name
    if name not in data:
        raise _ShapeError(f"{path} is missing")
    value = data[name]
    if kind is not object and (isinstance(value, bool) or not isinstance(value, kind)):
        _wrong_type(value, kind, path)
    return value


def _wrong_type(data: Any, kind: type[Any] | Iterable[type[Any]], where: str) -> NoReturn:
    wanted = JSON_NAMES[kind if isinstance(kind, type) else next(iter(kind))]
    raise _ShapeError(f"{where} is {JSON_NAMES.get(type(data), 'something else')}, not {wanted}")


def _short(text: str) -> str:
    return one_line(text[:LONGEST_NAME])
