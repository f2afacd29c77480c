"""
Facets of a field, mined from what a first search found: the sections of the text about its topic, else headings of its
texts and phrases that several share.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from research_agent.deep_research.own_sections import CALLS, OF_ANY, outline, top_sections
from research_agent.deep_research.slot_values import is_usable
from research_agent.deep_research.surveyed_field import is_about, surveyed_field
from research_agent.deep_research.titles import unqualified
from research_agent.memory import Candidate, LedgerEntry, Step
from research_agent.text.fragments import is_heading
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import STOP_WORDS, WORD, content_stems
from research_agent.types import Document

__all__ = ["MOST_FACETS", "facet_values", "is_section", "of_section"]

MOST_FACETS, MOST_SECTIONS = 4, 8
SHARED = 2  # texts that must have a phrase; a heading counts for two
LONGEST = 3  # words of a phrase
HEADING_WORDS = 5
READ = 40_000  # characters of a document
JOINED = re.compile(r"[ -]")
# A word that says how something is ends no phrase.
QUALITY = re.compile(r"\w+(?:al|ary|ive|ous|able|ible|ful|ic|less|ed|er|est)")


def facet_values(step: Step, entries: Sequence[LedgerEntry], documents: dict[str, Document]) -> tuple[Candidate, ...]:
    """The facets, the sections of the topic's own text, else those that more texts share first; words of a text."""
    if own := _sections_of_topic(step, entries, documents):
        return own
    asked = set(content_stems(step.asked))
    first: dict[frozenset[str], Candidate] = {}
    shared: dict[frozenset[str], set[tuple[str, int]]] = {}
    for key, start, end, at in _spans(entries, documents):
        text = documents[key].text[start:end]
        stems = frozenset(content_stems(text))
        if stems and not stems & asked and is_usable(text, ""):
            shared.setdefault(stems, set()).add((key, at))
            first.setdefault(stems, Candidate(text=text, document=key, start=start, end=end))
    chosen: list[frozenset[str]] = []
    for stems, texts in sorted(shared.items(), key=lambda item: (-len(item[1]), -len(item[0]))):
        if len(texts) >= SHARED and not any(stems & other for other in chosen):
            chosen.append(stems)
    return tuple(first[stems] for stems in chosen[:MOST_FACETS])


def _sections_of_topic(
    step: Step, entries: Sequence[LedgerEntry], documents: dict[str, Document]
) -> tuple[Candidate, ...]:
    """
    The headings of the longest text about the topic: all of them where the topic as a whole is asked about, else those
    that say a word of what is asked of it ("Health effects" for the effects of coffee on health).
    """
    field = surveyed_field(step.asked)
    if not field.topics or field.aspects:
        return ()
    known = (documents[key] for key in dict.fromkeys(entry.document for entry in entries))
    about = [one for one in known if is_about(unqualified(one.title), field.topics[:1])]
    if not about:
        return ()
    document = max(about, key=lambda one: len(one.text))
    topic = set(content_stems(field.topics[0]))
    of_it = set(content_stems(field.phrase)) - topic
    found = []
    for section in top_sections(document):
        words = document.text[section.start : section.end]
        stems = set(content_stems(words))
        if stems and stems != topic and is_usable(words, "") and (not of_it or stems & of_it):
            found.append(Candidate(text=words, document=document.id, start=section.start, end=section.end))
    return tuple(found[:MOST_SECTIONS])


def is_section(value: Candidate, documents: dict[str, Document]) -> bool:
    """Whether a facet is the heading of a section of its text."""
    return any(one.start == value.start for one in outline(documents[value.document]))


def of_section(overview: str, heading: str) -> str:
    """What is asked of a section of the text about the topic: "Malaria: Treatment"."""
    field = surveyed_field(overview)
    topic = field.topics[0] if field.topics else field.phrase
    return f"{topic[:1].upper()}{topic[1:]}: {heading}"


def _spans(entries: Sequence[LedgerEntry], documents: dict[str, Document]) -> Iterator[tuple[str, int, int, int]]:
    """Documents with spans of their headings, each as two texts would have it, and of phrases of their sentences."""
    for key in dict.fromkeys(entry.document for entry in entries):
        for start, end in _headings(documents[key]):
            yield from ((key, start, end, 0), (key, start, end, 1))
    for entry in entries:
        for start, end in _phrases(documents[entry.document].text[entry.start : entry.end]):
            yield entry.document, entry.start + start, entry.start + end, 0


def _headings(document: Document) -> Iterator[tuple[int, int]]:
    """Spans of the headings in a document's text."""
    text = document.text[:READ]
    for start, end in sentence_spans(text):
        said = text[start:end]
        if (
            len(said.split()) <= HEADING_WORDS
            and is_heading(text, start, end)
            and not OF_ANY & set(said.casefold().split())
            and not CALLS.search(said)
        ):
            yield start, end


def _phrases(sentence: str) -> Iterator[tuple[int, int]]:
    """Spans of two or three words in a row that carry meaning: "blood pressure", and no lone word."""
    run: list[tuple[int, int]] = []
    for match in WORD.finditer(sentence):
        word = match[0].casefold()
        joined = not run or JOINED.fullmatch(sentence, run[-1][1], match.start())
        if word in STOP_WORDS or not word.isalpha() or word.endswith("ly"):
            yield from _within(run, sentence)
            run = []
        elif joined:
            run.append(match.span())
        else:
            yield from _within(run, sentence)
            run = [match.span()]
    yield from _within(run, sentence)


def _within(run: Sequence[tuple[int, int]], sentence: str) -> Iterator[tuple[int, int]]:
    for length in range(2, LONGEST + 1):
        for at in range(len(run) - length + 1):
            start, end = run[at][0], run[at + length - 1][1]
            if not QUALITY.fullmatch(sentence, run[at + length - 1][0], end):
                yield start, end
