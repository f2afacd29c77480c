"""
Values for slots: the words of a ledger sentence that a later step is asked with.

A slot is filled only with words that stand in a stored text: a typed span (a name, a number, a date) of a sentence that
answers. Three candidates are kept; of a list each item is a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from research_agent.deep_research.titles import unqualified
from research_agent.memory import Candidate, LedgerEntry, Step
from research_agent.text.answer_forms import candidate_spans, name_spans
from research_agent.text.injection import is_order, unlinked
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import WORD, content_stems, stem, words
from research_agent.types import Document, Rerank

__all__ = [
    "MOST_CANDIDATES",
    "MOST_ITEMS",
    "filled",
    "is_usable",
    "item_values",
    "said_with",
    "says_of_itself",
    "slot_values",
]

MOST_CANDIDATES, MOST_ITEMS = 3, 24
TRIED = 3  # sentences from which candidates are taken
LONGEST = 8  # words of a value
SHARED = 2  # items of one list in another, from which both are of one thing
SHORT = 3  # items of a list that may go on in another sentence
NEAR = 2.0  # logits behind the best sentence from which another one's items are none of the list
# "Denmark to the north, Poland and the Czech Republic": what stands between the items of one list.
BETWEEN = re.compile(r"(?:[\s,;]|\band\b|\bor\b|\bthe\b|\bto\b|\bin\b|\bas well as\b|\([^)]*\)|\b[a-z]{2,12}\b){1,12}")
PRONOUN = re.compile(r"\b(?:he|she|it|they)\b", re.IGNORECASE)
AND = re.compile(r"\s+and\s+(?:the\s+)?")
ONE_OF = re.compile(r"\bone of (?:the |these )?(?P<what>[\w\s-]{3,60})")
ALONG = re.compile(r"\b(?:along|together) with\s+")
WHICH_DO = re.compile(
    r"which\s+(?:[\w-]+\s+){1,3}?(?P<verb>(?!are|were|of|in)[a-z]{4,})\s+(?:the\s+)?[A-Z]", re.IGNORECASE
)
OPENING = 400  # characters in which the first sentence stands


async def slot_values(
    step: Step, entries: Sequence[LedgerEntry], documents: dict[str, Document], rerank: Rerank | None
) -> tuple[Candidate, ...]:
    """
    The candidates for the slot that a step fills, the best first.

    Which of several spans of a sentence is meant, the reader says: without it the sentence answers least.
    """
    found: dict[frozenset[str], Candidate] = {}
    for entry in entries[:TRIED]:
        document = documents[entry.document]
        sentence = document.text[entry.start : entry.end]
        spans = list(dict.fromkeys(_spans(step.asked, sentence)))[: MOST_CANDIDATES * 2]
        drops = await _drops(step.asked, document.title, sentence, spans, rerank)
        ordered = [
            (entry.start + start, entry.start + end) for start, end in sorted(spans, key=lambda one: -drops[one])
        ]
        values = [_candidate(document, *span, entry.score or 0.0) for span in ordered]
        for at, value in enumerate([*_whom(step, entry, document, values), *values]):
            if is_usable(value.text, step.asked):
                value = replace(value, score=round((entry.score or 0.0) - at, 3))
                found.setdefault(frozenset(content_stems(value.text)), value)
    return tuple(sorted(found.values(), key=lambda one: -one.score))[:MOST_CANDIDATES]


def _whom(step: Step, entry: LedgerEntry, document: Document, values: Sequence[Candidate]) -> Iterator[Candidate]:
    """The subject of a document, where its sentence only says "he", or names it, and a name is asked for."""
    sentence = document.text[entry.start : entry.end]
    title = set(content_stems(unqualified(document.title)))
    named = [value for value in values if set(content_stems(value.text)) == title]
    yield from named
    asks_name = any(next(name_spans(value.text), None) for value in values)
    if not named and asks_name and not title & set(content_stems(sentence)) and PRONOUN.search(sentence):
        yield from _title(document, entry.score or 0.0)


def _spans(question: str, sentence: str) -> Iterator[tuple[int, int]]:
    """Spans of the kind that is asked for, else the names."""
    yield from (spans := list(candidate_spans(question, sentence)))
    if not spans:
        known = frozenset(words(question))
        yield from (span for span in name_spans(sentence) if not known.issuperset(words(sentence[slice(*span)])))


async def _drops(
    question: str, title: str, sentence: str, spans: Sequence[tuple[int, int]], rerank: Rerank | None
) -> dict[tuple[int, int], float]:
    """How much less the sentence answers without each of the spans; in their order without a reader."""
    if rerank is None or len(spans) < 2:
        return {span: -float(at) for at, span in enumerate(spans)}
    rows = await rerank([(question, title, (f"{sentence[:start]}something{sentence[end:]}",)) for start, end in spans])
    return {span: -row[0] for span, row in zip(spans, rows, strict=True)}


def item_values(step: Step, entries: Sequence[LedgerEntry], documents: dict[str, Document]) -> tuple[Candidate, ...]:
    """
    The items of a list: what is said to be "one of" them, else the names that the best sentences enumerate and the
    subjects of those that answer.
    """
    if not entries or not content_stems(step.asked):
        return ()
    kinds = content_stems(step.asked)
    kind = frozenset(kinds[:3])
    members = [value for entry in entries for value in _member(entry, documents, kind)]
    found: dict[frozenset[str], Candidate] = {}
    listed = members if len(members) > 1 else _enumerated(step.asked, entries, documents, kinds[0])
    own = [
        value
        for entry in entries
        if says_of_itself(step.asked, documents[entry.document], _text(entry, documents))
        for value in _title(documents[entry.document], entry.score or 0.0)
    ]
    for value in [*listed, *(own if len(members) < SHARED else ())]:
        if is_usable(value.text, step.asked):
            found.setdefault(frozenset(content_stems(value.text)), value)
    return tuple(found.values())[:MOST_ITEMS]


def _enumerated(
    asked: str, entries: Sequence[LedgerEntry], documents: dict[str, Document], kind: str
) -> list[Candidate]:
    """
    The names of the best sentence that enumerates, those of sentences as good that share two of them, and the subjects
    of documents of the kind that answer.
    """
    best = entries[0].score
    near = [one for one in entries if best is None or one is entries[0] or (one.score or 0.0) >= max(best - NEAR, 0.0)]
    values: list[Candidate] = []
    for entry in near:
        if _is_of_kind(asked, documents[entry.document]):
            continue  # it is one of the kind itself, and names others of its own: where it flows, whom it borders
        named = list(_named(asked, entry, documents))
        known = {value.text for value in values}
        if len(values) < SHORT and (not values or len(known & {value.text for value in named}) >= SHARED):
            values += named
    return [*values, *(value for entry in near for value in _subject(entry, documents, kind))]


def _text(entry: LedgerEntry, documents: dict[str, Document]) -> str:
    return documents[entry.document].text[entry.start : entry.end]


def _named(asked: str, entry: LedgerEntry, documents: dict[str, Document]) -> Iterator[Candidate]:
    """
    The names in a sentence that stand in its longest enumeration; a lone one is no list.

    Where the sentence has the verb that is asked with, only what stands behind it: "It extends to the Baltic Sea, and
    borders Lithuania, Latvia and Poland".
    """
    document = documents[entry.document]
    sentence = document.text[entry.start : entry.end]
    runs: list[list[tuple[int, int]]] = []
    behind = _verb_end(asked, sentence)
    for span in (part for name in name_spans(sentence) for part in _parts(sentence, name)):
        if span[0] < behind:
            continue
        if runs and BETWEEN.fullmatch(sentence, runs[-1][-1][1], span[0]):
            runs[-1].append(span)
        else:
            runs.append([span])
    for start, end in max(runs, key=len, default=[]) if any(len(run) > 2 for run in runs) else ():
        yield _candidate(document, entry.start + start, entry.start + end, entry.score or 0.0)


def _verb_end(asked: str, sentence: str) -> int:
    """Where the verb of "Which countries border Germany?" ends in a sentence with names behind it; else 0."""
    match = WHICH_DO.match(asked)
    if match is None:
        return 0
    verb = stem(match["verb"])
    ends = [word.end() for word in WORD.finditer(sentence) if stem(word[0].casefold()) == verb]
    names_behind = [end for end in ends if sum(start > end for start, _ in name_spans(sentence)) > 1]
    return max(names_behind, default=0)


def _parts(sentence: str, span: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """The names in a run of capitalised words: "Poland and the Czech Republic" is two."""
    at = span[0]
    for joint in AND.finditer(sentence, *span):
        yield at, joint.start()
        at = joint.end()
    yield at, span[1]


def _member(entry: LedgerEntry, documents: dict[str, Document], kind: frozenset[str]) -> Iterator[Candidate]:
    """The subject of a sentence that says it is "one of the three Baltic states", and those named along with it."""
    document = documents[entry.document]
    said = ONE_OF.search(document.text, entry.start, entry.end)
    if said and kind <= set(content_stems(said["what"])):
        yield from _title(document, entry.score or 0.0)
        if along := ALONG.search(document.text, said.end(), entry.end):
            for start, end in name_spans(document.text[along.end() : entry.end]):
                yield _candidate(document, along.end() + start, along.end() + end, entry.score or 0.0)


def _subject(entry: LedgerEntry, documents: dict[str, Document], kind: str) -> Iterator[Candidate]:
    """The title of a document that answers, if its first sentence names the kind: "Denmark is a Nordic country"."""
    document = documents[entry.document]
    start, end = next(iter(sentence_spans(document.text[:OPENING])), (0, 0))
    if entry.score is not None and entry.score >= 0 and kind in content_stems(document.text[start:end]):
        yield from _title(document, entry.score)


def says_of_itself(question: str, document: Document, said: str) -> bool:
    """
    Whether a document is of the kind that a list asks for, and a sentence of it has all the rest of the question.

    "Which rivers flow through Germany?": the Elbe is a river, and "rises in Bohemia before flowing through Germany".
    """
    _, *rest = content_stems(question) or [""]
    return bool(rest) and _is_of_kind(question, document) and set(rest) <= set(content_stems(said))


def _is_of_kind(question: str, document: Document) -> bool:
    """Whether the first sentence of a document names the kind that is asked for, and the question does not name it."""
    asked = content_stems(question)
    start, end = next(iter(sentence_spans(document.text[:OPENING])), (0, 0))
    of_kind = bool(asked) and asked[0] in content_stems(document.text[start:end])
    return of_kind and not set(content_stems(document.title)) <= set(asked)


def _title(document: Document, score: float) -> Iterator[Candidate]:
    """The words of a document's title where its text has them, else the name there that shares a word with it."""
    title = unqualified(document.title)
    at = document.text.find(title)
    if at >= 0 and title[:1].isupper():
        yield _candidate(document, at, at + len(title), score)
        return
    stems = set(content_stems(title))
    for start, end in name_spans(document.text[:OPENING]):
        if stems & set(content_stems(document.text[start:end])):
            yield _candidate(document, start, end, score)
            return


def _candidate(document: Document, start: int, end: int, score: float) -> Candidate:
    return Candidate(text=document.text[start:end], document=document.id, start=start, end=end, score=score)


def is_usable(text: str, question: str) -> bool:
    """Whether words may fill a slot: short, of the text's own, no order to a model, nothing that was asked with."""
    stems = content_stems(text)
    return (
        bool(stems)
        and len(text.split()) <= LONGEST
        and unlinked(text) == text
        and not is_order(text)
        and not set(stems) <= set(content_stems(question))
    )


def said_with(value: Candidate, documents: dict[str, Document]) -> str:
    """
    The words of a candidate as a question has them: with "the" where its text has that before them; the title of its
    document where it is the full name that the text opens with ("William Henry Gates III" of "Bill Gates").
    """
    document = documents[value.document]
    title = unqualified(document.title)
    if (
        value.start < OPENING
        and title not in document.text
        and set(content_stems(title)) & set(content_stems(value.text))
    ):
        return title
    before = document.text[max(0, value.start - 4) : value.start].casefold()
    return f"the {value.text}" if before == "the " and value.text[:1].isupper() else value.text


def filled(step: Step, values: dict[int, str]) -> Step:
    """The step with its slots filled; what fills the first is whom or what it is about from now on."""
    asked = step.text
    for key, value in values.items():
        asked = asked.replace(f"{{{key}}}", value)
    return replace(step, asked=asked, side=step.side or next(iter(values.values()), ""))
