"""Gaps of a step: what it lacks after a search, and the few words that may close it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from research_agent.deep_research.collection import Entry
from research_agent.deep_research.finds import ANSWERS
from research_agent.deep_research.residual_hop import rest_of
from research_agent.memory import Gap, GapKind, LedgerEntry, Step
from research_agent.stages.plan import subject_phrase
from research_agent.stages.recency import asked_period, outdated
from research_agent.text.tokens import WORD, content_stems, content_words, names, words
from research_agent.types import Document, Evidence, Topic

__all__ = ["MOST_SEARCHES", "find_gaps", "queries_for"]

MOST_SEARCHES = 2
"""Searches more that a gap may lead to."""
LONGEST_QUERY = 12  # words


def find_gaps(
    step: Step, entries: Sequence[LedgerEntry], documents: dict[str, Document], *, needs_value: bool, today: date
) -> list[Gap]:
    """What a step lacks, the worst first."""
    answering = [entry for entry in entries if entry.score is None or entry.score >= ANSWERS]
    if not answering:
        return [Gap(step=step.id, asked=step.asked, kind="no evidence", what=step.asked)]
    gaps = (
        [Gap(step=step.id, asked=step.asked, kind="empty slot", what=step.asked)]
        if needs_value and not step.candidates
        else []
    )
    texts = [documents[key] for key in dict.fromkeys(entry.document for entry in entries)]
    if missing := _unmentioned(step, texts):
        gaps.append(_gap(step, "not mentioned", ", ".join(missing)))
    if lines := outdated(asked_period(step.asked, today), texts, texts):
        gaps.append(_gap(step, "too old", lines[0]))
    of_section = step.parent and step.candidates  # what a text says below a heading is that text's
    if len({entry.witness for entry in answering}) == 1 and not of_section:
        gaps.append(_gap(step, "one witness", documents[answering[0].document].title))
    return gaps


def _gap(step: Step, kind: GapKind, what: str) -> Gap:
    return Gap(step=step.id, asked=step.asked, kind=kind, what=what)


def _unmentioned(step: Step, texts: Sequence[Document]) -> list[str]:
    """Names that are asked about and that no text of the step holds."""
    held = {stem for text in texts for stem in content_stems(f"{text.title} {text.text[:200_000]}")}
    named = names(step.asked)
    asked = (match[0] for match in WORD.finditer(step.asked) if named.issuperset(words(match[0])))
    return [word for word in dict.fromkeys(asked) if content_stems(word) and not held.issuperset(content_stems(word))]


def queries_for(step: Step, gap: Gap, topic: Topic, evidence: Sequence[Evidence]) -> list[str]:
    """
    Queries that may close a gap, at most `MOST_SEARCHES`: what is left of the question with the names that the best
    passage brings (the residual hop), its subject alone, its bare words.
    """
    known = {_key(topic.text)}
    queries = []
    for query in _queries(step, gap, topic, evidence):
        if _key(query) and _key(query) not in known:
            known.add(_key(query))
            queries.append(query)
    return queries[:MOST_SEARCHES]


def _queries(step: Step, gap: Gap, topic: Topic, evidence: Sequence[Evidence]) -> Iterator[str]:
    if gap.kind in {"no evidence", "empty slot"} and evidence:
        passage = evidence[0].passage
        rest = rest_of(step.asked, Entry(passage.document.id, passage.document.title, passage.text)).searched
        yield " ".join(rest.split()[:LONGEST_QUERY])
    if gap.kind == "not mentioned":
        yield gap.what
    if named := _named(step.asked):
        yield named
    if step.side:
        yield step.side
    yield " ".join(content_words(subject_phrase(topic.text))[:LONGEST_QUERY])


def _named(question: str) -> str:
    """The names of a question, as they are written."""
    named = names(question)
    found = (match[0] for match in WORD.finditer(question) if named.issuperset(words(match[0])))
    return " ".join(dict.fromkeys(found))


def _key(query: str) -> frozenset[str]:
    return frozenset(content_stems(query))
