"""Formatting of tool results: documents as JSON, answers as text, and events as lines of progress."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from research_agent.events import Drafted, Event, EventHook, Planned, Ranked, Saved, SourceFinished, Token
from research_agent.messages import agent_lines, answer_lines
from research_agent.rendering.view import PARTLY, UNSUPPORTED, AnswerView
from research_agent.text.sanitize import encodable, one_line, printable
from research_agent.types import Answer, Document

__all__ = ["as_text", "document_json", "progress_hook", "utf8_safe"]

MAX_TEXT = 200_000  # characters of a document
DRAFT_INTERVAL = 1.0  # seconds between two lines about the draft
VERDICTS = {UNSUPPORTED: agent_lines.UNSUPPORTED, PARTLY: agent_lines.PARTLY}


def document_json(document: Document) -> dict[str, Any]:
    """The result of `fetch`: a document whose text is cut at `MAX_TEXT`, with `metadata` of strings."""
    metadata = asdict(document)
    del metadata["parts"]
    title, url, text, details = (metadata.pop(name) for name in ("title", "url", "text", "details"))
    metadata |= {**{name: str(value) for name, value in details.items()}, "note": agent_lines.MATERIAL()}
    if len(text) > MAX_TEXT:
        metadata["cut"] = agent_lines.CUT(most=MAX_TEXT, total=len(text))
    metadata = {name: value for name, value in metadata.items() if value}
    return {"id": document.id, "title": title, "text": text[:MAX_TEXT], "url": url, "metadata": metadata}


def as_text(answer: Answer) -> str:
    """The answer as text: with its marks, then what no source supports, then each mark's source and its quotes."""
    view = AnswerView(answer)
    return printable("\n\n".join(filter(None, (view.text, *map("\n".join, _below(view))))))


def _below(view: AnswerView) -> Iterator[list[str]]:
    yield [f"{VERDICTS[verdict]()}: {sentence}" for verdict, sentence in view.flagged()]
    yield [answer_lines.TAKEN_OUT_TEXT(reason=item.reason, text=item.text) for item in view.taken_out]
    for item in view.references:
        quotes = dict.fromkeys(one_line(cited.quote) for cited in item.citations)
        terms = item.terms if item.kind else ""
        head = f"[{item.n}] {' - '.join(filter(None, (one_line(item.document.title), item.url, terms)))}"
        yield [head, *(f'    "{quote}"' for quote in quotes)]
    yield [answer_lines.SEEN_PAGE(page=page.said) for page in view.unread]
    yield [one_line(note) for note in view.notes]
    yield [f"({view.answer.status}; {view.session_line(go_on=False)})"]


def progress_hook(say: Callable[[str], None], titles: Mapping[str, str]) -> EventHook:
    """An event hook that says lines of progress, none of which contains text of the draft."""
    pieces, last = 0, -DRAFT_INTERVAL

    def hook(event: Event) -> None:
        nonlocal pieces, last
        if isinstance(event, Token):
            pieces += 1
            if time.monotonic() - last >= DRAFT_INTERVAL:
                last = time.monotonic()
                say(agent_lines.DRAFTING_PIECES(n=pieces) if pieces > 1 else agent_lines.DRAFTING())
        elif line := _line_of(event, titles):
            say(one_line(line))

    return hook


def _line_of(event: Event, titles: Mapping[str, str]) -> str:
    match event:
        case Planned(topics):
            return agent_lines.SEARCHING(topics="; ".join(topic.text for topic in topics))
        case SourceFinished(report):
            title = titles.get(report.name, report.name)
            return f"{title}: {report.documents} found" if report.status == "ok" else f"{title}: {report.status}"
        case Ranked(evidence):
            return agent_lines.PASSAGES(n=len(evidence))
        case Drafted():
            return agent_lines.CHECKING()
        case Saved(session, turn):
            return agent_lines.SAVED(turn=turn, session=session)
    return ""


def utf8_safe(value: Any) -> Any:
    """A JSON value with lone surrogates replaced, which UTF-8 cannot encode; offsets stay valid."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, Mapping):
        return {utf8_safe(str(name)): utf8_safe(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [utf8_safe(item) for item in value]
    return value
