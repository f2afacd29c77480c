"""
Reading: which sentences of the candidates answer the question, in two rounds.

In the first each passage is read alone. In the second the best sentences of all are read together, each under its
title, so that the one that answers stands out from those that only seem to. What both rounds, likeness and shared words
weigh was fitted on questions that the reader was not trained on (docs/decisions/0021-the-reader.md).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from operator import mul
from typing import NamedTuple, TypeVar

from research_agent.text.answer_forms import falls_short, lacks_form, tells_effect
from research_agent.text.fragments import is_unfinished, states_nothing
from research_agent.text.tokens import content_stems, is_negated
from research_agent.types import Embed, Readable, Rerank

__all__ = ["Reading", "read", "without_stuffed"]

T = TypeVar("T")
FINALISTS = 6
SURE = 2.0  # logit of the first round: behind the first eight no better answer was seen to such a sentence
FIELD = re.compile(r"\s+in\s+")  # "a transformer in machine learning" is about a transformer
FORMLESS = 1.5  # of log-odds: a "when" without a date or a "who" without a name seldom answers
BESIDE_THE_MOST = 3.0  # of log-odds: what is next to the largest, or the largest of one place, is no answer
SAYS_NOTHING = 8.0  # of log-odds: a question, or its document's title, states nothing, however like the question it is
RESTATES, BETWEEN = 1.0, 2  # of log-odds: it says the question's words in their order, with so many others between
STUFFED = 4.0  # of log-odds: a passage that only repeats the question is like it in every word


class Weights(NamedTuple):
    """Weights of both rounds' logits, of the cosine with the question, and of the share of its words."""

    first: float
    second: float
    cosine: float
    words: float
    bias: float = 0.0

    def of(self, features: Sequence[float]) -> float:
        """The weighted sum of (first, second, cosine, words)."""
        total: float = self.bias + sum(map(mul, self, features))
        return total


# Which finalist answers best: softmax over the finalists of 638 questions with one article each.
ORDER = Weights(first=0.285, second=0.385, cosine=2.02, words=0.55)
# Whether the best one answers: logistic regression over 458 questions, 0 at one in five, since a question that is
# answered and refused is the worse of two errors: what is shown is a source's own sentence.
DECISION = Weights(first=0.70, second=0.01, cosine=2.43, words=2.41, bias=-1.85)


class Reading(NamedTuple):
    """
    Logits of the sentences of each item: of the `first` round, and at the `end`.

    An end logit above 0 means that the sentence answers; those of the first round say how near a passage is.
    """

    first: list[list[float]]
    end: list[list[float]]


async def read(
    items: Sequence[Readable],
    rerank: Rerank,
    *,
    embed: Embed | None = None,
    stuffed: Collection[int] = (),
    few: int = 0,
) -> Reading:
    """
    Read items, all of one question. Without `embed` shared words stand in for likeness.

    `stuffed` are the positions of items whose page repeats the question (`text.stuffing`). When one of the first `few`
    surely answers, the others are not read, and the reading is of those alone.
    """
    first = [list(row) for row in await rerank(items[:few] or items)]
    if len(first) < len(items) and not _surely_answers(first, items, stuffed):
        first += [list(row) for row in await rerank(items[len(first) :])]
    end = [list(row) for row in first]
    places = [(row, at) for row, one in enumerate(first) for at in range(len(one))]
    empty = frozenset((row, at) for row, at in places if states_nothing(items[row][1], items[row][2][at]))
    if not places:
        return Reading(first, end)
    question = items[0][0]
    formless = {
        (row, at): _penalty(question, _under_title(items[row], at)) - RESTATES * _restates(question, items[row][2][at])
        for row, at in places
    }
    finalists = sorted(
        places,
        key=lambda place: (place in empty, place[0] in stuffed, formless[place] - first[place[0]][place[1]]),
    )[:FINALISTS]
    texts = [_under_title(items[row], at) for row, at in finalists]
    (second,) = await rerank([(question, "", tuple(texts))])
    alike = await _alike(question, texts, embed)
    features = [(first[row][at], again, *like) for (row, at), again, like in zip(finalists, second, alike, strict=True)]
    penalties = [
        formless[place]
        + FORMLESS * is_unfinished(items[place[0]][2][place[1]])
        + SAYS_NOTHING * (place in empty)
        + STUFFED * (place[0] in stuffed)
        for place in finalists
    ]
    order = [ORDER.of(one) - penalty for one, penalty in zip(features, penalties, strict=True)]
    best = max(range(len(order)), key=order.__getitem__)
    answers = DECISION.of(features[best]) - penalties[best]
    for (row, at), place in zip(finalists, order, strict=True):
        end[row][at] = answers - (order[best] - place)
    least = answers - (order[best] - min(order))
    for row, at in set(places).difference(finalists):  # what was not read again is behind all that were
        end[row][at] = min(first[row][at], least)
    for row, at in empty:
        end[row][at] = min(end[row][at], -SAYS_NOTHING)
    return Reading(first, end)


def _surely_answers(first: Sequence[Sequence[float]], items: Sequence[Readable], stuffed: Collection[int]) -> bool:
    """Whether a sentence of a page that does not merely repeat the question surely answers, by the first round."""
    return any(
        logit >= SURE and not states_nothing(items[row][1], items[row][2][at])
        for row, one in enumerate(first)
        if row not in stuffed
        for at, logit in enumerate(one)
    )


def without_stuffed(found: Sequence[T], reading: Reading, stuffed: Collection[int]) -> tuple[list[T], Reading]:
    """The candidates, and the reading of the first of them, without stuffed ones where another one answers."""
    rows = range(len(reading.end))
    if not any(max(reading.end[row], default=0.0) > 0 for row in rows if row not in stuffed):
        return list(found), reading
    kept = [row for row in rows if row not in stuffed]
    rest = [item for at, item in enumerate(found) if at not in stuffed]
    return rest, Reading([reading.first[row] for row in kept], [reading.end[row] for row in kept])


def _penalty(question: str, text: str) -> float:
    """What a text loses without the kind of words asked for, with nothing of the subject, or when it is next to it."""
    subject = set(content_stems(FIELD.split(question)[0]))
    strange = bool(subject) and not subject & set(content_stems(text))
    return FORMLESS * (lacks_form(question, text) + strange) + BESIDE_THE_MOST * (
        falls_short(question, text) or tells_effect(question, text)
    )


def _restates(question: str, sentence: str) -> bool:
    """Whether a sentence says the content words of a question in their order: "... is the currency of Japan"."""
    asked, said = content_stems(question), content_stems(sentence)
    if len(asked) < 2 or is_negated(sentence):
        return False
    for start in (at for at, one in enumerate(said) if one == asked[0]):
        window = iter(said[start : start + len(asked) + BETWEEN])
        if all(one in window for one in asked):
            return True
    return False


def _under_title(item: Readable, at: int) -> str:
    """A sentence under the title of its document."""
    _, title, sentences = item
    return f"{title}: {sentences[at]}" if title else sentences[at]


async def _alike(question: str, texts: Sequence[str], embed: Embed | None) -> list[tuple[float, float]]:
    """Cosine of the question and each text, and the share of the question's words in it."""
    terms = set(content_stems(question))
    shared = [len(terms & set(content_stems(text))) / max(len(terms), 1) for text in texts]
    if embed is None:
        return [(share, share) for share in shared]
    vectors = await embed([question, *texts])
    return [(float(cosine), share) for cosine, share in zip(vectors[1:] @ vectors[0], shared, strict=True)]
