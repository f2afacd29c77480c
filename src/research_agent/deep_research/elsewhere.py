"""
What texts about other things say of a topic: their sentences that name it, and mean something near it.

No such sentence answers "Tell me about malaria", but "Quinine is a medication used to treat malaria" belongs to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from research_agent.deep_research.own_sections import is_whole
from research_agent.deep_research.surveyed_field import Field, is_about, surveyed_field
from research_agent.deep_research.titles import unqualified
from research_agent.memory import LedgerEntry, Step
from research_agent.messages import report_lines
from research_agent.text.injection import order_spans
from research_agent.text.plurals import singular
from research_agent.text.pointing import leans_back
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import WORD, content_stems, jaccard
from research_agent.types import Document, Embed, Evidence

__all__ = ["elsewhere_entries", "elsewhere_sentences", "elsewhere_step"]

NEAR = 0.42
"""Cosine with the field from which a sentence that names the topic belongs to it; a "coffee table" is at .27."""
MOST, MOST_OF_ONE = 12, 2
"""Sentences that are kept, and those of one text."""
READ, LONGEST = 20_000, 400  # characters of a text, and of a sentence
EXAMPLE = re.compile(r"(?:for|in|as) (?:example|instance|fact|addition|contrast|a result)\b", re.IGNORECASE)
CERTAIN = frozenset({"the", "this", "that", "its", "their", "his", "her"})
ALIKE = 0.5  # share of stems in common from which two say the same


def elsewhere_step(template: Step, overview: Step, key: int) -> Step | None:
    """The step for what other texts say of the topic of an overview; None for a field without one."""
    field = surveyed_field(overview.asked)
    if not field.topics:
        return None
    asked = f"What do texts about other things say of {field.topics[0]}?"
    return replace(
        template, id=key, text=asked, asked=asked, origin="found", parent=template.id, side=field.topics[0],
        kind="elsewhere", heading=report_lines.ELSEWHERE(),
    )  # fmt: skip


async def elsewhere_entries(
    step: Step, overview: str, documents: Sequence[Document], embed: Embed | None
) -> list[LedgerEntry]:
    """The sentences as ledger entries, the nearest first; [] without an embedding model."""
    field = surveyed_field(overview)
    places = [(one, *span) for one in documents for span in _naming(field, one)]
    if not places or embed is None:
        return []
    meant = _meant(field)
    vectors = await embed([meant, *(one.text[start:end] for one, start, end in places)])
    near = [float(vector @ vectors[0]) for vector in vectors[1:]]
    entries = [
        LedgerEntry(step=step.id, document=one.id, start=start, end=end, score=score, witness=one.id, facet=step.asked)
        for (one, start, end), score in zip(places, near, strict=True)
        if score >= NEAR
    ]
    return _distinct(sorted(entries, key=lambda entry: -(entry.score or 0.0)), {one.id: one for one in documents})


def _meant(field: Field) -> str:
    """What a sentence is to be near: the topic, or what is asked of it."""
    of_it = set(content_stems(field.phrase)) - set(content_stems(field.topics[0]))
    return field.phrase if of_it and not field.aspects else field.topics[0]


def _naming(field: Field, document: Document) -> Iterator[tuple[int, int]]:
    """Spans of the whole sentences of a text about another thing that name the topic and stand alone."""
    title, topic = unqualified(document.title), field.topics[0]
    is_namesake = topic[:1].isupper() and title.startswith(f"{topic} ")  # "Venus of Willendorf"
    if is_namesake or is_about(title, field.topics[:1]):
        return
    text = document.text[:READ]
    orders = order_spans(text, 0, len(text))
    for start, end in sentence_spans(text):
        said = text[start:end]
        is_order = any(first < end and start < last for first, last in orders)
        alone = len(said) <= LONGEST and is_whole(said) and not _goes_on(said) and not is_order
        if alone and _names(field.topics[0], said):
            yield start, end


def _goes_on(sentence: str) -> bool:
    return leans_back(sentence) or EXAMPLE.match(sentence) is not None


def _names(topic: str, sentence: str) -> bool:
    """
    Whether a sentence names a topic: "metallicity" is not "Metallica", "glacier" is none of a name ("the Bering
    Glacier"), nor a certain one of its kind ("The glacier feeds the river").
    """
    wanted = [_one(word) for word in WORD.findall(topic)]
    found = WORD.findall(sentence)
    said = [_one(word) for word in found]
    is_name = any(word[0].isupper() for word in WORD.findall(topic))
    return any(
        said[at : at + len(wanted)] == wanted and (is_name or at == 0 or _is_of_kind(found[at - 1], found[at]))
        for at in range(len(said) - len(wanted) + 1)
    )


def _one(word: str) -> str:
    """A word in the singular, as far as its form tells: "volcanoes" and "volcano" are one."""
    return singular(word.casefold().removesuffix("'s").removesuffix("\u2019s")).removesuffix("e")


def _is_of_kind(before: str, word: str) -> bool:
    return word[0].islower() and before.casefold() not in CERTAIN


def _distinct(entries: Sequence[LedgerEntry], documents: dict[str, Document]) -> list[LedgerEntry]:
    """The first entries that say different things, not many of one text."""
    kept: list[LedgerEntry] = []
    said: list[list[str]] = []
    for entry in entries:
        stems = content_stems(documents[entry.document].text[entry.start : entry.end])
        of_one = sum(other.document == entry.document for other in kept)
        if of_one < MOST_OF_ONE and not any(jaccard(stems, other) >= ALIKE for other in said):
            kept.append(entry)
            said.append(stems)
    return kept[:MOST]


def _folded(text: str) -> str:
    """Text without its accents: "Nāgārjuna" is "Nagarjuna"."""
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def elsewhere_sentences(evidence: Sequence[Evidence]) -> list[str]:
    """The sentences, those of a text together, with its title where they do not name what it is about."""
    by_text: dict[str, list[Evidence]] = {}
    for item in evidence:
        by_text.setdefault(item.passage.document.id, []).append(item)
    told = []
    for items in by_text.values():
        named = False
        for item in sorted(items, key=lambda item: item.passage.start):
            title, said = unqualified(item.passage.document.title), item.passage.text
            named = named or set(content_stems(_folded(title))) <= set(content_stems(_folded(said)))
            told.append(said if named else f"{title}: {said}")
            named = True
    return told
