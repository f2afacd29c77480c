"""
Repair: sentences that fell out are rewritten from the evidence by the model, once, in one call.

A rewriting is only a proposal: the judge of the draft judges it like any other sentence, and it is taken if supported.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from research_agent import llm, prompts
from research_agent.errors import ChatError
from research_agent.grounding import Judgement
from research_agent.text.injection import order_spans, unlinked
from research_agent.text.json_fields import Json, text_of
from research_agent.text.sanitize import clean, printable
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import content_stems, words
from research_agent.types import Evidence

if TYPE_CHECKING:
    from research_agent.llm import Chat

__all__ = ["MOST", "Outcome", "Repaired", "Rewriting", "fallen", "repair"]

Outcome = Literal["nothing to ask", "answered", "late", "failed", "unreadable"]
Judge = Callable[[Sequence[str]], Awaitable[Sequence[Judgement]]]

MOST = 6  # sentences in one call
LONGEST = 600  # characters of a sentence, before and after
TOKENS, MARGIN = 96, 64  # of the reply for each sentence; of the chat template and the braces
SHARE = 2  # of the context, at most a half holds evidence: what is further down was hardly what the draft meant
SAME = 0.85  # share of a sentence's stems in another from which it says nothing more
MARKED = re.compile(r"[\[\]【】［］]|\(\s*e\s?\d")  # keys and marks, which only the check may set
# A sentence that is put in another's place must not point back: what stands before it may be about something else.
POINTING = frozenset("it its he his she her they them their this that these those there here such".split())


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A sentence in the place of another, and its judgement, which is `supported`."""

    text: str
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Repaired:
    """The rewritings by the position of the sentence they replace, how many were asked for, and how the call went."""

    rewritings: Mapping[int, Rewriting] = field(default_factory=dict)
    asked: int = 0
    outcome: Outcome = "nothing to ask"


def fallen(sentences: Sequence[str], judgements: Sequence[Judgement]) -> list[int]:
    """Positions of the sentences that fell out and can be rewritten, the first `MOST`."""
    return [
        at
        for at, (sentence, judgement) in enumerate(zip(sentences, judgements, strict=True))
        if judgement.verdict in {"unsupported", "contradicted"} and _can_be_sent(sentence)
    ][:MOST]


async def repair(
    sentences: Sequence[str],
    judgements: Sequence[Judgement],
    evidence: Sequence[Evidence],
    *,
    chat: Chat,
    judge: Judge,
    seconds: float,
) -> Repaired:
    """
    Rewrite the unsupported and contradicted sentences, the first `MOST` of them, from the evidence.

    At most `seconds` are spent on the call; a late or broken reply repairs nothing. Evidence is sent without what gives
    orders to a model, and from the top as far as it fits.
    """
    positions = fallen(sentences, judgements)
    if not positions or not evidence:
        return Repaired()
    reply, outcome = await _ask([sentences[at] for at in positions], evidence, chat, seconds)
    stay = [sentence for sentence, one in zip(sentences, judgements, strict=True) if one.verdict == "supported"]
    proposals = _proposals(reply, positions, stay)
    judged = await judge(list(proposals.values())) if proposals else ()
    rewritings = {
        at: Rewriting(text, judgement)
        for (at, text), judgement in zip(proposals.items(), judged, strict=True)
        if judgement.verdict == "supported"
    }
    return Repaired(rewritings, len(positions), outcome)


def _can_be_sent(sentence: str) -> bool:
    return bool(words(sentence)) and len(sentence) <= LONGEST and not order_spans(sentence)


async def _ask(
    sentences: Sequence[str], evidence: Sequence[Evidence], chat: Chat, seconds: float
) -> tuple[Json, Outcome]:
    texts = list(filter(None, map(_without_orders, evidence)))
    limit, bare = TOKENS * len(sentences) + MARGIN, prompts.repair(sentences, ())
    try:
        fixed, *sizes = await llm.count_tokens(chat, [f"{bare.system}\n{bare.user}", *texts])
    except ChatError:
        return {}, "failed"
    context = llm.context_size(chat)
    fitting = _leading(sizes, min(context // SHARE, context - limit - fixed - MARGIN))
    if not fitting:
        return {}, "nothing to ask"
    reply = await llm.ask_json(chat, prompts.repair(sentences, texts[:fitting]), max_tokens=limit, seconds=seconds)
    return reply.content, reply.outcome


def _without_orders(item: Evidence) -> str:
    """Text of a passage without the sentences that give orders to a model."""
    passage = item.passage
    orders = order_spans(passage.document.text, passage.start, passage.end)
    spans = [span for span in sentence_spans(passage.text) if span not in orders]
    return " ".join(passage.text[start:end] for start, end in spans)


def _leading(sizes: Sequence[int], room: int) -> int:
    """How many of the first items fit; each costs a line's overhead besides its tokens."""
    used = 0
    for place, size in enumerate(sizes):
        used += size + 4
        if used > room:
            return place
    return len(sizes)


def _proposals(reply: Json, positions: Sequence[int], stay: Sequence[str]) -> dict[int, str]:
    """Rewritings that can stand in the text, by position: one plain sentence each, and none that says another again."""
    said = [frozenset(content_stems(sentence)) for sentence in stay]
    proposals: dict[int, str] = {}
    for number, at in enumerate(positions, 1):
        text = " ".join(clean(text_of(reply.get(str(number)))).split())
        stems = frozenset(content_stems(text))
        again = any(len(stems & other) >= SAME * len(stems) for other in said)
        if _can_stand(text) and stems and not again:
            proposals[at] = text
            said.append(stems)
    return proposals


def _can_stand(text: str) -> bool:
    """Whether it is one sentence with an end, without links, marks and escapes, which does not point back."""
    return (
        _can_be_sent(text)
        and sentence_spans(text) == [(0, len(text))]
        and text[-1] in ".!?。！？"
        and unlinked(printable(text)) == text
        and not MARKED.search(text)
        and words(text)[0] not in POINTING
    )
