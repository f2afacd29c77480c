"""research(): the flow of a question, one line a stage. What happens when a stage fails: docs/how-it-works.md."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from research_agent import llm
from research_agent.embedding import remembering
from research_agent.errors import ChatError, ChatResponseError, QuestionError
from research_agent.events import (
    Analyzed,
    Answered,
    Drafted,
    EventHook,
    Notice,
    Planned,
    Ranked,
    Saved,
    SentenceChecked,
    Started,
    Timeline,
    Token,
)
from research_agent.memory import new_session_id
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import Settings, load_settings
from research_agent.stages.analyze import analyze
from research_agent.stages.choose import choose
from research_agent.stages.cite import Checked, cite
from research_agent.stages.compare import compare
from research_agent.stages.conclude import conclude, disagreements, nothing_found, unmentioned
from research_agent.stages.extract import extract
from research_agent.stages.fetch import fetch
from research_agent.stages.plan import plan
from research_agent.stages.rank import rank
from research_agent.stages.split import split
from research_agent.stages.synthesize import synthesize
from research_agent.types import (
    Answer,
    AnswerFrom,
    Document,
    Embed,
    Evidence,
    Finding,
    History,
    Passage,
    SourceReport,
    Topic,
)
from research_agent.words import clean, content_stems, words

if TYPE_CHECKING:
    from research_agent.llm import Chat
    from research_agent.memory import Memory
    from research_agent.sources import Source

__all__ = ["research"]

LONGEST_QUESTION = 8_000  # characters: the embedded model's context holds them with evidence beside
TOPIC_TOKENS = 40
USABLE = 0.6  # share of a draft's sentences that must be supported; below it the floor is shown instead
ENOUGH = 3  # supported sentences of a draft that need no completing, or as many as the floor has


async def research(
    question: str,
    *,
    session: str | None = None,
    settings: Settings | None = None,
    runtime: Runtime | None = None,
    chat: Chat | None = None,
    sources: Sequence[Source] | None = None,
    memory: Memory | None = None,
    on_event: EventHook | None = None,
) -> Answer:
    """
    Answer a question from what the sources say.

    Everything that is not given comes from settings; a `runtime` brings all parts warm. `session` continues (or
    begins) a session, None begins a new one. When this returns, the turn is on disk. Raises `UsageError` before
    anything is done and `StoreError` when the turn cannot be kept. When cancelled, what was streamed is saved,
    marked interrupted, and `CancelledError` goes on.
    """
    question = _checked(question)
    if runtime is None:
        settings = settings or load_settings()
        async with open_runtime(settings, chat=chat, sources=sources, memory=memory) as opened:
            return await research(question, session=session, runtime=opened, on_event=on_event)
    embed = runtime.tools.embed and remembering(runtime.tools.embed)
    turn = _Turn(question, session or new_session_id(), runtime, Timeline(on_event), embed)
    try:
        return await _run(turn)
    except asyncio.CancelledError:
        await _keep(turn)
        raise


@dataclass
class _Turn:
    """What one turn has gathered so far: enough to keep it when it is interrupted."""

    question: str
    session: str
    runtime: Runtime
    timeline: Timeline
    embed: Embed | None = None
    reports: tuple[SourceReport, ...] = ()
    passages: Sequence[Passage] = ()
    evidence: tuple[Evidence, ...] = ()
    finding: Finding = field(default_factory=lambda: Finding(report={}))
    draft: str = ""
    answer: Answer | None = None
    chat_error: ChatError | None = None
    notes: list[str] = field(default_factory=list)

    def note(self, *lines: str) -> None:
        """Tell the user, now and in the answer."""
        for line in lines:
            if line not in self.notes:
                self.notes.append(line)
                self.timeline.emit(Notice(line))


async def _run(turn: _Turn) -> Answer:
    """The flow, top to bottom. `alone` is the question with what it points back to put in."""
    history = await _begin(turn)
    topics = await _plan(turn, history)
    alone = topics[0].question
    documents = await _fetch(turn, topics)
    with turn.timeline.span("split"):
        turn.passages = split(documents, question=alone)
    async with asyncio.TaskGroup() as group:
        group.create_task(_analyze(turn, alone, documents))
        group.create_task(_rank(turn, alone, topics))
    await _synthesize(turn, alone, history)
    checked, answer_from = await _check(turn, alone)
    turn.answer = _compose(turn, checked, answer_from)
    turn.timeline.emit(Answered(turn.answer))
    return await _remember(turn, turn.answer)


def _checked(question: str) -> str:
    """The question fit for every wire; raises `QuestionError` when there is nothing, or too much, to ask."""
    question = clean(question)
    if not words(question):
        raise QuestionError(
            "The question is empty.", hint='Ask something, like: research-agent ask "What is a quasar?"'
        )
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters; at most {LONGEST_QUESTION:,} can be asked at once.",
            hint="Ask about the heart of it; long texts belong in a source.",
        )
    return question


async def _begin(turn: _Turn) -> History:
    runtime = turn.runtime
    turn.timeline.emit(Started(turn.session, turn.question, runtime.chat_id))
    turn.note(*runtime.notices)
    turn.chat_error = runtime.chat_error
    with turn.timeline.span("recall"):
        return await runtime.memory.recall(turn.session)


async def _plan(turn: _Turn, history: History) -> tuple[Topic, ...]:
    runtime = turn.runtime
    ask = None
    if runtime.chat is not None:
        ask = partial(llm.ask, runtime.chat, max_tokens=TOPIC_TOKENS, timeout=runtime.settings.chat_timeout)
    with turn.timeline.span("plan"):
        topics, error = await plan(turn.question, history=history, ask=ask, embed=turn.embed)
    if error is not None and not isinstance(error, ChatResponseError):
        turn.chat_error = error  # a model that is not there is not asked again; one that stumbled is
    turn.timeline.emit(Planned(topics))
    return topics


async def _fetch(turn: _Turn, topics: Sequence[Topic]) -> tuple[Document, ...]:
    runtime = turn.runtime
    settings = runtime.settings
    chosen = choose(topics[0].question, runtime.sources, named=runtime.named)
    with turn.timeline.span("fetch"):
        fetched = await fetch(
            topics,
            sources=[source for source, _ in chosen],
            tools=runtime.tools,
            timeline=turn.timeline,
            deadline=settings.deadline,
            soft=min(settings.soft_deadline, settings.deadline),
            start=runtime.start,
            why={source.name: why for source, why in chosen},
            sequential=settings.sequential,
            offline=settings.offline,
        )
    turn.reports = fetched.reports
    turn.note(*runtime.tools.client.notices)
    return fetched.documents


async def _analyze(turn: _Turn, question: str, documents: Sequence[Document]) -> None:
    if not documents:
        return
    asked = frozenset(content_stems(question))
    relevance = {
        document.id: len(asked & frozenset(content_stems(f"{document.title} {document.text[:2000]}"))) / len(asked)
        for document in documents
        if asked
    }
    with turn.timeline.span("analyze"):
        turn.finding = await analyze(documents, relevance=relevance)
    if turn.finding.reason:
        turn.note(turn.finding.reason)
    turn.timeline.emit(Analyzed(turn.finding))


async def _rank(turn: _Turn, question: str, topics: Sequence[Topic]) -> None:
    embed, passages = turn.embed, turn.passages
    asked = [topic.text for topic in topics if topic.origin == "question"]
    sides = asked if len(asked) > 1 else []  # by rule, only a comparison has more than one
    query = vectors = None
    if embed is not None and passages:
        with turn.timeline.span("embed"):
            rows = await embed([question, *(f"{passage.document.title}. {passage.text}" for passage in passages)])
        query, vectors = rows[0], rows[1:]
    with turn.timeline.span("rank"):
        turn.evidence = rank(question, passages, query=query, vectors=vectors, sides=sides)
    turn.timeline.emit(Ranked(turn.evidence))


async def _synthesize(turn: _Turn, question: str, history: History) -> None:
    """The draft; a model that fails leaves what it had written and its error."""
    runtime = turn.runtime
    if not turn.evidence or runtime.chat is None or turn.chat_error is not None:
        return

    def on_token(piece: str) -> None:
        turn.timeline.mark("first_token")
        turn.draft += piece
        turn.timeline.emit(Token(piece))

    try:
        with turn.timeline.span("synthesize"):
            draft = await synthesize(
                question,
                turn.evidence,
                history=history,
                finding=turn.finding,
                chat=runtime.chat,
                timeout=runtime.settings.chat_timeout,
                on_token=on_token,
                lang=runtime.settings.lang,
            )
    except ChatError as error:
        turn.chat_error = error
        return
    turn.draft = draft.text
    if draft.left_out:
        turn.note(f"Left out of the draft, as said back from a page's orders or earlier turns: {draft.left_out}.")
    if draft.dropped:
        turn.note(
            f"{draft.dropped} of {len(turn.evidence)} passages did not fit the model's context of "
            f"{llm.context_size(runtime.chat):,} tokens and were left out."
        )


async def _check(turn: _Turn, question: str) -> tuple[Checked, AnswerFrom]:
    """
    The draft held against the evidence, and never less than the floor, which is the sources' own sentences.

    A draft of which too little stands is replaced by the floor; one that stands but says less, completed by it.
    """
    strict = turn.runtime.settings.strict
    with turn.timeline.span("cite"):
        turn.timeline.emit(Drafted(turn.draft))
        floor = await cite(await extract(question, turn.evidence, embed=turn.embed), turn.evidence, embed=turn.embed)
        if not turn.draft.strip() or turn.chat_error is not None:
            return _told(turn, floor), "floor"
        checked = await cite(turn.draft, turn.evidence, embed=turn.embed, strict=strict)
        if checked.supported < max(1.0, USABLE * checked.sentences):
            turn.note("The model's draft had too little support, so the sources' own sentences are shown.")
            return _told(turn, floor), "floor"
        if checked.supported < min(ENOUGH, floor.supported):
            checked = await _completed(turn, question, checked)
        return _told(turn, checked), "model"


async def _completed(turn: _Turn, question: str, checked: Checked) -> Checked:
    """What stands of a short draft, and behind it the sources' own sentences that say more."""
    spans = dict.fromkeys(citation.sentence for citation in checked.citations)
    said = [checked.text[start:end] for start, end in spans]
    more = await extract(question, turn.evidence, embed=turn.embed, said=said)
    if not more:
        return checked
    turn.note("The model's draft was short, so the sources' own sentences complete it.")
    return await cite(f"{' '.join(said)}\n\n{more}", turn.evidence, embed=turn.embed)


def _told(turn: _Turn, checked: Checked) -> Checked:
    spans = sorted({citation.sentence for citation in checked.citations} | set(checked.unsupported))
    for start, end in spans:
        cited = tuple(citation for citation in checked.citations if citation.sentence == (start, end))
        turn.timeline.emit(SentenceChecked(checked.text[start:end], cited))
    return checked


def _compose(turn: _Turn, checked: Checked, answer_from: AnswerFrom) -> Answer:
    runtime = turn.runtime
    titles = {source.name: source.title for source in runtime.sources}
    local = frozenset(source.name for source in runtime.sources if not source.live)
    found = bool(checked.text)
    status, lines = conclude(
        turn.reports,
        titles,
        local,
        found=found,
        model=turn.chat_error is None,
        offline=runtime.settings.offline,
    )
    turn.note(*lines)
    with turn.timeline.span("compare"):
        conflicts, independent = compare(checked.citations, turn.passages)
    turn.note(*disagreements(conflicts, checked.citations))
    if found and turn.chat_error is not None:
        turn.note(f"{turn.chat_error.message} Extracts are shown instead. {turn.chat_error.hint}".strip())
    read = {passage.document.id: passage.document for passage in turn.passages}
    cited = {citation.document: read[citation.document] for citation in checked.citations}
    against = {conflict.document: read[conflict.document] for conflict in conflicts}
    if cited:
        turn.note(*unmentioned(turn.question, cited.values()))
    turn.timeline.mark("total")
    return Answer(
        session=turn.session,
        turn=0,
        question=turn.question,
        text=checked.text if found else nothing_found(turn.reports, titles),
        answer_from=answer_from,
        status=status,
        citations=checked.citations,
        unsupported=checked.unsupported,
        partly=checked.partly,
        independent=independent,
        conflicts=conflicts,
        sources=turn.reports,
        finding=turn.finding,
        model=runtime.chat_id,
        timings=dict(turn.timeline.timings),
        documents=tuple({**cited, **against}.values()),
        spans=tuple(turn.timeline.spans),
        notes=tuple(turn.notes),
        settings=runtime.settings.shown(),
    )


async def _remember(turn: _Turn, answer: Answer) -> Answer:
    """Commit the turn: only what is on disk is called done."""
    with turn.timeline.span("remember"):
        number = await turn.runtime.memory.remember(answer)
    turn.timeline.timings["total"] = turn.timeline.now()
    turn.timeline.emit(Saved(turn.session, number))
    turn.runtime.condense_soon()
    return replace(answer, turn=number, timings=dict(turn.timeline.timings), spans=tuple(turn.timeline.spans))


async def _keep(turn: _Turn) -> None:
    """
    Keep what an interrupted turn had: the whole answer, or what was streamed, checked by words alone.

    The answer may have been committed in the moment of the interruption; it is not stored twice.
    """
    memory, answer = turn.runtime.memory, turn.answer
    if answer is None:
        if not turn.draft.strip():
            return
        checked = await cite(turn.draft, turn.evidence)
        answer = replace(_compose(turn, checked, "model"), status="interrupted")
    for stored in (await memory.recall(turn.session)).turns:
        if (stored.answer.text, stored.answer.timings) == (answer.text, answer.timings):
            turn.timeline.emit(Saved(turn.session, stored.number))
            return
    turn.timeline.emit(Saved(turn.session, await memory.remember(answer)))
