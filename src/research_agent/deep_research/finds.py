"""Finds of a step: the sentences of its documents that answer it, as exact spans, copies under one witness."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from research_agent.deep_research.cause_and_effect import is_other_way_round
from research_agent.deep_research.own_sections import (
    is_listed,
    is_prose,
    is_whole,
    lead_end,
    own_sections,
    parts_of,
    top_sections,
)
from research_agent.deep_research.slot_values import says_of_itself
from research_agent.deep_research.surveyed_field import is_about, surveyed_field
from research_agent.deep_research.titles import unqualified
from research_agent.events import Timeline
from research_agent.memory import LedgerEntry, Step
from research_agent.pipeline.evidence import find_evidence
from research_agent.runtime import Runtime
from research_agent.stages.plan import compared_sides
from research_agent.stages.rank import sentence_places
from research_agent.stages.split import Pieces
from research_agent.text.answer_forms import lacks_form, name_spans
from research_agent.text.copies import Alike
from research_agent.text.fragments import is_heading, states_nothing
from research_agent.text.injection import order_spans
from research_agent.text.pointing import leans_back
from research_agent.text.tokens import content_stems, words
from research_agent.types import Document, Evidence, Passage, Topic

__all__ = ["ANSWERS", "evidence_of", "find", "is_about_topic", "passage_of", "shared"]

ANSWERS = 0.0
"""Logit from which a sentence answers."""
NAMED = -2.0
"""Logit from which a sentence answers that has all the words of a question about a side."""
BEHIND = 4.0
"""Logits behind the best sentence of a step from which another is not kept."""
LEAST = -2.5
"""Logit below which a sentence is off the matter, however little the best one has."""
MOST = 12
"""Sentences that are kept of a step."""
LEAD = 1_200
"""Characters of an article in which it says what its topic is."""
ABOUT = -0.5
"""Logit that such a sentence counts with at least: it answers nothing, and is no stranger."""
OF_SECTION = 10.0
"""Logit that a sentence of the section that is asked for counts with at least: where it stands says what it is of."""
MOST_OF_SECTION, MOST_OF_PART = 8, 2
"""Sentences of a section, and at least of each of its parts."""
MOST_OF_LEAD = 2
"""Sentences that say what a topic is, where only something of it is asked about."""
SHARED = 0.6
"""Share of a question's words from which a sentence is kept where there is no reader."""
PASSAGES, SHORTEST = 8, 4


async def find(
    runtime: Runtime,
    step: Step,
    topics: Sequence[Topic],
    documents: Sequence[Document],
    alike: Alike,
    pieces: Pieces | None = None,
) -> tuple[list[LedgerEntry], tuple[Evidence, ...]]:
    """The ledger entries of a step, the best first, and their passages; `pieces` is a cache of the step."""
    _, evidence = await find_evidence(
        documents,
        topics,
        timeline=Timeline(),
        embed_ready=runtime.embed_ready,
        rerank_ready=runtime.rerank_ready,
        known=pieces,
        alike=alike,
        most=PASSAGES,
        today=runtime.now.date(),
    )
    found: dict[tuple[str, int], LedgerEntry] = {}
    known = {one.id: one for one in documents}
    for item in evidence:
        for entry in _entries(step, item, _witness(item.passage.document, documents, alike)):
            if entry.score is not None or shared(step.asked, passage_of(entry, known)) >= SHARED:
                found.setdefault((entry.document, entry.start), entry)
    if step.kind == "facets":
        for document in documents:
            found |= {_place(entry): entry for entry in _of_topic(step, document, found)}
    if step.kind == "list":
        for document in documents:
            found |= {_place(entry): entry for entry in _of_list(step, document, found)}
    scored = [entry.score for entry in found.values() if entry.score is not None]
    least = max(max(scored, default=0.0) - BEHIND, LEAST)
    least = min(least, ABOUT) if step.kind == "facets" else least
    ordered = sorted(found.values(), key=lambda entry: -(entry.score or 0.0))  # stable: without a reader as ranked
    kept = (entry for entry in ordered if entry.score is None or entry.score >= least)
    entries = _of_subject(step, list(islice(kept, MOST)), known)
    return _with_section(step, _of_lead(step, entries, known), documents), evidence


def _with_section(step: Step, entries: list[LedgerEntry], documents: Sequence[Document]) -> list[LedgerEntry]:
    """The entries with what stands first in the section that is asked for, if a text has one."""
    found = own_sections(step, documents)
    if found is None:
        return entries
    scores = {_place(entry): entry.score for entry in entries}
    document, sections = found
    own = []
    parts = [part for one in sections for part in parts_of(document, one)]
    for section in parts:
        below = _entries(step, Evidence("", Passage(document, section.end, section.until), 0.0), document.id)
        own += [
            replace(entry, score=max(scores.get(_place(entry)) or OF_SECTION, OF_SECTION))
            for entry in islice(below, max(MOST_OF_PART, MOST_OF_SECTION // len(parts)))
        ]
    places = set(map(_place, own))
    return [*own, *(entry for entry in entries if _place(entry) not in places)]


def _of_lead(step: Step, entries: list[LedgerEntry], documents: dict[str, Document]) -> list[LedgerEntry]:
    """The entries of an overview without those that the sections of the topic's text have."""
    if step.kind != "facets":
        return entries
    about = {key for key, one in documents.items() if is_about_topic(step, one) and top_sections(one)}
    ends = {key: lead_end(documents[key]) for key in about}
    kept = [entry for entry in entries if entry.document not in ends or entry.start < ends[entry.document]]
    return kept if any(entry.document in about for entry in kept) else entries


def _of_subject(step: Step, entries: list[LedgerEntry], documents: dict[str, Document]) -> list[LedgerEntry]:
    """
    The entries without those of things that only share the subject's name: "Venus of Willendorf" where Venus answers.
    """
    entries = [entry for entry in entries if _names_side(step, documents[entry.document], entry)]
    titles = {entry.document: words(unqualified(documents[entry.document].title)) for entry in entries}
    named = {tuple(words(step.side)), *(tuple(words(step.asked[slice(*span)])) for span in name_spans(step.asked))}
    answering = {tuple(titles[entry.document]) for entry in entries if (entry.score or 0.0) >= ANSWERS}
    own, asked = [name for name in named & answering if name], set(content_stems(step.asked))
    others = {
        key
        for key, title in titles.items()
        if any(len(title) > len(name) and set(name) < set(title) for name in own)
        and not set(content_stems(" ".join(title))) <= asked  # "History of Iraq", of the history of Iraq
    }
    return [entry for entry in entries if entry.document not in others]


def _names_side(step: Step, document: Document, entry: LedgerEntry) -> bool:
    """
    Whether a sentence of a comparison or a list is about its side: the document is, or the sentence names it. What
    compares names two of the sides so.
    """
    side, title = set(content_stems(step.side)), set(content_stems(document.title))
    sentence = document.text[entry.start : entry.end]
    if not side and len(sides := compared_sides(step.asked)) > 1:
        said = title | set(content_stems(sentence))
        return sum(set(content_stems(one)) <= said for one in sides) > 1
    if side <= title:
        return True
    return side <= set(content_stems(sentence)) and not leans_back(sentence)


def _entries(step: Step, item: Evidence, witness: str) -> list[LedgerEntry]:
    """The sentences of a passage that state something, and give no orders."""
    document = item.passage.document
    orders = order_spans(document.text, item.passage.start, item.passage.end)
    logits = {(start, end): logit for start, end, logit in item.sentences}
    is_fact = lacks_form(step.asked, "")
    entries = []
    for start, end in sentence_places(item.passage):
        text = document.text[start:end]
        is_order = (start - item.passage.start, end - item.passage.start) in orders
        if len(words(text)) < SHORTEST or "\n" in text or is_order or states_nothing(document.title, text):
            continue
        if not (is_fact or is_whole(text)) and is_prose(document.text):
            continue
        if is_other_way_round(step.asked, text):
            continue
        if step.side and not is_fact and is_listed(document.text, start, end):
            continue
        if not is_heading(document.text, start, end) and not lacks_form(step.asked, text):
            entries.append(
                LedgerEntry(
                    step=step.id, document=document.id, start=start, end=end,
                    score=_on_facet(step, text, logits.get((start, end))),
                    witness=witness, facet=step.asked,
                )
            )  # fmt: skip
    return entries


def _on_facet(step: Step, sentence: str, score: float | None) -> float | None:
    """The logit of a sentence; one that names both side and aspect of a comparison answers, however it is put."""
    if score is None or not step.side or not NAMED <= score < ANSWERS:
        return score
    stems, side = set(content_stems(sentence)), set(content_stems(step.side))
    aspect = set(content_stems(step.asked)) - side
    return ANSWERS if aspect and aspect | side <= stems else score


def _of_topic(step: Step, document: Document, found: Mapping[tuple[str, int], LedgerEntry]) -> Iterator[LedgerEntry]:
    """
    Entries of what the article about a field's topic says first: it belongs to an overview, and need not answer. Where
    the topic as a whole is asked about, it answers.
    """
    if is_about_topic(step, document):
        field = surveyed_field(step.asked)
        of_it = set(content_stems(field.phrase)) - set(content_stems(field.topics[0]))
        least = ABOUT if of_it and not field.aspects else ANSWERS
        lead = Passage(document, 0, min(len(document.text), LEAD))
        told = _entries(step, Evidence("", lead, least), document.id)
        for entry in told if least == ANSWERS else told[:MOST_OF_LEAD]:
            known = found.get(_place(entry), entry)
            yield replace(known, score=max(known.score if known.score is not None else least, least))


def _of_list(step: Step, document: Document, found: Mapping[tuple[str, int], LedgerEntry]) -> Iterator[LedgerEntry]:
    """Entries that say of themselves that they are of a list that is asked for: they answer, however they put it."""
    lead = Passage(document, 0, min(len(document.text), LEAD))
    for entry in _entries(step, Evidence("", lead, ANSWERS), document.id):
        if says_of_itself(step.asked, document, document.text[entry.start : entry.end]):
            known = found.get(_place(entry), entry)
            yield replace(known, score=max(known.score or ANSWERS, ANSWERS))


def is_about_topic(step: Step, document: Document) -> bool:
    """Whether a document is the article about the topic of the field that a step surveys."""
    topics = surveyed_field(step.asked).topics
    return step.kind == "facets" and is_about(unqualified(document.title), topics)


def _place(entry: LedgerEntry) -> tuple[str, int]:
    return entry.document, entry.start


def _witness(document: Document, documents: Sequence[Document], alike: Alike) -> str:
    """The first of the step's documents of which this one is a copy, or itself."""
    return next((one.id for one in documents if one.id == document.id or alike(one, document)), document.id)


def shared(question: str, passage: Passage) -> float:
    """Share of a question's words that a sentence has, its title's counted: what stands in for a reader."""
    asked = set(content_stems(question))
    held = set(content_stems(f"{passage.document.title} {passage.text}"))
    return len(asked & held) / max(len(asked), 1)


def passage_of(entry: LedgerEntry, documents: dict[str, Document]) -> Passage:
    """The sentence of an entry, as a passage."""
    return Passage(documents[entry.document], entry.start, entry.end)


def evidence_of(entries: Sequence[LedgerEntry], documents: dict[str, Document]) -> tuple[Evidence, ...]:
    """The entries as evidence, each sentence a piece of its own."""
    return tuple(
        Evidence(
            f"e{number}",
            passage_of(entry, documents),
            entry.score or 0.0,
            () if entry.score is None else ((entry.start, entry.end, entry.score),),
        )
        for number, entry in enumerate(entries, 1)
    )
