"""The floor, which is the sources' own sentences, and the check of a text by the evidence of the turn."""

from __future__ import annotations

from dataclasses import replace

from research_agent.events import SentenceChecked
from research_agent.pipeline.state import ANSWERS, Retrieved, TurnContext
from research_agent.stages.cite import Checked, cite
from research_agent.stages.extract import extract
from research_agent.text.languages import base_language
from research_agent.text.sentences import sentence_spans
from research_agent.types import Verdict

__all__ = ["checked_by_evidence", "is_the_answer", "make_floor", "tell_floor", "tell_sentences"]

OF_A_PART = 2  # sentences that answer one of several questions


async def checked_by_evidence(turn: TurnContext, retrieved: Retrieved, text: str, *, keep: bool) -> Checked:
    """Check a text by the evidence of the turn; no sentence is judged twice."""
    flags = turn.runtime.settings.flags
    return await cite(
        text,
        retrieved.evidence,
        embed=turn.embed,
        entail=await turn.entail_ready(),
        strict=flags.strict,
        keep_unsupported=keep,
        judged=retrieved.judged,
    )


async def make_floor(turn: TurnContext, retrieved: Retrieved) -> Checked:
    """The floor, checked."""
    return await _checked_floor(turn, retrieved, await _floor_text(turn, retrieved))


async def _floor_text(turn: TurnContext, retrieved: Retrieved) -> str:
    """The sentences that answer; of several questions in one, those of each in a paragraph of its own."""
    if not retrieved.answered_parts:
        return await _extracted(turn, retrieved)
    paragraphs: list[str] = []
    for part in retrieved.answered_parts:
        text = await extract(part.question, part.evidence, embed=turn.embed, most=OF_A_PART)
        spans = sentence_spans(text)
        if spans and not any(text[slice(*spans[0])] in said for said in paragraphs):  # else it is answered above
            paragraphs.append(text)
    return "\n\n".join(paragraphs)


async def _extracted(turn: TurnContext, retrieved: Retrieved) -> str:
    return await extract(retrieved.question, retrieved.evidence, lang=base_language(turn.lang), embed=turn.embed)


async def _checked_floor(turn: TurnContext, retrieved: Retrieved, text: str) -> Checked:
    checked = await checked_by_evidence(turn, retrieved, text, keep=False)
    return replace(checked, removed=())  # none of a model's sentences is in it


async def is_the_answer(turn: TurnContext, retrieved: Retrieved) -> bool:
    """Whether the floor answers as it is: a sentence of it does, or no reader says that none does."""
    return retrieved.answers >= ANSWERS or await turn.rerank_ready() is None


async def tell_floor(turn: TurnContext, retrieved: Retrieved) -> tuple[Checked, int]:
    """The floor, its first sentence told as soon as it is checked, and how many were told."""
    text = await _floor_text(turn, retrieved)
    spans = sentence_spans(text)
    told = 0
    if len(spans) > 1:
        first = await checked_by_evidence(turn, retrieved, text[: spans[0][1]], keep=False)
        told = tell_sentences(turn, first, 0) if first.supported else 0
    return await _checked_floor(turn, retrieved, text), told


def tell_sentences(turn: TurnContext, checked: Checked, first: int) -> int:
    """Emit `SentenceChecked` for each sentence of the text from the `first`th on; gives how many there are."""
    verdicts: dict[tuple[int, int], Verdict] = {cited.sentence: "supported" for cited in checked.citations}
    for span in checked.unsupported:
        verdicts[span] = "partly" if span in checked.partly else "unsupported"
    verdicts |= {one.sentence: one.verdict for one in checked.removed if one.sentence is not None}
    for span in sorted(verdicts)[first:]:
        cited = tuple(citation for citation in checked.citations if citation.sentence == span)
        turn.timeline.emit(SentenceChecked(checked.text[slice(*span)], cited, verdicts[span]))
    return len(verdicts)
