"""PDF export, typeset by Typst. Fetched and generated text reaches it as data, never as markup."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files
from itertools import groupby
from typing import Any

from research_agent.memory import SessionInfo
from research_agent.rendering.answer_blocks import Run, blocks
from research_agent.rendering.view import AnswerView, Reference, safe_link, when
from research_agent.text.sanitize import one_line, printable
from research_agent.types import Answer, Turn

__all__ = ["as_pdf"]

TEMPLATE = "session.typ"


def as_pdf(info: SessionInfo, turns: Sequence[Turn]) -> bytes:
    """Bytes of a PDF, the same for the same session. Blocks for some tenths of a second."""
    import typst

    markup = files("research_agent.rendering").joinpath(TEMPLATE).read_bytes()
    data = json.dumps(_data(info, turns), ensure_ascii=False)
    pdf: bytes = typst.compile(markup, sys_inputs={"data": data}, format="pdf", timestamp=_moment(info.updated))
    return pdf


def _data(info: SessionInfo, turns: Sequence[Turn]) -> dict[str, Any]:
    return {
        "title": one_line(info.title),
        "session": one_line(info.id),
        "dates": f"{when(info.created)} to {when(info.updated)}",
        "turns": [_turn(turn.number, turn.answer) for turn in turns],
    }


def _turn(number: int, answer: Answer) -> dict[str, Any]:
    view = AnswerView(answer)
    return {
        "number": number,
        "question": one_line(answer.question),
        "summary": view.summary,
        "blocks": _blocks(answer),
        "notes": [one_line(note) for note in view.notes],
        "removed": [{"text": item.text, "reason": f"Taken out, {item.reason}"} for item in view.taken_out],
        "sources": [_source(reference) for reference in view.references],
        "unread": [page.said for page in view.unread],
    }


def _blocks(answer: Answer) -> list[dict[str, Any]]:
    """The blocks of an answer; rows that stand together are one table, each of its cells runs."""
    made: list[dict[str, Any]] = []
    for is_table, group in groupby(blocks(answer), key=lambda block: bool(block.cells)):
        if is_table:
            rows = [[_runs(cell) for cell in block.cells] for block in group]
            columns = max(map(len, rows))
            whole = [[*row, *([] for _ in range(columns - len(row)))] for row in rows]
            made.append({"kind": "table", "columns": columns, "rows": whole})
        else:
            made += ({"kind": block.kind, "runs": _runs(block.runs)} for block in group)
    return made


def _runs(runs: Sequence[Run]) -> list[dict[str, Any]]:
    return [{**run._asdict(), "text": printable(run.text)} for run in runs]


def _source(reference: Reference) -> dict[str, Any]:
    document = reference.document
    return {
        "n": reference.n,
        "title": reference.title or "Untitled",
        "url": safe_link(document.url),
        "facts": " · ".join([one_line(document.source), *(f"{label} {value}" for label, value in reference.facts)]),
        "quotes": [printable(quote.quote) for quote in reference.quotes],
    }


def _moment(stamp: str) -> int | None:
    """Timestamp of the file in seconds; a fixed one keeps the bytes of a session the same."""
    try:
        return int(datetime.fromisoformat(stamp).timestamp())
    except ValueError:
        return None
