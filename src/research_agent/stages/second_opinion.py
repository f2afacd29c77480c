"""
Second opinion: the user's own chat model judges the sentences that the judge is uncertain of, all in one call.

The reply can only choose among verdicts. A sentence with a rule's veto is not asked about, and a contradicted one
becomes partly supported at most, so that a model, or a page that talks it round, never overrules either. Two pairs
whose verdict is known stand among the others, at places that no page can know; a reply that fails on them counts for
nothing. Text that gives orders to a model is never sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from research_agent import llm, prompts
from research_agent.grounding import UNCERTAIN, Judgement, Verdict
from research_agent.text.injection import order_spans
from research_agent.text.json_fields import Json, text_of

if TYPE_CHECKING:
    from research_agent.llm import Chat

__all__ = ["Opinion", "Outcome", "open_questions", "second_opinion"]

Outcome = Literal["nothing to ask", "answered", "late", "failed", "unreadable", "not trusted"]
Pair = tuple[str, str]  # a sentence, and the source text that may say it

MOST = 12  # sentences in one call
LONGEST = 1_600  # characters of a pair: three spans of two sentences
# Tokens: of such a pair with its verdict; of what stands around the pairs; of a verdict in the
# reply, and of what stands around the verdicts.
PAIR, AROUND, ONE_VERDICT, BRACES = 560, 700, 12, 64
VERDICTS: dict[str, Verdict] = {"yes": "supported", "partly": "partly", "no": "unsupported"}
# A model that says yes to the first, or anything else to the second, does not read, or follows somebody's orders.
FALSE: Pair = (
    "The bridge over the Arn was closed in 1931.",
    "The bridge over the Arn was opened in 1931 and closed in 1978.",
)
TRUE: Pair = (
    "In 1904 the library of Tolva moved to the old mill.",
    "Tolva's library was moved to the old mill in 1904.",
)


@dataclass(frozen=True, slots=True)
class Opinion:
    """Judgements after the second opinion, how many sentences the model was asked about, and how the call went."""

    judgements: tuple[Judgement, ...]
    asked: int = 0
    outcome: Outcome = "nothing to ask"


def open_questions(sentences: Sequence[str], judgements: Sequence[Judgement], *, every: bool = False) -> list[int]:
    """Positions of the sentences that a model may be asked about: the uncertain ones, or `every` not verbatim one."""
    return [
        at
        for at, (sentence, judgement) in enumerate(zip(sentences, judgements, strict=True))
        if _is_open(judgement, every) and _is_sendable(sentence, judgement)
    ]


async def second_opinion(
    sentences: Sequence[str], judgements: Sequence[Judgement], *, chat: Chat, seconds: float, every: bool = False
) -> Opinion:
    """
    Ask the model about the uncertain sentences, `every` one that is not verbatim if so wished, for at most `seconds`.

    Only those with quotes are asked about: a model's word without a source would be no evidence. Where the model does
    not answer in time or in form, the verdicts stay as they are.
    """
    asked = open_questions(sentences, judgements, every=every)
    nearest = sorted(asked, key=lambda at: abs(judgements[at].score - sum(UNCERTAIN) / 2))
    chosen = sorted(nearest[: _room(chat)])
    if not chosen:
        return Opinion(tuple(judgements))
    verdicts, outcome = await _ask([(sentences[at], _source(judgements[at])) for at in chosen], chat, seconds)
    changed = {at: _revised(judgements[at], verdict) for at, verdict in zip(chosen, verdicts, strict=False)}
    return Opinion(tuple(changed.get(at, one) for at, one in enumerate(judgements)), len(chosen), outcome)


def _room(chat: Chat) -> int:
    """How many pairs the model's context holds, at most `MOST`."""
    return min(MOST, max(0, llm.context_size(chat) - AROUND) // PAIR)


def _is_open(judgement: Judgement, every: bool) -> bool:
    """Whether a model's word may change the verdict."""
    settled = judgement.by == "verbatim" or judgement.veto or not judgement.quotes
    return not settled and (every or judgement.uncertain)


def _is_sendable(sentence: str, judgement: Judgement) -> bool:
    """Whether it is of a fit length, and neither sentence nor source gives orders to a model."""
    quotes = [quote for _, quote in judgement.quotes]
    fits = len(sentence) + len(_source(judgement)) <= LONGEST
    titles = dict.fromkeys(quote.document.title for quote in quotes)
    ordering = any(map(order_spans, (sentence, *titles))) or any(
        order_spans(quote.document.text, quote.start, quote.end) for quote in quotes
    )
    return fits and not ordering


def _source(judgement: Judgement) -> str:
    """The spans as the model sees them, those of a document behind its title."""
    texts: dict[str, list[str]] = {}
    for _, quote in judgement.quotes:
        texts.setdefault(quote.document.title, []).append(quote.text)
    return " ".join(f"({title}) {' ... '.join(spans)}" for title, spans in texts.items())


async def _ask(pairs: Sequence[Pair], chat: Chat, seconds: float) -> tuple[list[Verdict | None], Outcome]:
    """The model's verdict on each pair, None where it gave none; no verdicts unless it answered."""
    asked, false, true = _with_controls(pairs)
    limit = ONE_VERDICT * len(asked) + BRACES
    reply = await llm.ask_json(chat, prompts.second_opinion(asked), max_tokens=limit, seconds=seconds)
    if reply.outcome != "answered":
        return [], reply.outcome
    verdicts = [_verdict(reply.content, number) for number in range(1, len(asked) + 1)]
    if verdicts[false] in {None, "supported"} or verdicts[true] != "supported":
        return [], "not trusted"
    return [verdict for at, verdict in enumerate(verdicts) if at not in {false, true}], "answered"


def _with_controls(pairs: Sequence[Pair]) -> tuple[list[Pair], int, int]:
    """The pairs with FALSE and TRUE among them, and where those two stand, which depends on every word of the pairs."""
    digest = hashlib.sha256(repr(pairs).encode("utf-8", "backslashreplace")).digest()
    asked = list(pairs)
    asked.insert(digest[0] % (len(asked) + 1), FALSE)
    asked.insert(digest[1] % (len(asked) + 1), TRUE)
    return asked, asked.index(FALSE), asked.index(TRUE)


def _verdict(reply: Json, number: int) -> Verdict | None:
    return VERDICTS.get(text_of(reply.get(str(number))).lower().rstrip("."))


def _revised(judgement: Judgement, verdict: Verdict | None) -> Judgement:
    """The judgement with the model's verdict; what a source contradicts is partly supported at most."""
    if judgement.verdict == "contradicted" and verdict is not None:
        verdict = "contradicted" if verdict == "unsupported" else "partly"
    if verdict is None or verdict == judgement.verdict:
        return judgement
    return replace(judgement, verdict=verdict, by="model", quotes=() if verdict == "unsupported" else judgement.quotes)
