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
from research_agent.messages import bundle_lines, command_results, verify_lines
from research_agent.text.restriction import told_by
from research_agent.text.sanitize import one_line
from research_agent.types import Citation, Computation, JudgedBy, Plot, PlotKind, PlotPoint

__all__ = ["parse_bundle", "read_bundle"]

JSON_NAMES = {
    dict: bundle_lines.AN_OBJECT,
    list: bundle_lines.A_LIST,
    str: bundle_lines.TEXT,
    int: bundle_lines.WHOLE_NUMBER,
    float: bundle_lines.A_NUMBER,
    bool: bundle_lines.TRUE_OR_FALSE,
    type(None): bundle_lines.NULL,
}
OPTIONAL = ("published", "author", "revision", "language", "licence", "attribution")
LONGEST_NAME = 80  # characters of the file's own text in an error message


def read_bundle(path: Path) -> Bundle:
    """Read a file. Raises `BundleError` when it is no bundle, is too large, or is of a newer version."""
    try:
        return parse_bundle(_load(path), str(path))
    except RecursionError:
        raise BundleError(bundle_lines.TOO_DEEP(name=str(path)), hint=bundle_lines.CUT()) from None


def _load(path: Path) -> dict[str, Any]:
    name = str(path)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise BundleError(
            bundle_lines.UNREADABLE(name=name, reason=error.strerror), hint=command_results.CHECK_NAME()
        ) from error
    if len(data) > LARGEST:
        raise BundleError(bundle_lines.TOO_LARGE(name=name, most=LARGEST), hint=bundle_lines.ONE_TURN_AT_A_TIME())
    try:
        bundle = json.loads(decode_text(data), object_pairs_hook=_unique, parse_constant=_reject, parse_float=_finite)
    except EncodingError as error:
        raise BundleError(f"{name!r} {error}.", hint=bundle_lines.SAVE_AS_UTF()) from error
    except ValueError as error:  # JSONDecodeError, and what the hooks below raise
        reason = str(error)
    else:
        if isinstance(bundle, dict):
            return bundle
        reason = bundle_lines.NO_OBJECT()
    raise BundleError(bundle_lines.NOT_A_BUNDLE(name=name, reason=reason), hint=bundle_lines.CUT())


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError(bundle_lines.NAME_TWICE())
    return members


def _reject(constant: str) -> NoReturn:
    raise ValueError(bundle_lines.NO_NUMBER(constant=constant))


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(bundle_lines.NUMBER_TOO_LARGE())
    return number


def parse_bundle(data: Mapping[str, Any], name: str) -> Bundle:
    """Validate the JSON object of the file called `name`. Raises `BundleError`."""
    _check_version(data, name)
    try:
        return _bundle(data)
    except _ShapeError as error:
        raise BundleError(
            bundle_lines.NOT_A_BUNDLE(name=name, reason=error), hint=bundle_lines.CUT_OR_CHANGED()
        ) from None


class _ShapeError(Exception):
    """A value is missing or has the wrong type."""


def _check_version(data: Mapping[str, Any], name: str) -> None:
    if data.get("format") != FORMAT:
        raise BundleError(
            bundle_lines.NOT_A_BUNDLE(name=name, reason=bundle_lines.OTHER_FORMAT(form=FORMAT)),
            hint=bundle_lines.MADE_BY(),
        )
    number = data.get("version")
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise BundleError(
            bundle_lines.NOT_A_BUNDLE(name=name, reason=bundle_lines.NO_VERSION()), hint=bundle_lines.EXPORT_AGAIN()
        )
    if number > VERSION:
        writer = data.get("program")
        by = (" " + bundle_lines.WRITTEN_BY(program=_short(writer))) if isinstance(writer, str) else ""
        raise BundleError(
            bundle_lines.NEWER(name=name, number=_short(str(number)), version=VERSION, by=by),
            hint=bundle_lines.CHECK_WITH(program=PROGRAM),
        )


def _bundle(data: Mapping[str, Any]) -> Bundle:
    documents = _get(data, "documents", list, "")
    stored = [_document(document, f"documents[{place}]") for place, document in enumerate(documents)]
    turns = _get(data, "turns", list, "")
    if not turns:
        raise _ShapeError(bundle_lines.NO_TURNS())
    used: set[int] = set()
    records = tuple(_record(turn, f"turns[{place}]", stored, used) for place, turn in enumerate(turns))
    numbers = [record.turn for record in records]
    if len(set(numbers)) < len(numbers):
        raise _ShapeError(bundle_lines.TURNS_SAME_NUMBER())
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
        yield Fault(
            "file",
            "the file",
            verify_lines.FILE_CHANGED(),
            digest,
            now,
        )
    seen: dict[tuple[Any, ...], int] = {}
    for place, (document, parsed) in enumerate(zip(documents, stored, strict=True)):
        key = (parsed.id, parsed.source, parsed.url, parsed.title, document["retrieved"])
        if (first := seen.setdefault(key, place)) != place:
            yield Fault("file", f"documents[{place}]", verify_lines.STANDS_TWICE(first=first))
        if place not in used:
            yield Fault("file", f"documents[{place}]", verify_lines.NO_TURN_HAS_IT())
            if parsed.text is not None and (now := sha256_of(parsed.text)) != parsed.id:
                yield Fault("hash", f"documents[{place}]", verify_lines.NOT_FETCHED_TEXT(), parsed.id, now)


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
        raise _ShapeError(bundle_lines.WRONG_DOCUMENTS(where=where, wrong=wrong, stored=len(stored)))
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
        raise _ShapeError(bundle_lines.NO_PLOT_KIND(where=where, kind=_short(kind)))
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
        raise _ShapeError(bundle_lines.NOT_TWO_NUMBERS(where=where))
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
        raise _ShapeError(bundle_lines.MISSING(path=path))
    value = data[name]
    if kind is not object and (isinstance(value, bool) or not isinstance(value, kind)):
        _wrong_type(value, kind, path)
    return value


def _wrong_type(data: Any, kind: type[Any] | Iterable[type[Any]], where: str) -> NoReturn:
    wanted = JSON_NAMES[kind if isinstance(kind, type) else next(iter(kind))]()
    raise _ShapeError(
        bundle_lines.WRONG_TYPE(
            where=where, kind=JSON_NAMES.get(type(data), bundle_lines.SOMETHING_ELSE)(), wanted=wanted
        )
    )


def _short(text: str) -> str:
    return one_line(text[:LONGEST_NAME])
