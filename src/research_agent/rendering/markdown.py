"""
A stored session as text: Markdown to read, JSON to work with, plain lines for a terminal.

Fetched and generated text is shown as it is but for what would act on the reader's machine: control characters, and in
Markdown the marks that load or link something.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import NamedTuple

from research_agent.errors import UsageError
from research_agent.memory.protocol import SessionInfo
from research_agent.text.injection import unlinked
from research_agent.text.sanitize import escaped_url, one_line, printable
from research_agent.types import Answer, Document, Turn

__all__ = ["ACTS", "as_json", "as_markdown", "as_plain"]

ACTS = re.compile(r"<|!\[|\](?=[(\[:])|`|:(?=//)|(?<=www)\.|@")
"""What Markdown would load, link or run: a backslash before it leaves it to be read."""

JOINED = re.compile(r"[\ud800-\udbff][\udc00-\udfff]")


class Cited(NamedTuple):
    """One numbered source of an answer, and the words of it that were quoted, each once."""

    n: int
    document: Document
    quotes: tuple[str, ...]


def as_json(info: SessionInfo, turns: Sequence[Turn]) -> str:
    """
    One object: the turns in the contract of `ask --json`, and every retrieved document with its whole text.

    Raises `UsageError` for text that no JSON can hold: joined to one character, it would shift every offset after it.
    """
    documents = {
        (document.id, document.source, document.url): document for turn in turns for document in turn.answer.documents
    }
    session = {
        "session": info.id,
        "title": info.title,
        "created": info.created,
        "summary": info.summary,
        "turns": [turn.answer.as_json() for turn in turns],
        "documents": [
            {"id": document.id, **asdict(document), "details": dict(document.details)}
            for document in documents.values()
        ],
    }
    if JOINED.search(json.dumps(session, ensure_ascii=False)):
        raise UsageError(
            "The session holds text that no JSON can hold (two lone surrogates in a row).",
            hint="Export it as Markdown, or the other turns one by one: --turn N",
        )
    return json.dumps(session, indent=2)


def as_markdown(info: SessionInfo, turns: Sequence[Turn]) -> str:
    """Question, answer, sources with the quoted words, turn by turn."""
    parts = [f"# {_markdown(info.title)}", f"Session {_markdown(info.id)}, {info.created} to {info.updated}."]
    for turn in turns:
        parts += [f"## {turn.number}. {_markdown(one_line(turn.question))}", _markdown(turn.answer.text)]
        parts += [f"{verdict}: {_markdown(text)}" for verdict, text in _unsupported(turn.answer)]
        parts += [f"*{_markdown(note)}*" for note in (*turn.answer.notes, *_asked(turn.answer), _made_by(turn.answer))]
        if cited := _cited(turn.answer):
            parts += ["### Sources", "\n".join(_markdown_source(source) for source in cited)]
    return "\n\n".join(parts) + "\n"


def as_plain(turns: Sequence[Turn]) -> str:
    """Questions and answers with their sources, for a terminal."""
    blocks = []
    for turn in turns:
        lines = [f"{turn.number}. {one_line(turn.question)}", "", printable(turn.answer.text), ""]
        lines += [f"{verdict}: {printable(text)}" for verdict, text in _unsupported(turn.answer)]
        lines += [
            f"[{source.n}] {', '.join((_name(source.document.title), *_particulars(source.document)))}"
            for source in _cited(turn.answer)
        ]
        blocks.append("\n".join([*lines, f"({_made_by(turn.answer)})"]))
    return "\n\n".join(blocks) + "\n"


def _cited(answer: Answer) -> list[Cited]:
    documents = {(document.id, document.source, document.url): document for document in answer.documents}
    found: dict[int, Cited] = {}
    for citation in answer.citations:
        document = documents[citation.document, citation.source, citation.url]
        earlier = found[citation.n].quotes if citation.n in found else ()
        quotes = tuple(dict.fromkeys((*earlier, citation.quote)))
        found[citation.n] = Cited(citation.n, document, quotes)
    return [found[n] for n in sorted(found)]


def _unsupported(answer: Answer) -> Iterator[tuple[str, str]]:
    """What is to be said of each sentence that is not supported, and the sentence."""
    for start, end in answer.unsupported:
        partly = (start, end) in answer.partly
        verdict = "Only a part of this was found in a source" if partly else "No source was found to say"
        yield verdict, one_line(answer.text[start:end])


def _asked(answer: Answer) -> Iterator[str]:
    """ "Searched: wikipedia, hackernews (asked for every question); arxiv (a question of science)"."""
    parts = [f"{', '.join(map(one_line, names))} ({one_line(why)})" for why, names in answer.asked().items()]
    if parts:
        yield f"Searched: {'; '.join(parts)}"


def _made_by(answer: Answer) -> str:
    if answer.answer_from == "model" and answer.model:
        return f"{answer.status}; written by {answer.model}"
    return f"{answer.status}; words of the sources" if answer.citations else answer.status


def _particulars(document: Document) -> Iterator[str]:
    """Where it is from, whose it is, under which terms, and when it was read."""
    yield escaped_url(document.url)
    yield document.source
    for stated in (document.author, document.attribution, document.licence):
        if stated:
            yield _name(stated)
    yield f"retrieved {one_line(document.retrieved)}"


def _markdown_source(source: Cited) -> str:
    url, *rest = _particulars(source.document)
    quotes = ["\n".join(f"   > {_markdown(line)}" for line in printable(words).splitlines()) for words in source.quotes]
    place = f"<{url}>" if url.startswith(("https://", "http://")) else _markdown(url)
    item = f"{source.n}. {_markdown(_name(source.document.title))}, {place}, {_markdown(', '.join(rest))}"
    return f"{item}\n" + "\n\n".join(quotes)


def _name(text: str) -> str:
    """A title or a person as a page gives it: words, nothing to follow."""
    return one_line(unlinked(text))


def _markdown(text: str) -> str:
    """No HTML, no images, no links but ours, addresses in quotes neither: what stays is what a person reads."""
    return ACTS.sub(lambda mark: f"\\{mark[0]}", printable(text))
