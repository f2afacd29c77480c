"""
Extractive answer, made without a model: the sentences of the evidence that answer best, verbatim.

The first sentence is the one that answers, by the reader; what belongs to it follows in reading order. Without a reader
likeness to the question decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from research_agent.text.fragments import is_heading, states_nothing
from research_agent.text.injection import is_order, order_spans, unlinked
from research_agent.text.pointing import CONNECTIVES, PLACES, is_of_several, leans_back, names_by_kind, subject
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import content_stems, jaccard, words
from research_agent.types import Document, Embed, Evidence

__all__ = ["AS_WELL", "BELONGS", "SITE", "extract"]

REPEATED = 0.6  # share of stems in common from which a sentence says the same as a chosen one
CLOSE = 0.6  # of the best fit: what fits less is left out, without a reader
BEHIND = 3.0  # logits behind the best sentence from which another of its document is left out, with a reader
BELONGS = -1.0  # logit below which one is off topic, however little the best has
AS_WELL = 1.0  # logits behind the best sentence to which one of another document answers as well
SHORTEST = 4  # words
# "This ..." is more than the subject of the text, "However, it ..." goes on with what was said before.
NOT_ITS_SUBJECT = (
    frozenset("this that these those such another both him them hers theirs".split()) | CONNECTIVES | PLACES
)
SITE = re.compile(r"\s+[|–—·•»-]\s+")  # in a page's title: what is behind it is mostly the site's name
LONGEST_SUBJECT = 8  # words of a title that stands before a sentence


class Weights(NamedTuple):
    """
    Weights of a sentence's fit where no reader reads: cosine with the question, the share of its words.

    `opening` is added to the sentence that opens its document, `named` where the question names the document's title,
    `alone` to the opening where it names nothing else: "Qu'est-ce que la démocratie ?".
    """

    cosine: float = 0.8
    words: float = 0.2
    opening: float = 0.0
    named: float = 0.0
    alone: float = 0.0


OF_OTHER_LANGUAGES = Weights(cosine=0.5, words=0.6, opening=0.15, named=0.05, alone=0.3)
"""English vectors tell less there, shared words and the sentence that says what a thing is tell more."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """
    Sentence of a document; `rank` is that of its document's best evidence, `fit` how well it answers.

    `is_read` says whether the fit is the reader's logit.
    """

    rank: int
    document: Document
    start: int
    text: str
    is_order: bool
    fit: float = 0.0
    is_read: bool = False
    lang: str = "en"
    is_heading: bool = False

    @property
    def states_nothing(self) -> bool:
        """Whether it asks, heads what is below it, or is the title once more."""
        return self.is_heading or states_nothing(self.document.title, self.text)

    @property
    def points_back(self) -> bool:
        """Whether it would mislead without the sentence before it."""
        return leans_back(self.text)

    @property
    def alone(self) -> str:
        """The sentence as it can stand first: behind its document's title when that is what its pronoun stands for."""
        title = SITE.split(self.document.title)[0]
        if (
            self.lang != "en"
            and title
            and not frozenset(content_stems(title, self.lang)) & frozenset(content_stems(self.text, self.lang))
        ):
            return f"{title}: {self.text}" if unlinked(title) == title and not is_order(title) else self.text
        if not self.points_back or not 0 < len(title.split()) <= LONGEST_SUBJECT:
            return self.text
        is_more = words(self.text)[0] in NOT_ITS_SUBJECT or is_of_several(self.text)
        if unlinked(title) != title or is_order(title) or is_more:
            return self.text
        before = [self.document.text[slice(*span)] for span in sentence_spans(self.document.text[: self.start])]
        naming = (text for text in reversed(before) if not leans_back(text) and not names_by_kind(text, before[0]))
        named = next((subject(text)[0] for text in naming), frozenset())
        return f"{title.rstrip(' :.')}: {self.text}" if named & frozenset(content_stems(title)) else self.text


async def extract(
    question: str,
    evidence: Sequence[Evidence],
    *,
    embed: Embed | None = None,
    most: int = 5,
    preceding: Sequence[str] = (),
    lang: str = "en",
) -> str:
    """
    Extract the floor: at most `most` sentences, the one that answers best first, then the others in reading order.

    What repeats one of the `preceding` sentences is left out. Every sentence is a verbatim slice of a stored text, so
    `cite` ties each to its exact place; one that points back ("She ...") stands first only behind its document's title,
    and else only behind another of its document. One that gives orders to whoever answers is taken only when there is
    nothing else. Empty without evidence.
    """
    candidates = await _fitted(question, _sentences(evidence), embed, lang)
    stating = [sentence for sentence in candidates if not sentence.states_nothing] or candidates
    sentences = [sentence for sentence in stating if not sentence.is_order] or stating
    if not sentences:
        return ""
    chosen = _chosen(sentences, most, preceding)
    if preceding:
        return _joined(sentence.text for sentence in _standing(_in_order(chosen)))
    if not chosen:
        return ""
    best, others = chosen[0], _in_order(chosen[1:])
    if best.points_back and best.alone == best.text:
        standing = _standing(_in_order(chosen)) or _openings(sentences)
        best = next((sentence for sentence in chosen if not sentence.points_back), standing[0])
        others = [sentence for sentence in standing if sentence is not best]
    others = sorted(others, key=lambda sentence: sentence.rank != best.rank)  # stable: its own document first
    # The best stands, by its title or its own words; what points back stands behind another of its document.
    following = _standing([replace(best, text=best.alone), *others])[1:]
    return _joined([best.alone, *(sentence.text for sentence in following)])


def _joined(sentences: Iterable[str]) -> str:
    """Sentences one behind another; what would run on, such as the row of a table, ends its line."""
    text, last = "", ""
    for sentence in sentences:
        runs_on = len(sentence_spans(f"{last} {sentence}")) < len(sentence_spans(last)) + len(sentence_spans(sentence))
        text += ("\n" if runs_on else " ") + sentence
        last = sentence
    return text.strip()


def _chosen(sentences: Sequence[_Sentence], most: int, preceding: Sequence[str]) -> list[_Sentence]:
    """The sentences that answer, best first, none that says what another does."""
    ordered = sorted(sentences, key=lambda sentence: (-sentence.fit, sentence.rank))
    best = ordered[0]
    chosen: list[_Sentence] = []
    for sentence in ordered:
        if len(chosen) == most or (chosen and sentence.fit < _least(best, sentence)):
            continue
        if not _repeats(sentence, [*preceding, *(other.text for other in chosen)]):
            chosen.append(sentence)
    return chosen


def _least(best: _Sentence, sentence: _Sentence) -> float:
    """The fit from which a sentence belongs to what the best one says."""
    if not best.is_read:
        return CLOSE * best.fit
    if sentence.rank == best.rank:
        return max(best.fit - BEHIND, BELONGS)
    return max(best.fit - AS_WELL, 0.0)


def _in_order(chosen: Sequence[_Sentence]) -> list[_Sentence]:
    """Sentences in reading order: by document, then by place."""
    return sorted(chosen, key=lambda sentence: (sentence.rank, sentence.start))


def _sentences(evidence: Sequence[Evidence]) -> list[_Sentence]:
    ranks: dict[str, int] = {}
    sentences = {}
    for item in evidence:
        passage = item.passage
        rank = ranks.setdefault(passage.document.id, len(ranks))
        orders = order_spans(passage.document.text, passage.start, passage.end)
        logits = {(start, end): logit for start, end, logit in item.sentences}
        for start, end in sentence_spans(passage.text):
            text = passage.text[start:end]
            if len(words(text)) >= SHORTEST and "\n" not in text:
                at = passage.start + start
                logit = logits.get((at, passage.start + end))
                is_order_here = (start, end) in orders
                sentences[passage.document.id, at] = _Sentence(
                    rank, passage.document, at, text, is_order_here, logit or 0.0, logit is not None,
                    is_heading=is_heading(passage.document.text, at, passage.start + end),
                )  # fmt: skip
    return list(sentences.values())


def _repeats(sentence: _Sentence, others: Sequence[str]) -> bool:
    stems = content_stems(sentence.text)
    return any(jaccard(stems, content_stems(other)) >= REPEATED for other in others)


def _standing(chosen: Sequence[_Sentence]) -> list[_Sentence]:
    """The chosen sentences without those that refer to one that was not chosen."""
    standing: list[_Sentence] = []
    for sentence in chosen:
        if not sentence.points_back or (standing and standing[-1].rank == sentence.rank):
            standing.append(sentence)
    return standing


def _openings(sentences: Sequence[_Sentence]) -> list[_Sentence]:
    """The best document's first two sentences, for when all that fits points back."""
    best = sorted((sentence for sentence in sentences if sentence.rank == 0), key=lambda sentence: sentence.start)
    return best[:2]


async def _fitted(question: str, sentences: list[_Sentence], embed: Embed | None, lang: str) -> list[_Sentence]:
    """The sentences with their fit: by the reader, which has read all or none; else by meaning and shared words."""
    if not sentences or all(sentence.is_read for sentence in sentences):
        return sentences
    terms = set(content_stems(question, lang))
    weights = Weights() if lang == "en" else OF_OTHER_LANGUAGES
    # In other languages a sentence seldom repeats its subject, and no vector of theirs makes up for it.
    texts = [one.text if lang == "en" else f"{one.document.title}. {one.text}" for one in sentences]
    titles = [set(content_stems(one.document.title, lang)) for one in sentences]
    shares = [len(terms & set(content_stems(text, lang))) / max(len(terms), 1) for text in texts]
    near = shares
    if embed is not None:
        vectors = await embed([question, *texts])
        near = [float(cosine) for cosine in vectors[1:] @ vectors[0]]
    fits = [
        weights.cosine * cosine
        + weights.words * share
        + weights.opening * (one.start == 0)
        + weights.named * (bool(title) and terms >= title)
        + weights.alone * (one.start == 0 and terms == title)
        for one, title, cosine, share in zip(sentences, titles, near, shares, strict=True)
    ]
    return [replace(one, fit=fit, lang=lang, is_read=False) for one, fit in zip(sentences, fits, strict=True)]
