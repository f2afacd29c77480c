"""Streaming of the draft, and its check: sentence by sentence while the model writes, and as a whole at the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from research_agent import llm
from research_agent.errors import ChatError, EmptyReplyError
from research_agent.events import Drafted, Token
from research_agent.messages import remarks
from research_agent.pipeline.computing import compute
from research_agent.pipeline.floor import checked_by_evidence, is_the_answer, make_floor, tell_floor, tell_sentences
from research_agent.pipeline.joined_parts import tell_unanswered
from research_agent.pipeline.review import review
from research_agent.pipeline.state import ANSWERS, CheckedDraft, Draft, Retrieved, TurnContext, Unsaved
from research_agent.stages.answer_span import answer_span
from research_agent.stages.cite import Checked, judge, shifted, without_marks
from research_agent.stages.extract import extract
from research_agent.stages.lead import led_by_answer, logits_of_quotes
from research_agent.stages.status import not_said
from research_agent.stages.synthesize import Synthesis, synthesize
from research_agent.text.boundaries import TERMINATORS
from research_agent.text.fragments import claim_spans
from research_agent.text.languages import base_language
from research_agent.text.pointing import leans_back
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import content_stems
from research_agent.types import History

if TYPE_CHECKING:
    from research_agent.llm import Chat

__all__ = ["check_draft", "write_draft"]

log = logging.getLogger(__name__)
ENDS = f"{TERMINATORS}\n"
NEAREST = 2  # facts that are shown where nothing answers
ENOUGH = 3  # supported sentences of a draft that need no completing, or as many as the floor has


async def write_draft(turn: TurnContext, retrieved: Retrieved, history: History, unsaved: Unsaved) -> Draft:
    """
    Stream the draft into `unsaved`, checking its sentences; empty without evidence. A failure sets `chat_error`.

    A model that ended its reply without an answer has not failed: the draft is empty, and a line says what came.
    """
    if not retrieved.evidence or (retrieved.is_read and await turn.runtime.loads_embedded_chat()):
        return Draft("")  # as `_worth_asking` would say once it is loaded
    chat = await turn.chat_ready()
    if chat is None or not _worth_asking(chat, retrieved):
        return Draft("")
    settings = turn.runtime.settings
    checker = _SentenceChecker(turn, retrieved, unsaved)

    def on_token(piece: str) -> None:
        turn.timeline.mark("first_token")
        unsaved.draft += piece
        turn.timeline.emit(Token(piece))
        checker.add(piece)

    def on_restart() -> None:
        unsaved.draft = ""
        turn.timeline.emit(Token("", restarts=True))
        checker.restart()

    try:
        with turn.timeline.span("synthesize"):
            draft = await synthesize(
                retrieved.question,
                retrieved.evidence,
                history=history,
                finding=retrieved.finding,  # empty when the analysis is not ready
                chat=chat,
                timeout=settings.chat.timeout,
                on_token=on_token,
                on_restart=on_restart,
                lang=turn.lang,
                today=turn.now.date(),
            )
    except EmptyReplyError as error:
        unsaved.draft = ""
        turn.note(f"{error.message} {error.hint}")
        return Draft("", checker.floor)
    except ChatError as error:
        log.info("the draft failed", exc_info=error)
        turn.chat_error = error
        return Draft(unsaved.draft, checker.floor)
    finally:
        await checker.close()
    unsaved.draft = draft.text
    _note_losses(turn, draft, llm.context_size(chat))
    return Draft(draft.text, checker.floor)


def _worth_asking(chat: Chat, retrieved: Retrieved) -> bool:
    """
    Whether the model is asked for a draft.

    A small one cannot find an answer that no sentence gives. The embedded one only copies, and what it adds is wrong as
    often as right: where a reader says which sentences answer, those are shown.
    """
    if retrieved.answers < ANSWERS:
        return llm.is_large(chat)
    return not (retrieved.is_read and llm.is_embedded(chat))


def _note_losses(turn: TurnContext, draft: Synthesis, context: int) -> None:
    if draft.left_out:
        turn.note(remarks.DRAFT_REPEATED_ORDERS(text=draft.left_out))
    if draft.dropped:
        passages = len(draft.evidence) + draft.dropped
        turn.note(remarks.PASSAGES_LEFT_OUT(dropped=draft.dropped, passages=passages, tokens=f"{context:,}"))


class _SentenceChecker:
    """Task that makes the floor and then, provisionally, checks each whole sentence while the model writes."""

    def __init__(self, turn: TurnContext, retrieved: Retrieved, unsaved: Unsaved) -> None:
        self.floor: Checked | None = None
        self._turn, self._retrieved, self._unsaved = turn, retrieved, unsaved
        self._begun = asyncio.Event()
        self._ended, self._whole, self._count = False, asyncio.Event(), 0
        self._task = turn.group.create_task(self._check())

    def add(self, piece: str) -> None:
        """Note a piece of the draft: the first one behind the end of a sentence makes that one whole."""
        self._begun.set()
        if self._ended:
            self._whole.set()
        self._ended = any(mark in ENDS for mark in piece)

    def restart(self) -> None:
        """Forget the sentences so far: the draft begins again."""
        self._count, self._ended = 0, False
        self._whole.clear()

    async def close(self) -> None:
        """Stop checking."""
        self._task.cancel()
        await asyncio.wait({self._task})

    async def _check(self) -> None:
        await self._begun.wait()  # until then the processors are the model's, which reads its prompt
        self.floor = await make_floor(self._turn, self._retrieved)
        while True:
            await self._whole.wait()
            self._whole.clear()
            sentences = _whole_sentences(self._unsaved.draft)
            # All are to be in it, in order.
            checked = await checked_by_evidence(self._turn, self._retrieved, sentences, keep=True)
            if self._unsaved.draft.startswith(sentences):  # else the draft began again meanwhile
                self._count = tell_sentences(self._turn, checked, self._count)


def _whole_sentences(draft: str) -> str:
    """The sentences of an unfinished draft that are whole: the last is not until another has begun."""
    spans = sentence_spans(draft)
    return draft[: spans[-2][1]] if len(spans) > 1 else ""


async def check_draft(turn: TurnContext, retrieved: Retrieved, draft: Draft) -> CheckedDraft:
    """Check the draft: its supported sentences are the answer; the floor is, or completes it, where they say less."""
    with turn.timeline.span("cite"):
        turn.timeline.emit(Drafted(draft.text))
        result, told = await _computed_first(turn, retrieved), 0
        if result is None and not draft.text and await is_the_answer(turn, retrieved):
            floor, told = await tell_floor(turn, retrieved)
            result = CheckedDraft(floor, "floor") if floor.supported else None
        if result is None:
            floor, told = draft.floor or await make_floor(turn, retrieved), 0
            result = await _answer_first(turn, retrieved, await _fill(turn, retrieved, draft, floor), floor)
        tell_sentences(turn, result.checked, told)
        await tell_unanswered(turn, retrieved, _supported_sentences(result.checked) if result.answered else ())
        return result._replace(answer_span=await _answer_span(turn, retrieved, result))


async def _computed_first(turn: TurnContext, retrieved: Retrieved) -> CheckedDraft | None:
    """The computed sentence and those that it rests on, when the question asks for one that can be computed."""
    computed = await compute(turn, retrieved)
    if computed is None:
        return None
    retrieved.judged.update(computed.judged)
    text = "\n\n".join([computed.sentence, " ".join(computed.rests_on)])
    checked = await checked_by_evidence(turn, retrieved, text, keep=False)
    first = min((cited.sentence for cited in checked.citations), default=None)
    if first != computed.computation.sentence:  # split, or taken for a heading: it would not be what was computed
        return None
    return CheckedDraft(checked, "floor", computed=(computed.computation,))


async def _fill(turn: TurnContext, retrieved: Retrieved, draft: Draft, floor: Checked) -> CheckedDraft:
    """What stays of the draft, completed; the floor when no sentence of it is supported."""
    if not draft.text.strip() or turn.chat_error is not None:
        return CheckedDraft(floor, "floor")
    draft = draft._replace(text=await _reviewed(turn, retrieved, draft.text))
    checked = await checked_by_evidence(turn, retrieved, draft.text, keep=turn.keep_unsupported)
    if not checked.supported:
        turn.note(remarks.DRAFT_NOT_VERIFIED())
        if turn.keep_unsupported and floor.supported:
            kept = await _with_more(turn, retrieved, draft, " ".join(_supported_sentences(floor)))
            return CheckedDraft(replace(kept, sentences=checked.sentences), "floor")
        removed = tuple(replace(one, sentence=None) for one in checked.removed)
        return CheckedDraft(replace(floor, removed=removed, sentences=checked.sentences), "floor")
    if checked.supported < min(ENOUGH, floor.supported):
        checked = await _complete(turn, retrieved, draft, checked, floor)
    return CheckedDraft(checked, "model")


async def _answer_first(turn: TurnContext, retrieved: Retrieved, result: CheckedDraft, floor: Checked) -> CheckedDraft:
    """The answer with a sentence that answers in front; the nearest facts when neither draft nor sources answer."""
    said = _supported_sentences(result.checked)
    rerank = await turn.rerank_ready()
    if rerank is None or not retrieved.is_read:
        return result
    if not said:
        return CheckedDraft(await _nearest(turn, retrieved), "floor", answered=False)
    answers = retrieved.answers
    if result.answer_from == "model":
        ((*logits,),) = await rerank([(retrieved.question, "", tuple(said))])
        if max(logits) >= ANSWERS:
            return await _led(turn, retrieved, result, said)
        if answers >= ANSWERS:
            turn.note(remarks.DRAFT_OFF_THE_QUESTION())
            text = f"{_supported_sentences(floor)[0]}\n\n{result.checked.text}"
            return result._replace(checked=await checked_by_evidence(turn, retrieved, text, keep=turn.keep_unsupported))
    return result if answers >= ANSWERS else CheckedDraft(await _nearest(turn, retrieved), "floor", answered=False)


async def _led(turn: TurnContext, retrieved: Retrieved, result: CheckedDraft, said: Sequence[str]) -> CheckedDraft:
    """The draft with the sentence in front that answers by the source's words it rests on, where its first does not."""
    if turn.keep_unsupported:
        return result
    logits = logits_of_quotes(result.checked.text, result.checked.citations, retrieved.evidence)
    text = without_marks(result.checked.text)
    led = led_by_answer(text, said, [logits[sentence] for sentence in said], least=ANSWERS)
    if led == text:
        return result
    checked = await checked_by_evidence(turn, retrieved, led, keep=False)
    removed = tuple(replace(one, sentence=None) for one in result.checked.removed)
    return result._replace(checked=replace(checked, removed=removed, sentences=result.checked.sentences))


async def _answer_span(turn: TurnContext, retrieved: Retrieved, result: CheckedDraft) -> tuple[int, int] | None:
    """The words of the first supported sentence that answer, as a span of the text."""
    rerank = await turn.rerank_ready()
    first = min(result.checked.citations, key=lambda cited: cited.sentence, default=None)
    if rerank is None or first is None or not result.answered or result.computed:
        return None
    start, end = first.sentence
    span = await answer_span(retrieved.first_question, first.title, result.checked.text[start:end], rerank)
    return None if span is None else (start + span[0], start + span[1])


async def _nearest(turn: TurnContext, retrieved: Retrieved) -> Checked:
    """The line that says what no source says, and below it the nearest facts, of what the question names if it can."""
    asked = set(content_stems(retrieved.question))
    named = [len(asked & set(content_stems(item.passage.document.title))) for item in retrieved.evidence]
    nearest = [item for item, count in zip(retrieved.evidence, named, strict=True) if count == max(named)]
    before = without_marks(retrieved.said)
    text = await extract(
        retrieved.question, nearest, lang=base_language(turn.lang), embed=turn.embed, most=NEAREST,
        preceding=[before[start:end] for start, end in sentence_spans(before)],
    )  # fmt: skip
    sentences = [text[start:end] for start, end in sentence_spans(text)]
    facts = [sentence for sentence in sentences if not leans_back(sentence)]
    checked = await checked_by_evidence(turn, retrieved, "\n\n".join(facts), keep=False)
    related = f"\n\n{remarks.RELATED()}\n\n" if checked.text else ""
    return shifted(checked, f"{not_said(turn.question)}{related}")


async def _reviewed(turn: TurnContext, retrieved: Retrieved, draft: str) -> str:
    """The draft without marks, with repaired sentences; second opinions are among the judgements of the turn."""
    text = without_marks(draft)
    await checked_by_evidence(turn, retrieved, text, keep=True)  # judges what is not judged yet
    by_evidence = partial(judge, evidence=retrieved.evidence, embed=turn.embed)
    spans = [span for span in claim_spans(text) if text[slice(*span)] in retrieved.judged]
    return await review(turn, text, spans, retrieved.judged, evidence=retrieved.evidence, judge=by_evidence)


async def _complete(turn: TurnContext, retrieved: Retrieved, draft: Draft, checked: Checked, floor: Checked) -> Checked:
    """The draft with sentences of the sources behind it that it does not say; never less than the floor says."""
    said = _supported_sentences(checked)
    more = await extract(
        retrieved.question, retrieved.evidence, lang=base_language(turn.lang), embed=turn.embed, preceding=said
    )
    completed = await _with_more(turn, retrieved, draft, more) if more else checked
    if completed.supported < min(ENOUGH, floor.supported):  # too much of the floor resembles what is said
        more = " ".join(sentence for sentence in _supported_sentences(floor) if sentence not in said)
        completed = await _with_more(turn, retrieved, draft, more)
    turn.note(remarks.DRAFT_TOO_SHORT())
    return replace(completed, removed=completed.removed[: len(checked.removed)], sentences=checked.sentences)


async def _with_more(turn: TurnContext, retrieved: Retrieved, draft: Draft, more: str) -> Checked:
    return await checked_by_evidence(turn, retrieved, f"{draft.text}\n\n{more}", keep=turn.keep_unsupported)


def _supported_sentences(checked: Checked) -> list[str]:
    """The supported sentences, in order."""
    return [checked.text[start:end] for start, end in dict.fromkeys(cited.sentence for cited in checked.citations)]
