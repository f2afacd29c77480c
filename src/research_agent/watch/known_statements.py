"""Statements of an answer: its supported sentences, the words that say them, and the texts as they were last read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from research_agent.grounding import Quote, find_quotes
from research_agent.memory import Quoted, Said
from research_agent.types import Answer, Citation, Document, Evidence, Passage

__all__ = ["Known", "Stated", "form_of", "is_answered", "place", "quoted", "statements_of"]

READ = 20_000  # characters of a text whose sentences are compared
MARK = re.compile(r"\s*\[\d+\]")
SPACE = re.compile(r"\s+")
QUOTATION_MARKS = {0x2019: "'", 0x2018: "'", 0x201C: '"', 0x201D: '"'}


@dataclass(frozen=True)
class Stated:
    """Supported sentence of an answer; `value` are the words in it that answer, "" when no such words are asked for."""

    said: Said
    value: str
    citations: tuple[Citation, ...]

    @property
    def span(self) -> tuple[int, int]:
        """Where it is in the answer."""
        return self.citations[0].sentence


def is_answered(answer: Answer) -> bool:
    """Whether the sources answer the question."""
    return answer.status not in {"unanswered", "none"} and bool(answer.citations)


def statements_of(answer: Answer) -> list[Stated]:
    """The supported sentences of an answer, in order; none of one that does not answer."""
    if not is_answered(answer):
        return []
    spans: dict[tuple[int, int], list[Citation]] = {}
    for citation in sorted(answer.citations, key=lambda one: one.sentence):
        spans.setdefault(citation.sentence, []).append(citation)
    return [_stated(answer, span, cited) for span, cited in spans.items()]


def _stated(answer: Answer, span: tuple[int, int], cited: Sequence[Citation]) -> Stated:
    said = Said(
        text=MARK.sub("", answer.text[slice(*span)]).strip(), quotes=tuple(quoted(answer, one) for one in cited)
    )
    words = answer.answer_span
    inside = words is not None and span[0] <= words[0] and words[1] <= span[1]
    return Stated(said, answer.text[slice(*words)] if words is not None and inside else "", tuple(cited))


def quoted(answer: Answer, citation: Citation) -> Quoted:
    """The quote of a citation with the dates of its document."""
    own = [one for one in answer.documents if (one.id, one.url) == (citation.document, citation.url)]
    return Quoted(
        quote=citation.quote,
        title=citation.title,
        url=citation.url,
        source=citation.source,
        published=(own[0].published or "") if own else "",
        retrieved=own[0].retrieved if own else "",
        document=citation.document,
        start=citation.start,
        end=citation.end,
        turn=answer.turn,
    )


def place(url: str) -> str:
    """The address of a page without scheme, "www." and fragment, by which one page is known at two times."""
    parts = urlsplit(url.strip())
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}{query}" or url


class Known:
    """
    What earlier answers said, oldest first, and the texts that they cite.

    Of a page that was read several times its newest text counts: what it said before it says no more.
    """

    def __init__(self, answers: Sequence[Answer]) -> None:
        self.answers = [answer for answer in answers if is_answered(answer)]
        self.texts: dict[str, Document] = {}
        for answer in self.answers:
            cited = {citation.document for citation in answer.citations}
            self.texts |= {place(one.url) or one.id: one for one in answer.documents if one.id in cited}

    @property
    def last(self) -> Answer | None:
        """The newest answer; None without one."""
        return self.answers[-1] if self.answers else None

    @cached_property
    def statements(self) -> list[Stated]:
        """Its statements."""
        return statements_of(self.answers[-1]) if self.answers else []

    @cached_property
    def quotes(self) -> list[Quote]:
        """Every sentence of the texts."""
        return find_quotes([_whole(document) for document in self.texts.values()])

    @cached_property
    def cited(self) -> list[Quote]:
        """Every sentence that was ever cited, whether its page still has it or not."""
        texts = {one.id: one for answer in self.answers for one in answer.documents}
        spans = {(one.document, one.start, one.end) for answer in self.answers for one in answer.citations}
        return [Quote(texts[key], start, end) for key, start, end in sorted(spans) if key in texts]

    @cached_property
    def last_quotes(self) -> list[Quote]:
        """Every sentence of the texts that the newest answer cites."""
        last = {citation.document for citation in self.answers[-1].citations} if self.answers else set()
        return [quote for quote in self.quotes if quote.document.id in last]

    def has_words(self, quote: str, url: str | None = None) -> bool:
        """Whether a text has these very words; with `url`, whether the text of that page has."""
        texts = self._forms if url is None else {place(url): self._forms.get(place(url), "")}
        return any(_holds(text, form_of(quote)) for text in texts.values())

    @cached_property
    def _forms(self) -> dict[str, str]:
        return {key: form_of(document.text) for key, document in self.texts.items()}


def _whole(document: Document) -> Evidence:
    return Evidence("", Passage(document, 0, min(len(document.text), READ)), 0.0)


def form_of(text: str) -> str:
    """A text as it is compared: white space, the last full stop and the kind of quotation marks do not matter."""
    return SPACE.sub(" ", text).strip().rstrip(".").translate(QUOTATION_MARKS)


def _holds(text: str, words: str) -> bool:
    """Whether a text has the words as they are: "10" is not in "10.5", nor "has" in "hasty"."""
    if not words:
        return False
    pattern = rf"(?<![\w.,]){re.escape(words)}(?!\w|[.,:]\d)" if words[0].isalnum() else rf"{re.escape(words)}(?!\w)"
    return words in text and re.search(pattern, text) is not None
