"""An answer for chat front ends: as inert Markdown, which loads and links nothing but the sources, with annotations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from research_agent.rendering.markdown import ACTS, autolink, escape
from research_agent.rendering.view import STRUCK, AnswerView, Reference, label
from research_agent.text.sanitize import escaped_url, printable
from research_agent.types import Answer

__all__ = ["Completion", "answer_body", "compose"]


@dataclass(frozen=True, slots=True)
class Completion:
    """
    The text of a message, and its annotations: OpenAI's `url_citation`s.

    Their `start_index` and `end_index` (exclusive) delimit the cited sentence in `text`, in code points.
    """

    text: str
    annotations: list[dict[str, Any]]


def compose(answer: Answer, titles: Mapping[str, str], notes: Sequence[str] = ()) -> Completion:
    """
    Compose the answer with its verdicts, the list of sources and the notes; citations become annotations.

    `notes` are lines about the request, which follow those of the answer.
    """
    view = AnswerView(answer, titles)
    body, starts, ends = _body(view)
    annotations = {
        (citation.sentence, citation.document, citation.url): {
            "type": "url_citation",
            "url_citation": {
                "start_index": starts[citation.sentence[0]],
                "end_index": ends[citation.sentence[1]],
                "title": label(citation.title),
                "url": escaped_url(citation.url),
            },
        }
        for citation in answer.citations
        if citation.url  # a text that the user gave has none
    }
    sources = "\n".join(["Sources:", "", *map(_source, view.references)]) if view.references else ""
    lines = "\n".join(f"- {escape(line)}" for line in [*view.ledger, *notes])
    blocks = filter(None, (body, sources, lines))
    return Completion("\n\n".join(blocks), list(annotations.values()))


def answer_body(answer: Answer) -> str:
    """The part of the text that is the answer; a front end sends it back as the assistant's message."""
    return _body(AnswerView(answer))[0]


def _body(view: AnswerView) -> tuple[str, list[int], list[int]]:
    """The answer as Markdown, and for each offset into its text the new offset, as a start and as an end of a span."""
    verdicts = {end: f" [{verdict}]" for (_, end), verdict in view.verdicts.items()}
    verdicts |= {end: f"{STRUCK}{verdicts[end]}" for _, end in view.struck}
    struck = {start for start, _ in view.struck}
    escapes = {mark.start() for mark in ACTS.finditer(view.answer.text)}
    out, length = [], 0
    starts, ends = [], []
    for at, char in enumerate([*view.answer.text, ""]):
        ends.append(length)
        opened = STRUCK if at in struck else ""
        pieces = [verdicts.get(at, ""), opened, "\\" if at in escapes else "", printable(char)]
        starts.append(length + len(pieces[0]) + len(opened))
        out += pieces
        length += sum(map(len, pieces))
    return "".join(out), starts, ends


def _source(reference: Reference) -> str:
    name = ", ".join(filter(None, (reference.title, reference.source)))
    return f"{reference.n}. {', '.join(filter(None, (escape(name), autolink(reference.url), escape(reference.terms))))}"
