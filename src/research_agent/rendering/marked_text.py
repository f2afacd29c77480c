"""Markdown of an answer, with placeholders for sentences, marks and the words that answer, and the walk through it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from research_agent.rendering.view import AnswerView
from research_agent.text.sanitize import printable
from research_agent.types import Answer, AnswerFrom, Citation

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


__all__ = ["Href", "Sentence", "Walk", "markdown_of", "steps", "walk_through"]

Href = Callable[[Citation], str]
"""Link target of a mark: the address of the words that the citation quotes."""
MARK = re.compile(r"[ \t]*\[(\d{1,6})\]")
# Placeholders in the text that Markdown carries through unchanged: sentence i opens (o) or closes (c), mark j (m), the
# words that answer begin (a) or end (b). The sign counts as punctuation, so that emphasis opens and closes beside it as
# it does beside a full stop.
SIGN = "\U0001bc9f"
PLACEHOLDER = re.compile(f"{SIGN}([omcab])(\\d+){SIGN}")
OFF = ["html_inline", "html_block", "link", "image", "autolink", "reference", "code", "lheading", "entity", "escape"]


class Sentence(NamedTuple):
    """Checked sentence: its span, its state ("", "partly", "unsupported", "removed": struck), its verdict in words."""

    start: int
    end: int
    state: str
    verdict: str = ""

    @property
    def span(self) -> tuple[int, int]:
        """Place in the answer's text."""
        return self.start, self.end


@dataclass(slots=True)
class Walk:
    """State of the walk through the tokens: the sentence that is open, and those whose first span was written."""

    view: AnswerView
    sentences: Sequence[Sentence]
    marks: Sequence[Citation]
    href: Href
    prefix: str
    open: int | None = None
    answering: bool = False
    begun: set[int] = field(default_factory=set)


def walk_through(answer: Answer, href: Href = lambda _: "", prefix: str = "") -> tuple[str, Walk]:
    """The text of an answer with its placeholders, and the walk through them that begins."""
    view = AnswerView(answer)
    text, sentences, marks = _with_placeholders(view)
    return text, Walk(view, sentences, marks, href, prefix)


@cache
def markdown_of(author: AnswerFrom) -> MarkdownIt:
    """
    Parser of a model's CommonMark, without HTML, links and images; for words of the sources, of paragraphs, and of the
    headings and the table that a report has.
    """
    from markdown_it import MarkdownIt

    if author == "model":
        return MarkdownIt("commonmark", {"html": False}).enable("table").disable(OFF)
    return MarkdownIt("zero").enable(["heading", "table"])


def _sentences(view: AnswerView) -> list[Sentence]:
    """Checked sentences in order; any that overlaps another, as none should, is left out."""
    answer = view.answer
    named = (*(one.sentence for one in answer.citations), *(one.sentence for one in answer.conflicts))
    states = dict.fromkeys(named, "")
    states |= dict.fromkeys(answer.unsupported, "unsupported") | dict.fromkeys(answer.partly, "partly")
    states |= dict.fromkeys(view.struck, "removed")
    sentences: list[Sentence] = []
    for start, end in sorted(states):
        if (sentences[-1].end if sentences else 0) <= start < end <= len(answer.text):
            sentences.append(Sentence(start, end, states[start, end], view.verdicts.get((start, end), "")))
    return sentences


def _with_placeholders(view: AnswerView) -> tuple[str, list[Sentence], list[Citation]]:
    """Printable text with placeholders, the sentences and the marks that they number."""
    answer, sentences, marks = view.answer, _sentences(view), list[Citation]()
    text = answer.text.replace(SIGN, "�")
    parts: list[str] = []
    cited: dict[Any, Citation] = {one.n: one for one in reversed(answer.citations)}
    cited |= {(one.sentence, one.n): one for one in reversed(answer.citations)}
    at, before = 0, (-1, -1)
    for number, sentence in enumerate(sentences):
        parts += _marked(text[at : sentence.start], before, cited, marks)
        at, before = sentence.end, sentence.span
        inner = [
            part if isinstance(part, str) else "".join(_marked(text[slice(*part)], before, cited, marks))
            for part in _with_answer(sentence.span, answer.answer_span)
        ]
        parts += [_placeholder("o", number), *inner, _placeholder("c", number)]
    return "".join([*parts, *_marked(text[at:], before, cited, marks)]), sentences, marks


def _with_answer(sentence: tuple[int, int], words: tuple[int, int] | None) -> list[str | tuple[int, int]]:
    """Spans of a sentence, with placeholders around the words that answer."""
    start, end = sentence
    if words is None or not start <= words[0] < words[1] <= end:
        return [sentence]
    return [(start, words[0]), _placeholder("a", 0), words, _placeholder("b", 0), (words[1], end)]


def _marked(
    text: str, sentence: tuple[int, int], cited: Mapping[Any, Citation], marks: list[Citation]
) -> Iterator[str]:
    """Printable text with a placeholder for each [n] of a citation: of this sentence, else of any other."""
    at = 0
    for match in MARK.finditer(text):
        number = int(match[1])
        citation = cited.get((sentence, number), cited.get(number))
        if citation is not None:
            yield printable(text[at : match.start()])
            yield _placeholder("m", len(marks))
            marks.append(citation)
            at = match.end()
    yield printable(text[at:])


def _placeholder(kind: str, number: int) -> str:
    return f"{SIGN}{kind}{number}{SIGN}"


def steps(walk: Walk, text: str) -> Iterator[str | Citation | Sentence]:
    """Walk through one leaf of the text: its words, the citation of each mark, and each sentence at its end."""
    at = 0
    for match in PLACEHOLDER.finditer(text):
        if at < match.start():
            yield text[at : match.start()]
        at, kind, number = match.end(), match[1], int(match[2])
        if kind == "m":
            yield walk.marks[number]
            continue
        if kind in "ab":
            walk.answering = kind == "a"
            continue
        walk.open = number if kind == "o" else None
        if kind == "c":
            yield walk.sentences[number]
    if at < len(text):
        yield text[at:]
