"""From the evidence to the answer: the draft, the check that it must stand, and all that is told beside it."""

from __future__ import annotations

import asyncio

from research_agent import llm
from research_agent.errors import ChatError
from research_agent.events import Drafted, SentenceChecked, Token
from research_agent.pipeline.state import Turn
from research_agent.stages.cite import Checked, cite
from research_agent.stages.conflicts import compare
from research_agent.stages.extract import extract
from research_agent.stages.status import conclude, disagreements, nothing_found, unmentioned
from research_agent.stages.synthesize import synthesize
from research_agent.text.sentences import sentence_spans
from research_agent.types import Answer, AnswerFrom, History

__all__ = ["check_draft", "compose", "write_draft"]

USABLE = 0.6  # share of a draft's sentences that must be supported; below it the floor is shown instead
ENDS = ".!?。！？\n"
ENOUGH = 3  # supported sentences of a draft that need no completing, or as many as the floor has


async def write_draft(turn: Turn, question: str, history: History) -> None:
    """The draft, its sentences checked as they come; a model that fails leaves what it had written and its error."""
    chat = await turn.chat_ready()
    if not turn.evidence or chat is None:
        return
    runtime = turn.runtime
    watcher = _Watcher(turn, question)

    def on_token(piece: str) -> None:
        turn.timeline.mark("first_token")
        turn.draft += piece
        turn.timeline.emit(Token(piece))
        watcher.look(piece)

    try:
        with turn.timeline.span("synthesize"):
            draft = await synthesize(
                question,
                turn.evidence,
                history=history,
                finding=turn.finding,  # empty when the analysis is not ready
                chat=chat,
                timeout=runtime.settings.chat.timeout,
                on_token=on_token,
                lang=runtime.settings.search.lang,
            )
    except ChatError as error:
        turn.chat_error = error
        return
    finally:
        await watcher.close()
    turn.draft = draft.text
    if draft.left_out:
        turn.note(f"Left out of the draft, as said back from a page's orders or earlier turns: {draft.left_out}.")
    if draft.dropped:
        turn.note(
            f"{draft.dropped} of {len(turn.evidence)} passages did not fit the model's context of "
            f"{llm.context_size(chat):,} tokens and were left out."
        )


class _Watcher:
    """
    Works while the model talks: makes the floor, and checks each sentence of the draft as soon as it is whole.

    The whole draft is checked again when it is there: what is told before is told for now.
    """

    def __init__(self, turn: Turn, question: str) -> None:
        self._turn, self._question = turn, question
        self._talks = asyncio.Event()
        self._ended, self._whole = False, asyncio.Event()
        self._checking = turn.beside(self._check())

    def look(self, piece: str) -> None:
        """See whether a piece stands behind a sentence that has ended."""
        self._talks.set()
        if self._ended:
            self._whole.set()
        self._ended = any(mark in ENDS for mark in piece)

    async def close(self) -> None:
        """Check no more."""
        self._checking.cancel()
        await asyncio.wait({self._checking})

    async def _check(self) -> None:
        await self._talks.wait()  # until then the processors are the model's, which reads its prompt
        self._turn.floor = await _floor(self._turn, self._question)
        told = 0
        while True:
            await self._whole.wait()
            self._whole.clear()
            checked = await cite(_begun(self._turn.draft), self._turn.evidence, embed=self._turn.embed)
            told = _tell(self._turn, checked, told)


def _begun(draft: str) -> str:
    """The sentences of an unfinished draft that are whole: the last is not until another has begun."""
    spans = sentence_spans(draft)
    return draft[: spans[-2][1]] if len(spans) > 1 else ""


async def check_draft(turn: Turn, question: str) -> tuple[Checked, AnswerFrom]:
    """
    The draft held against the evidence, and never less than the floor, which is the sources' own sentences.

    A draft of which too little stands is replaced by the floor; one that stands but says less, completed by it.
    """
    strict = turn.runtime.settings.flags.strict
    with turn.timeline.span("cite"):
        turn.timeline.emit(Drafted(turn.draft))
        floor = turn.floor or await _floor(turn, question)
        if not turn.draft.strip() or turn.chat_error is not None:
            return _told(turn, floor), "floor"
        checked = await cite(turn.draft, turn.evidence, embed=turn.embed, strict=strict)
        if checked.supported < max(1.0, USABLE * checked.sentences):
            turn.note("The model's draft had too little support, so the sources' own sentences are shown.")
            return _told(turn, floor), "floor"
        if checked.supported < min(ENOUGH, floor.supported):
            checked = await _completed(turn, question, checked)
        return _told(turn, checked), "model"


async def _floor(turn: Turn, question: str) -> Checked:
    return await cite(await extract(question, turn.evidence, embed=turn.embed), turn.evidence, embed=turn.embed)


async def _completed(turn: Turn, question: str, checked: Checked) -> Checked:
    """What stands of a short draft, and behind it the sources' own sentences that say more."""
    spans = dict.fromkeys(citation.sentence for citation in checked.citations)
    said = [checked.text[start:end] for start, end in spans]
    more = await extract(question, turn.evidence, embed=turn.embed, said=said)
    if not more:
        return checked
    turn.note("The model's draft was short, so the sources' own sentences complete it.")
    return await cite(f"{' '.join(said)}\n\n{more}", turn.evidence, embed=turn.embed)


def _told(turn: Turn, checked: Checked) -> Checked:
    _tell(turn, checked, 0)
    return checked


def _tell(turn: Turn, checked: Checked, told: int) -> int:
    """Tell of the sentences from the `told`th on; gives how many there are."""
    spans = sorted({citation.sentence for citation in checked.citations} | set(checked.unsupported))
    for start, end in spans[told:]:
        cited = tuple(citation for citation in checked.citations if citation.sentence == (start, end))
        turn.timeline.emit(SentenceChecked(checked.text[start:end], cited))
    return len(spans)


def compose(turn: Turn, checked: Checked, answer_from: AnswerFrom) -> Answer:
    """The answer with its status, its conflicts and one line for each thing the user should know; no number yet."""
    runtime = turn.runtime
    titles = runtime.source_titles
    local = frozenset(source.name for source in runtime.sources if not source.live)
    found = bool(checked.text)
    status, lines = conclude(
        turn.reports,
        titles,
        local,
        found=found,
        model=turn.chat_error is None,
        offline=runtime.settings.flags.offline,
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
