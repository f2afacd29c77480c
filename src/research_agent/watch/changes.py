"""
Changes between what was known and a new answer: of what the cited texts say, not of how an answer puts it.

A sentence is nothing new when its very words stood in a text before, or when a text said the same in other words: by
the judge where there is one, by rules else, and never where it states a figure or a name that the text has not. What
is new is paired with what was said of the same thing; another source, order or wording is no change, and what is
missing is none either (docs/watch.md).
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

from research_agent.grounding import Quote
from research_agent.grounding.claims import MONTHS, Statement, figures, parse_statement
from research_agent.grounding.premises import coverage, recall
from research_agent.grounding.vetoes import find_vetoes
from research_agent.memory import Change, Said
from research_agent.stages.conflicts import compare
from research_agent.text.tokens import WORD, content_stems, jaccard, shingles, stem
from research_agent.types import Answer, Citation, Conflict, Document, Entail, Passage
from research_agent.watch.known_statements import Known, Stated, place, quoted, statements_of

__all__ = ["find_changes"]

MOST_CHANGES = 12  # of one asking
NEAREST = 8  # sentences of the known texts that a new one is held against
NEAR = 0.25  # share of its words from which they may say the same
TOGETHER = 3  # of them that may say it together
# Shares of its words from which one does: with the same value and without a judge, without either, whatever it says.
ALIKE, MOSTLY, EQUAL = 0.6, 0.85, 0.9
ENTAILED = 0.4  # the judge's probability from which one does
HELD_HERE = frozenset({"figure", "name", "altered figure", "altered name"})  # vetoes that `_differs` holds in its way
COPIED = 0.6  # likeness of two texts from which one is a copy
MONTH_STEMS = frozenset(map(stem, MONTHS))
AHEAD = timedelta(days=2)  # a date farther off is a mistake


async def find_changes(
    question: str, known: Sequence[Answer], answer: Answer, *, asked: str, answered: bool, entail: Entail | None
) -> tuple[Change, ...]:
    """
    What is new in `answer`, the most important first; () when it says what was known.

    `known` are the stored answers, oldest first; the last asking was `asked` (ISO 8601) and `answered` or not.
    """
    before, now = Known(known), statements_of(answer)
    if not now:
        return (_status(before.statements, now),) if answered else ()
    status = [] if answered else [_status([], now)]
    if not before.answers:
        return tuple(status)
    pairs = await asyncio.to_thread(_conflicts, now, answer, before)
    fresh = [
        one
        for one in now
        if not await _is_known(question, one, before, entail, first=one is now[0], paired=one.span in pairs)
    ]
    changes = [_change(one, before, pairs, first=one is now[0]) for one in fresh]
    changes.sort(key=lambda change: change.kind != "changed")
    newer = _newer_documents([one for one in now if one not in fresh], answer, before, asked)
    return (*status, *changes, *newer)[:MOST_CHANGES]


def _status(before: Sequence[Stated], now: Sequence[Stated]) -> Change:
    was, is_now = ("answered", "not answered") if before else ("not answered", "answered")
    old, new = (side[0].said if side else None for side in (before, now))
    return Change(kind="status", old=old, new=new, was=was, now=is_now)


async def _is_known(
    question: str, one: Stated, before: Known, entail: Entail | None, *, first: bool, paired: bool
) -> bool:
    """
    Whether a text said it before; one that is `paired` with another value, a text as it was last read.

    The sentence that answers, when its value is another than that of the last answer, is known only if its own page
    said it when it was last read, or a text of the last answer: a page that once said it proves no more than that. When
    its value is the same, the order of its words does not matter.
    """
    old = before.statements[0] if before.statements else None
    valued = first and bool(one.value) and old is not None and bool(old.value)
    if valued and old is not None and _is_other_value(one, old):
        unchanged = any(before.has_words(citation.quote, citation.url) for citation in one.citations)
        return unchanged or await _say_the_same(question, one, before.last_quotes, entail)
    standing = [citation for citation in one.citations if before.has_words(citation.quote)]
    if len(standing) == len(one.citations) or any(_carries(citation, one, question) for citation in standing):
        return True
    if await _say_the_same(question, one, before.quotes, entail, any_order=valued):
        return True
    return not paired and await _say_the_same(question, one, before.cited, entail, any_order=valued)


def _carries(citation: Citation, one: Stated, question: str) -> bool:
    """Whether a quote alone has the figures, names and most words of the sentence that it is cited for."""
    said, statement = parse_statement(f"{citation.title}: {citation.quote}"), _statement(one)
    asked = parse_statement(question)
    return (
        statement.figures <= said.figures | asked.figures
        and statement.names <= said.stems | asked.stems
        and coverage(statement, said.stems | said.figures) >= ALIKE
    )


def _is_other_value(one: Stated, old: Stated) -> bool:
    """Whether neither the old sentence nor its quotes state the value: its figures, in that unit, its month or name."""
    value, texts = parse_statement(one.value), [parse_statement(text) for text in _texts_of(old)]
    if not value.figures:
        return not set(content_stems(one.value)) <= _union(text.stems for text in texts)
    measures = _union(text.measures for text in texts)
    counted = {measure.split()[0] for measure in measures}
    return (
        not value.figures <= _union(text.figures for text in texts)
        or not value.stems & MONTH_STEMS <= _union(text.stems for text in texts)
        or any(measure.split()[0] in counted for measure in value.measures - measures)
    )


def _texts_of(stated: Stated) -> list[str]:
    return [stated.said.text, *(f"{quote.title}: {quote.quote}" for quote in stated.said.quotes)]


def _statement(one: Stated) -> Statement:
    """What a sentence states. Its first word is a name if it is part of the value, or another name follows it."""
    opening = [match[0] for match in islice(WORD.finditer(one.said.text), 2)]
    capital = len(opening) == 2 and all(word[0].isupper() for word in opening)
    named = content_stems(f"{one.value} {opening[0]}" if capital else one.value)
    return parse_statement(one.said.text, frozenset(named))


async def _say_the_same(
    question: str, one: Stated, quotes: Sequence[Quote], entail: Entail | None, *, any_order: bool = False
) -> bool:
    """Whether a sentence, or the nearest together, say what a statement says; by rules alone without a judge."""
    statement = _statement(one)
    near = await asyncio.to_thread(_nearest, statement, quotes)
    premises = [[quote] for quote in near] + [near[:TOGETHER]] * (len(near) > 1)
    premises = [premise for premise in premises if not _differs(statement, premise, question, any_order)]
    share = EQUAL if entail is not None else (ALIKE if any_order else MOSTLY)
    if any(_is_restated(statement, premise, share) for premise in premises):
        return True
    if entail is None or not premises:
        return False
    pairs = [(one.said.text, " ".join(f"{quote.document.title}: {quote.text}" for quote in own)) for own in premises]
    return any(_is_entailed(logits) for logits in (await entail(pairs)).tolist())


def _differs(statement: Statement, quotes: Sequence[Quote], question: str, any_order: bool) -> bool:
    """
    Whether a statement has a figure or name that the quotes have not, or a rule speaks against it.

    What the question names need not be named again, nor is a name in another place another name.
    """
    known = _union(quote.stems | quote.terms for quote in quotes) | frozenset(content_stems(question))
    numbers = _union(quote.figures for quote in quotes) | figures(question)
    vetoes = find_vetoes(statement, quotes) - HELD_HERE
    return (
        not statement.figures <= numbers
        or not statement.names <= known
        or bool(vetoes - {"altered order"} if any_order else vetoes)
    )


def _is_restated(statement: Statement, quotes: Sequence[Quote], share: float) -> bool:
    """Whether one sentence has that share of a statement's words."""
    return any(min(coverage(statement, one.terms), recall(statement, one.terms)) >= share for one in quotes)


def _is_entailed(logits: Sequence[float]) -> bool:
    """Whether the judge reads it there, and does not read its contrary sooner."""
    top = max(logits)
    powers = [math.exp(logit - top) for logit in logits]
    supported, contradicted, _ = (power / sum(powers) for power in powers)
    return supported >= ENTAILED and supported > contradicted


def _nearest(statement: Statement, quotes: Sequence[Quote]) -> list[Quote]:
    """The sentences that have most of a statement's words."""
    shares = [(coverage(statement, quote.terms), quote) for quote in quotes]
    near = sorted((pair for pair in shares if pair[0] >= NEAR), key=lambda pair: -pair[0])
    return [quote for _, quote in near[:NEAREST]]


def _conflicts(now: Sequence[Stated], answer: Answer, before: Known) -> Mapping[tuple[int, int], Change]:
    """For sentences, by their span: the known words that give another figure, date or name for the same thing."""
    ours = [citation for one in now for citation in one.citations]
    theirs = [(old, citation) for old in reversed(before.answers) for citation in old.citations]
    new_texts = {document.id: document for document in answer.documents}
    passages = [Passage(new_texts[one.document], one.start, one.end) for one in ours if one.document in new_texts]
    old_texts = {document.id: document for old in before.answers for document in old.documents}
    passages += [Passage(old_texts[one.document], one.start, one.end) for _, one in theirs if one.document in old_texts]
    pairs: dict[tuple[int, int], Change] = {}
    for conflict in compare(ours, passages).conflicts:
        if found := next(((old, one) for old, one in theirs if _is_of(conflict, one)), None):
            said = _sentence_of(*found)
            pairs.setdefault(
                conflict.sentence, Change(kind="changed", old=said, was=conflict.theirs, now=conflict.ours)
            )
    return pairs


def _is_of(conflict: Conflict, citation: Citation) -> bool:
    return citation.document == conflict.document and citation.start <= conflict.start < citation.end


def _sentence_of(answer: Answer, citation: Citation) -> Said:
    """The sentence of an answer that a citation supports."""
    found = (one.said for one in statements_of(answer) if citation in one.citations)
    return next(found, Said(text=citation.quote, quotes=(quoted(answer, citation),)))


def _change(one: Stated, before: Known, pairs: Mapping[tuple[int, int], Change], *, first: bool) -> Change:
    old = before.statements[0] if before.statements else None
    if first and one.value and old is not None and old.value and _is_other_value(one, old):
        return Change(kind="changed", old=old.said, new=one.said, was=old.value, now=one.value)
    if pair := pairs.get(one.span):
        return Change(kind="changed", old=pair.old, new=one.said, was=pair.was, now=pair.now)
    return Change(kind="new", new=one.said)


def _newer_documents(statements: Sequence[Stated], answer: Answer, before: Known, asked: str) -> list[Change]:
    """One change for each cited document that was published since the last asking: of no known page, and no copy."""
    told: dict[str, Change] = {}
    documents = {(document.id, document.url): document for document in answer.documents}
    for one in statements:
        for citation in one.citations:
            document = documents.get((citation.document, citation.url))
            if document is None or document.id in told or place(document.url) in before.texts:
                continue
            if _is_newer(document.published or "", asked) and not _is_copy(document, before):
                told[document.id] = Change(kind="document", new=_alone(one.said, citation))
    return list(told.values())


def _alone(said: Said, citation: Citation) -> Said:
    """The sentence with the quotes of that document only."""
    return Said(text=said.text, quotes=tuple(one for one in said.quotes if one.document == citation.document))


def _is_newer(published: str, asked: str) -> bool:
    """Whether a document is of the day of the last asking or later; one without a day is not known to be."""
    then, last = _moment(published), _moment(asked)
    if then is None or last is None or then > datetime.now(UTC) + AHEAD:
        return False
    return then.date() >= last.date() if len(published.strip()) <= len("2026-01-02") else then > last


def _moment(date: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(date.strip()) if len(date.strip()) >= len("2026-01-02") else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_copy(document: Document, before: Known) -> bool:
    mine = shingles(document.text[:20_000])
    return any(jaccard(mine, shingles(other.text[:20_000])) >= COPIED for other in before.texts.values())


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)
