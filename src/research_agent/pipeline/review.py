"""
Review of a judged draft by the user's own chat model: a second opinion on what is uncertain, a repair of what fell out.

Two calls at most, only of a large model, and together in no more time than the answer took until then. Whatever goes
wrong with them leaves the judge's verdicts as they are: the turn says so in its timings, and goes on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from research_agent.grounding import Judgement
from research_agent.messages import remarks
from research_agent.pipeline.state import TurnContext
from research_agent.stages.repair import Rewriting, fallen, repair
from research_agent.stages.second_opinion import open_questions, second_opinion
from research_agent.types import Evidence

if TYPE_CHECKING:
    from research_agent.llm import Chat

__all__ = ["review"]

SECONDS = 3.0  # of each call, at most

Judge = Callable[[Sequence[str]], Awaitable[Sequence[Judgement]]]


async def review(
    turn: TurnContext,
    text: str,
    spans: Sequence[tuple[int, int]],
    judged: dict[str, Judgement],
    *,
    evidence: Sequence[Evidence],
    judge: Judge,
) -> str:
    """
    The text with repaired sentences in place of those that fell out; `judged`, by sentence, gets the new judgements.

    `spans` are the sentences of the text. The setting `judge` says how much the model is asked; with "own", nothing.
    """
    chat = await _reviewer(turn)
    if chat is None:
        return text
    begun = turn.timeline.now()
    sentences = [text[start:end] for start, end in spans]
    await _ask_opinion(turn, chat, sentences, judged, seconds=min(SECONDS, begun))
    seconds = min(SECONDS, 2 * begun - turn.timeline.now())
    for at, rewriting in (await _ask_repair(turn, chat, sentences, judged, evidence, judge, seconds)).items():
        judged[rewriting.text] = rewriting.judgement
        sentences[at] = rewriting.text
    return _replaced(text, spans, sentences)


async def _reviewer(turn: TurnContext) -> Chat | None:
    """The turn's chat model, if it is to judge and large enough to."""
    return None if turn.runtime.settings.chat.judge == "own" else await turn.large_chat_ready()


async def _ask_opinion(
    turn: TurnContext, chat: Chat, sentences: Sequence[str], judged: dict[str, Judgement], *, seconds: float
) -> None:
    """Put the judgements after the second opinion into `judged`."""
    every = turn.runtime.settings.chat.judge == "model"
    distinct = list(dict.fromkeys(sentences))
    judgements = [judged[sentence] for sentence in distinct]
    if not open_questions(distinct, judgements, every=every):
        return
    with turn.timeline.span("second_opinion"):
        opinion = await second_opinion(distinct, judgements, chat=chat, seconds=seconds, every=every)
    _mark(turn, "second_opinion", opinion.outcome)
    judged.update(zip(distinct, opinion.judgements, strict=True))


async def _ask_repair(
    turn: TurnContext,
    chat: Chat,
    sentences: Sequence[str],
    judged: Mapping[str, Judgement],
    evidence: Sequence[Evidence],
    judge: Judge,
    seconds: float,
) -> Mapping[int, Rewriting]:
    """The rewritings that the judge supports, by the position of the sentence they replace."""
    judgements = [judged[sentence] for sentence in sentences]
    if seconds <= 0 or not fallen(sentences, judgements):
        return {}
    with turn.timeline.span("repair"):
        repaired = await repair(sentences, judgements, evidence, chat=chat, judge=judge, seconds=seconds)
    _mark(turn, "repair", repaired.outcome)
    if count := len(repaired.rewritings):
        turn.note(remarks.REWRITTEN(n=count))
    return repaired.rewritings


def _mark(turn: TurnContext, call: str, outcome: str) -> None:
    """Leave in the timings that a call came to nothing, and why."""
    if outcome != "answered":
        turn.timeline.mark(f"{call}_{outcome.replace(' ', '_')}")


def _replaced(text: str, spans: Sequence[tuple[int, int]], sentences: Sequence[str]) -> str:
    """The text with the sentences in place of its spans."""
    pieces, at = [], 0
    for (start, end), sentence in zip(spans, sentences, strict=True):
        pieces += [text[at:start], sentence]
        at = end
    return "".join([*pieces, text[at:]])
