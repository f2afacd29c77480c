"""Several questions in one turn: each is searched for by itself, the first before what hangs on its answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from research_agent.events import Planned
from research_agent.messages import remarks
from research_agent.pipeline.evidence import fetch_from
from research_agent.pipeline.search import Ranker, sources_for
from research_agent.pipeline.second_search import Searched, merged_reports
from research_agent.pipeline.state import ANSWERS, PartAnswer, Retrieved, TurnContext
from research_agent.sources.encyclopedia.known_names import known_names
from research_agent.stages.answer_span import answer_span
from research_agent.stages.fetch import Fetched
from research_agent.stages.plan import known_topics
from research_agent.stages.recency import asked_period, dated
from research_agent.stages.restrict import restrict_topics
from research_agent.text.arithmetic import parse_task
from research_agent.text.injection import is_order, unlinked
from research_agent.text.joined_questions import Part, parts_of
from research_agent.text.languages import base_language
from research_agent.types import Evidence, History, Topic

__all__ = ["Joint", "search_parts", "take_apart", "tell_unanswered"]

JOINT = re.compile(r"\band\b|[,;?]\s", re.IGNORECASE)
LONGEST_ANSWER = 8  # words of an answer that stands in the next question


class Joint(NamedTuple):
    """A question that joins several `parts`, and the topics of those that can be asked beside the first."""

    question: str = ""
    parts: tuple[Part, ...] = ()
    topics: tuple[Topic, ...] = ()


async def take_apart(turn: TurnContext, topics: tuple[Topic, ...]) -> tuple[tuple[Topic, ...], Joint]:
    """
    The topics of the first of several questions, and what it is joined with.

    One question, and one whose figures are computed, keeps its topics.
    """
    question = topics[0].question
    if base_language(turn.lang) != "en" or not JOINT.search(question) or parse_task(question) is not None:
        return topics, Joint()
    known = await asyncio.to_thread(known_names, turn.runtime.settings.parts)
    parts = await asyncio.to_thread(parts_of, question, known)
    if not parts:
        return topics, Joint()
    first, *others = (topics_of(turn, part.asked) for part in parts if not part.hangs_on_first)
    return first, Joint(question, parts, tuple(chain.from_iterable(others)))


def topics_of(turn: TurnContext, question: str) -> tuple[Topic, ...]:
    """The topics of a question that stands alone."""
    topics = known_topics(question, History(session=turn.session), turn.lang)
    return restrict_topics(dated(topics, asked_period(topics[0].question, turn.now.date())), turn.admitted)


async def search_parts(turn: TurnContext, joint: Joint, first: Searched) -> tuple[Searched, tuple[PartAnswer, ...]]:
    """
    The evidence of all parts, the best of each in turn, and that of each by itself; `first` is what the first has.

    Of what a part may mean, that counts which the sources answer best.
    """
    if not joint.parts:
        return first, ()
    parts, fetched, passages = joint.parts, first.fetched, first.passages
    found = [PartAnswer(parts[0].said, first.topics[0].question, first.evidence)]
    value = await _value(turn, found[0])
    for part in parts[1:]:
        best = PartAnswer(part.said, part.said, ())
        for asked in _asked(part, value):
            topics = topics_of(turn, asked)
            if asked != part.asked:  # else it was searched for beside the first
                fetched = await _fetch_more(turn, fetched, topics)
            passages, evidence = await Ranker(turn, topics).rank(fetched.documents)
            one = PartAnswer(part.said, asked, evidence)
            if not best.evidence or one.answers > best.answers:
                best = one
            if part.hangs_on_first and best.answers >= ANSWERS:
                break
        found.append(best)
    everything = first._replace(fetched=fetched, passages=passages, evidence=_in_turn(found))
    return everything, tuple(found)


async def tell_unanswered(turn: TurnContext, retrieved: Retrieved, said: Sequence[str]) -> None:
    """Say which parts neither the sources nor the sentences `said` answer, when another part is answered."""
    silent = [part for part in retrieved.parts if part.answers < ANSWERS]
    rerank = await turn.rerank_ready()
    if rerank is None or not said or len(silent) == len(retrieved.parts):
        return
    texts = {item.passage.document.text: item.passage.document.title for item in retrieved.evidence}
    titles = [next((title for text, title in texts.items() if one in text), "") for one in said]
    for part in silent:  # without the title of its text the reader takes a sentence for more than it says
        rows = await rerank([(part.question, title, (one,)) for title, one in zip(titles, said, strict=True)])
        if max(map(max, rows)) < ANSWERS:
            turn.note(remarks.NOT_SAID(question=part.said))


def _asked(part: Part, value: str) -> list[str]:
    """What a part may ask, the likelier first."""
    first = part.about(value) if value or not part.hangs_on_first else ""
    return [one for one in (first, part.instead) if one]


async def _value(turn: TurnContext, first: PartAnswer) -> str:
    """The words that answer the first part; "" when nothing does, or they may not stand in a question."""
    rerank = await turn.rerank_ready()
    if rerank is None or not first.evidence or first.answers < ANSWERS:
        return ""
    item = max(first.evidence, key=lambda one: one.answers)
    document = item.passage.document
    start, end, _ = max(item.sentences, key=lambda one: one[2])
    span = await answer_span(first.question, document.title, document.text[start:end], rerank)
    value = document.text[start + span[0] : start + span[1]] if span else ""
    usable = 0 < len(value.split()) <= LONGEST_ANSWER and unlinked(value) == value and not is_order(value)
    return value if usable else ""


async def _fetch_more(turn: TurnContext, fetched: Fetched, topics: tuple[Topic, ...]) -> Fetched:
    """What was fetched, and what the sources have on more topics."""
    turn.timeline.emit(Planned(topics))
    with turn.timeline.span("fetch"):
        more = await fetch_from(
            sources_for(turn, topics[0].question), topics, runtime=turn.runtime, timeline=turn.timeline,
            embed_ready=turn.embed_ready, restriction=turn.admitted, budget=turn.budget,
        )  # fmt: skip
    known = {document.id for document in more.documents}
    documents = (*more.documents, *(one for one in fetched.documents if one.id not in known))
    reports = merged_reports(fetched.reports, more.reports)
    return Fetched(documents, reports, {**fetched.left_out, **more.left_out})


def _in_turn(found: Sequence[PartAnswer]) -> tuple[Evidence, ...]:
    """The evidence of all parts under new keys, the best of each in turn; a passage of several is one."""
    merged: dict[tuple[str, int, int], Evidence] = {}
    for place in range(max(len(one.evidence) for one in found)):
        for item in (one.evidence[place] for one in found if place < len(one.evidence)):
            passage = item.passage
            key = (passage.document.id, passage.start, passage.end)
            merged[key] = _best_of(merged[key], item) if key in merged else item
    return tuple(replace(item, key=f"e{number}") for number, item in enumerate(merged.values(), 1))


def _best_of(one: Evidence, other: Evidence) -> Evidence:
    """One passage as evidence of two questions: each of its sentences answers as well as it does for either."""
    logits: dict[tuple[int, int], float] = {}
    for start, end, logit in (*one.sentences, *other.sentences):
        logits[start, end] = max(logit, logits.get((start, end), logit))
    sentences = tuple((*span, logit) for span, logit in logits.items())
    return replace(one, score=max(one.score, other.score), sentences=sentences)
