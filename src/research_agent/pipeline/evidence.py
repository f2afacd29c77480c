"""From a question to its evidence, for a turn and for a search without an answer: fetch; then split, embed and rank."""

from __future__ import annotations

import asyncio
import logging
import math
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from research_agent.concurrency import cooperative, task_group
from research_agent.encoders.example_vectors import example_vectors
from research_agent.errors import EmbeddingError
from research_agent.events import Timeline
from research_agent.http.request_budget import RequestBudget
from research_agent.runtime import Runtime
from research_agent.sources.crawler import MOST_REQUESTS
from research_agent.sources.protocol import Source, Tools
from research_agent.stages.extract import AS_WELL, BELONGS
from research_agent.stages.fetch import Fetched, FetchPlan, Sources, fetch
from research_agent.stages.mirrors import mirrors
from research_agent.stages.rank import READ, Candidate, candidates, few_of, likely, rank, readable
from research_agent.stages.read import Reading, read, without_stuffed
from research_agent.stages.recency import Period, asked_period, is_of, prefer_newest, without_period
from research_agent.stages.restrict import restrict_sources
from research_agent.stages.select_sources import more_sources
from research_agent.stages.split import Pieces, split
from research_agent.stages.superseded import prefer_what_supersedes
from research_agent.text.answer_forms import lacks_form
from research_agent.text.asking_forms import OPENING
from research_agent.text.comparatives import side_question
from research_agent.text.copies import Alike, near_duplicates
from research_agent.text.languages import READS, base_language
from research_agent.text.pointing import leans_back
from research_agent.text.stuffing import is_stuffed
from research_agent.text.tokens import content_stems, without_urls
from research_agent.types import UNRESTRICTED, Document, Embed, Evidence, Passage, Rerank, Restriction, Topic

__all__ = ["MOST", "EmbedReady", "RerankReady", "fetch_from", "find_evidence", "web_budget"]

log = logging.getLogger(__name__)
OF_COPIES = 16
"""Passages of copies, which are not read: conflicts are looked for in them."""
MOST = 6
"""Pieces of evidence that an answer rests on."""

QUALIFIER = re.compile(r"\s*\((?P<words>[^()]*)\)$")
"""What tells a title from another of its name: "(mythology)"."""
WHAT_IS = re.compile(r"\W*(?:what|who)(?:['’]s| is| are| was| were)\b", re.IGNORECASE)
WHO = re.compile(r"\W*who\b", re.IGNORECASE)
FIRST = 0.01
"""Logits by which the sentence that says what a thing is is put first, where that is asked."""
BESIDE = 0.1
"""Logit that the sentence about a side of a comparison has at least: it belongs to the answer."""

EmbedReady = Callable[[], Awaitable[Embed | None]]
"""Waits until the embedding model is loaded; None when there is none."""
RerankReady = Callable[[], Awaitable[Rerank | None]]
"""Waits until the reader is loaded; None when there is none."""


def web_budget() -> RequestBudget:
    """The budget of one question for its searches of the web."""
    return RequestBudget(MOST_REQUESTS, searches=0)


async def fetch_from(
    sources: Sequence[tuple[Source, str]],
    topics: Sequence[Topic],
    *,
    runtime: Runtime,
    timeline: Timeline,
    embed_ready: EmbedReady,
    soft_deadline: float = math.inf,
    restriction: Restriction = UNRESTRICTED,
    budget: RequestBudget | None = None,
    more_topics: asyncio.Future[tuple[Topic, ...]] | None = None,
    enough: asyncio.Future[None] | None = None,
    on_documents: Callable[[Sequence[Document]], None] | None = None,
) -> Fetched:
    """Fetch from the sources, under the settings of the runtime and the `restriction`; see `stages.fetch`."""
    settings = runtime.settings

    async def local_tools() -> Tools:
        await embed_ready()
        await runtime.rerank_ready()
        return runtime.tools

    plan = FetchPlan(
        topics=topics,
        sources=sources,
        deadline=settings.search.deadline,
        soft_deadline=min(soft_deadline, settings.search.soft_deadline, settings.search.deadline),
        sequential=settings.flags.sequential,
        offline=settings.flags.offline,
        restriction=restriction,
        budget=budget or web_budget(),
    )
    async with task_group() as group:
        joining = group.create_task(_more_sources(topics[0].question, plan, runtime, embed_ready))
        try:
            return await fetch(
                plan,
                tools=replace(runtime.tools, rerank_ready=runtime.rerank_ready),
                timeline=timeline,
                start=runtime.start,
                local_tools=local_tools,
                more_topics=more_topics,
                more_sources=joining,
                enough=enough,
                on_documents=on_documents,
            )
        finally:
            joining.cancel()


async def _more_sources(question: str, plan: FetchPlan, runtime: Runtime, embed_ready: EmbedReady) -> Sources:
    """Sources that the question is for by its meaning; none when sources or sites were named or nobody is asked."""
    own = plan.restriction.libraries or plan.restriction.files
    if runtime.named or own or plan.restriction.sites or not plan.sources or await embed_ready() is None:
        return ()
    tools = runtime.tools
    if tools.embed is None:
        return ()
    kept = partial(example_vectors, embed=tools.embed, embedding=tools.embedding, folder=runtime.settings.home)
    try:
        found = await more_sources(question, runtime.sources, plan.sources, embed=tools.embed, vectors=kept)
    except EmbeddingError as error:  # the ranking, which needs the model more, says so
        log.info("no sources by meaning", exc_info=error)
        return ()
    asked = {source.name for source, _ in plan.sources}
    fitting = restrict_sources(found, runtime.sources, plan.restriction)
    return [(source, why) for source, why in fitting if source.name not in asked]


async def find_evidence(
    documents: Sequence[Document],
    topics: Sequence[Topic],
    *,
    timeline: Timeline,
    embed_ready: EmbedReady,
    rerank_ready: RerankReady,
    known: Pieces | None = None,
    alike: Alike | None = None,
    most: int = MOST,
    today: date | None = None,
) -> tuple[Sequence[Passage], tuple[Evidence, ...]]:
    """
    The passages of the documents, and the `most` that are evidence; `known` is a cache of what was split before, and
    `alike` remembers the texts that it compared. A page that is a copy is not read (`stages/mirrors.py`).

    With `today`, a question that asks for a time ("last week") is answered by what is of it, or by the newest.
    """
    if not documents:
        return (), ()
    period = asked_period(topics[0].question, today) if today is not None else None
    question = without_urls(without_period(topics[0].question, period, figures=False))
    lang, known = base_language(topics[0].lang), {} if known is None else known
    async with cooperative():
        gone = mirrors(documents, alike or near_duplicates())
        own = [document for document in documents if document.id not in gone]
        copies = [document for document in documents if document.id in gone]
    for document in own:  # one at a time: a long text takes a second
        if (document.id, document.title) not in known:
            async with cooperative():
                split([document], question=question, lang=lang, known=known)
    async with cooperative():
        with timeline.span("split"):
            passages = split(own, question=question, lang=lang, known=known)
            of_copies = split(copies, question=question, lang=lang, most=OF_COPIES, known=known)
        kept = _of_period(passages, period)
    embed = await embed_ready()
    query = vectors = None
    if embed is not None and kept:
        async with cooperative():
            kept = [kept[row] for row in likely(question, kept, lang=lang)]
        with timeline.span("embed"):
            rows = await embed([question, *(f"{passage.document.title}. {passage.text}" for passage in kept)])
        query, vectors = rows[0], rows[1:]
    async with cooperative():
        found = candidates(question, kept, query=query, vectors=vectors, lang=lang, among=passages)
    rerank = await rerank_ready() if lang in READS else None
    reading = None
    if rerank is not None and found:
        with timeline.span("read"):
            # By rule, only a comparison has more than one topic: each side is asked about too.
            sides = [topic.text for topic in topics] if len(topics) > 1 else []
            async with cooperative():
                stuffed = {at for at, one in enumerate(found[:READ]) if _is_stuffed(question, one.passage.document)}
            # A comparison and what is newest want a wider view.
            few = READ if sides or period is not None else few_of(found)
            reading = await _read(question, sides, found[:READ], rerank, embed, stuffed, few)
            found, reading = without_stuffed(found, reading, stuffed)
    async with cooperative():
        with timeline.span("rank"):
            chosen = rank(found, reading, most=most if period is None else 2 * most)
            return (*passages, *of_copies), chosen if period is None else prefer_newest(chosen, period)[:most]


def _of_period(passages: Sequence[Passage], period: Period | None) -> list[Passage]:
    """The passages that can answer: of a strict period, those that are of it."""
    if period is None or not period.strict:
        return list(passages)
    return [passage for passage in passages if is_of(passage.document, period, passage.text)]


def _is_stuffed(question: str, document: Document) -> bool:
    """Whether a document is a page that was made to be found by a search engine, and was."""
    return "engines" in document.details and is_stuffed(question, document.text)


async def _read(
    question: str,
    sides: Sequence[str],
    found: Sequence[Candidate],
    rerank: Rerank,
    embed: Embed | None,
    stuffed: Collection[int],
    few: int,
) -> Reading:
    """
    Read the candidates for the question, or for a side of the comparison, whichever gives a sentence more.

    A text about one side answers no comparison by itself.
    """
    items = [readable(question, item.passage) for item in found]
    reading = await read(items, rerank, embed=embed, stuffed=stuffed, few=few)
    found = found[: len(reading.end)]
    documents, sentences = [item.passage.document for item in found], [texts for _, _, texts in items]
    prefer_what_supersedes(documents, sentences, reading.end, least=0.0)
    _prefer_main_sense(question, found, reading)
    _prefer_definition(question, found, reading)
    places = [await _tells_of(question, side, found, rerank, reading) for side in sides]
    top = max((logit for row in reading.end for logit in row), default=0.0)
    for row, at in filter(None, places):  # what tells of one side best is told beside what tells of the other
        reading.end[row][at] = max(reading.end[row][at], top - AS_WELL, BESIDE)
    return reading


def _prefer_main_sense(question: str, found: Sequence[Candidate], reading: Reading) -> None:
    """
    Put "Mars (mythology)" behind "Mars", which answers as well, where the question has no word of its qualifier.

    The title without a qualifier is what most readers mean by the name: so encyclopedias give it.
    """
    asked = set(content_stems(question))
    best: dict[str, float] = {}
    for one, row in zip(found, reading.end, strict=True):
        title = one.passage.document.title
        best[title] = max(best.get(title, 0.0), *row, 0.0)
    for one, row in zip(found, reading.end, strict=True):
        title = one.passage.document.title
        match = QUALIFIER.search(title)
        main = (
            best.get(title[: match.start()], 0.0) if match and not asked & set(content_stems(match["words"])) else 0.0
        )
        if main > 0.0 and best[title] > (behind := main - AS_WELL - FIRST):
            row[:] = [logit - (best[title] - behind) for logit in row]


def _prefer_definition(question: str, found: Sequence[Candidate], reading: Reading) -> None:
    """Put the sentence that opens a document that answers first of it, where the question asks what its title is."""
    asked = set(content_stems(question))
    if not asked or (OPENING.match(question) and not WHAT_IS.match(question)):
        return
    if not WHO.match(question) and lacks_form(question, ""):  # "What is the speed of light?" asks for a figure
        return
    best: dict[str, float] = {}
    for one, row in zip(found, reading.end, strict=True):
        best[one.passage.document.id] = max(best.get(one.passage.document.id, 0.0), *row, 0.0)
    for one, row in zip(found, reading.end, strict=True):
        document = one.passage.document
        opens = one.passage.start == 0 and row and row[0] > BELONGS
        if opens and best[document.id] > 0.0 and asked <= set(content_stems(document.title)):
            row[0] = best[document.id] + FIRST


async def _tells_of(
    question: str, side: str, found: Sequence[Candidate], rerank: Rerank, reading: Reading
) -> tuple[int, int] | None:
    """
    The place of what tells of a side of the comparison: its measure where one is compared, else what it is.

    None where nothing tells. What the sides are answers a comparison of what is not measured: the `reading` is raised.
    """
    stems = set(content_stems(side))
    titles = [item.passage.document.title for item in found]
    held = [at for at, title in enumerate(titles) if title.casefold() == side.casefold()]
    held = held or [at for at, title in enumerate(titles) if stems <= set(content_stems(title))]
    asked = (side_question(question, side), side_question("", side))
    for one in dict.fromkeys(asked):
        items = [readable(one, found[at].passage) for at in held]
        rows = await rerank(items)
        for at, row in zip(held, rows, strict=True) if len(set(asked)) == 1 else ():
            for logits in reading:
                logits[at] = [max(pair) for pair in zip(logits[at], row, strict=True)]
        told = {
            (at, place): logit
            for at, row, (_, _, texts) in zip(held, rows, items, strict=True)
            for place, logit in enumerate(row)
            if not leans_back(texts[place])  # which would stand behind another side's
        }
        best = max(told, key=told.__getitem__, default=None)
        if best is not None and told[best] > 0.0:
            return best
    return None
