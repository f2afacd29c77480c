"""An answer as a chat front end shows it: Markdown that loads and links nothing of its own, and citations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from research_agent.rendering.markdown import ACTS
from research_agent.rendering.text import PARTLY, UNSUPPORTED, ledger, references
from research_agent.text.injection import unlinked
from research_agent.text.sanitize import escaped_url, one_line, printable
from research_agent.types import Answer

__all__ = ["Completion", "answer_body", "compose"]


@dataclass(frozen=True, slots=True)
class Completion:
    """
    `text` begins with the answer, `body` characters of it; `annotations` are OpenAI's `url_citation`s.

    Their `start_index` and `end_index` (exclusive) are the cited sentence in `text`, in code points.
    """

    text: str
    body: int
    annotations: list[dict[str, Any]]


def compose(answer: Answer, titles: Mapping[str, str]) -> Completion:
    """The text with its verdicts, the list of sources and what should be known, and the citations as annotations."""
    body, starts, ends = _body(answer)
    annotations = {
        (citation.sentence, citation.document, citation.url): {
            "type": "url_citation",
            "url_citation": {
                "start_index": starts[citation.sentence[0]],
                "end_index": ends[citation.sentence[1]],
                "title": one_line(unlinked(citation.title)),
                "url": escaped_url(citation.url),
            },
        }
        for citation in answer.citations
    }
    sources = [f"{item.n}. {_line(item.title, item.source)}{_place(item.url)}{_more(item.terms)}"
               for item in references(answer, titles)]  # fmt: skip
    blocks = [body, "\n".join(["Sources:", "", *sources]) if sources else "", _notes(answer)]
    return Completion("\n\n".join(filter(None, blocks)), len(body), list(annotations.values()))


def answer_body(answer: Answer) -> str:
    """The part of the text that is the answer; a front end sends it back as the assistant's message."""
    return _body(answer)[0]


def _body(answer: Answer) -> tuple[str, list[int], list[int]]:
    """The text, and where each offset into the answer's text has gone: as the start and as the end of a span."""
    verdicts = {end: PARTLY if (start, end) in answer.partly else UNSUPPORTED for start, end in answer.unsupported}
    acting = {mark.start() for mark in ACTS.finditer(answer.text)}
    out, length = [], 0
    starts, ends = [], []
    for at, char in enumerate([*answer.text, ""]):
        ends.append(length)
        pieces = [f" {verdicts[at]}" if at in verdicts else "", "\\" if at in acting else "", printable(char)]
        starts.append(length + len(pieces[0]))
        out += pieces
        length += sum(map(len, pieces))
    return "".join(out), starts, ends


def _notes(answer: Answer) -> str:
    return "\n".join(f"- {_escaped(line)}" for line in ledger(answer))


def _line(*parts: str) -> str:
    return _escaped(", ".join(filter(None, parts)))


def _place(url: str) -> str:
    if url.startswith(("https://", "http://")):
        return f", <{url}>"
    return f", {_escaped(url)}" if url else ""


def _more(terms: str) -> str:
    return f", {_escaped(terms)}" if terms else ""


def _escaped(text: str) -> str:
    return ACTS.sub(lambda mark: f"\\{mark[0]}", printable(text))
