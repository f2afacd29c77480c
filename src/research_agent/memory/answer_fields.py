"""Fields of an answer and of a document as the JSON that is stored of them, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, astuple
from typing import Any

from research_agent.types import (
    Answer,
    Computation,
    Conflict,
    Document,
    Finding,
    Plot,
    PlotPoint,
    Quotation,
    Removed,
    SingleSite,
    SourceReport,
    Span,
    Unread,
)

__all__ = ["fields_of", "meta_of", "read_computed", "report_of", "retrieval_of"]


def retrieval_of(document: Document) -> dict[str, Any]:
    """The document's fields but for its text, which is stored once in `documents`."""
    fields = {**_flat(document), "details": dict(document.details)}
    del fields["text"]
    if not document.parts:
        del fields["parts"]  # a turn that has none is stored as before
    return fields


def _flat(
    value: SourceReport | Unread | Computation | Conflict | Document | Removed | Quotation | SingleSite,
) -> dict[str, Any]:
    """A shallow `asdict`: copying each value took a tenth of the time of storing a turn."""
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def meta_of(answer: Answer) -> dict[str, Any]:
    """The fields of an answer that no other row has."""
    return {
        "answer_from": answer.answer_from,
        "status": answer.status,
        "unsupported": answer.unsupported,
        "partly": answer.partly,
        "removed": [
            {**_flat(removed), "quotes": [_flat(quote) for quote in removed.quotes]} for removed in answer.removed
        ],
        "answer_span": answer.answer_span,
        "independent": answer.independent,
        "sites": answer.sites,
        "single_site": [_flat(one) for one in answer.single_site],
        "computed": [{**_flat(one), "plot": one.plot and asdict(one.plot)} for one in answer.computed],
        "conflicts": [_flat(conflict) for conflict in answer.conflicts],
        "sources": [{**_flat(report), "unread": [_flat(page) for page in report.unread]} for report in answer.sources],
        "finding": answer.finding and {"report": dict(answer.finding.report), "reason": answer.finding.reason},
        "model": answer.model,
        "timings": dict(answer.timings),
        "spans": [astuple(span) for span in answer.spans],
        "notes": answer.notes,
        "settings": dict(answer.settings),
        "replaces": answer.replaces,
        "follow_ups": answer.follow_ups,
        **({} if answer.response is None else {"response": dict(answer.response)}),
        # Altered offsets would still point at words of the source: `verify` compares them with these.
        "quotes": [citation.quote for citation in answer.citations],
        "by": [citation.by for citation in answer.citations],
        "cited_sites": [(citation.site, citation.site_kind) for citation in answer.citations],
    }


def fields_of(meta: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse of `meta_of`."""
    return {
        **meta,
        "unsupported": tuple((start, end) for start, end in meta["unsupported"]),
        "partly": tuple((start, end) for start, end in meta.get("partly", ())),
        "removed": tuple(_removed_of(row) for row in meta.get("removed", ())),
        "answer_span": (span[0], span[1]) if (span := meta.get("answer_span")) else None,
        "single_site": tuple(SingleSite(**_with_sentence(row)) for row in meta.get("single_site", ())),
        "conflicts": tuple(Conflict(**_with_sentence(row)) for row in meta.get("conflicts", ())),
        "computed": read_computed(meta),
        "sources": tuple(report_of(row) for row in meta["sources"]),
        "finding": Finding(**meta["finding"]) if meta["finding"] else None,
        "spans": tuple(Span(*span) for span in meta["spans"]),
        "notes": tuple(meta["notes"]),
        "follow_ups": tuple(meta.get("follow_ups", ())),
    }


def report_of(row: Mapping[str, Any]) -> SourceReport:
    """The report on a source from its stored fields."""
    lists = {name: tuple(row.get(name, ())) for name in ("sent", "engines")}
    return SourceReport(**{**row, **lists, "unread": tuple(Unread(**page) for page in row.get("unread", ()))})


def read_computed(meta: Mapping[str, Any]) -> tuple[Computation, ...]:
    """How the computed sentences of a stored turn came about."""
    return tuple(
        Computation(**{**_with_sentence(row), "plot": _plot_of(row.get("plot"))}) for row in meta.get("computed") or ()
    )


def _plot_of(row: Mapping[str, Any] | None) -> Plot | None:
    return Plot(**{**row, "points": tuple(PlotPoint(**point) for point in row["points"])}) if row else None


def _with_sentence(row: Mapping[str, Any]) -> dict[str, Any]:
    start, end = row["sentence"]
    return {**row, "sentence": (start, end)}


def _removed_of(row: Mapping[str, Any]) -> Removed:
    quotes = tuple(Quotation(**quote) for quote in row["quotes"])
    place = row["sentence"] and (row["sentence"][0], row["sentence"][1])
    return Removed(**{**row, "quotes": quotes, "sentence": place})
