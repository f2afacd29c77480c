"""
Source selection: which sources are asked a question, at most `MOST`, and why.

Two models tell whose question it is. `select_sources` waits for nothing: a small model tells the kinds of a question in
many languages (`encoders.question_kinds`), and rules tell what form shows: code, an address. `more_sources` compares
the question with the examples that sources declare, by their vectors, and what it finds joins the fetch when the
embedding model is there. A source too many costs time and a line in the answer, so in doubt it is left out: everything
is a general question as well. What the user named is asked whatever the question is.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from research_agent.encoders.question_kinds import probabilities
from research_agent.messages import remarks
from research_agent.sources.policy import lacks, policy_of
from research_agent.sources.protocol import Source
from research_agent.text.tokens import content_stems
from research_agent.types import Embed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["MOST", "SelectedSource", "kinds_of", "more_sources", "select_sources"]

LIBRARY = "library"

MOST = 5
"""Sources that are asked a question when the user named none, beside the library, which takes the place of none."""
OF_A_KIND = 2
"""Sources that are asked for a kind of question: what a third would find is mostly the same."""
KINDS_AT_MOST = 2
# Measured on the dev half of the labelled questions: docs/decisions/0024-choice-of-sources.md.
LIKELY, ANOTHER, SURE = 0.15, 0.25, 0.45
"""
Probability from which the likeliest kind has its best source asked, from which another has, and from which a kind has
`OF_A_KIND`.
"""
NEAR, SHARED = 0.4, 0.6
"""Cosine of a question and an example, or share of its content words there, from which it is the source's own."""

# Of the general sources the order in which they are asked while there is room: the wider first. The last are asked
# where nothing searches the web: beside it they cost three requests and more, and find little unless it is their kind.
_GENERAL_ORDER = ("web", "wikipedia", "encyclopedia")
_LAST_OF_GENERAL = ("wikidata",)
# Of those that fit a question equally well: who has most of it, or asks least of its clients.
_PREFERRED = ("arxiv", "openalex", "stackexchange")

# foo(), foo.bar(), camelCase (but no iPhone), snake_case, --option, -o, 0x1F, Error names, "Python 3", CVE numbers
CODE = re.compile(
    r"\w\(\)|\b[a-z]{2,}[A-Z]\w*|\b[A-Za-z]+_[A-Za-z_]+\b|(?<!\S)(?:--[a-z][\w-]+|-[A-Za-z]\b)|\b0x[0-9a-fA-F]+\b"
    r"|\b\w+(?:Error|Exception)\b|\b(?:java|node|pandas|python|react|rust|swift|windows) ?\d|\bCVE-\d{4}-\d{4,}\b",
)
PAPER = re.compile(r"\b10\.\d{4,9}/\S+|\barxiv:\s?\d{4}\.\d{4,5}|\bPMC?ID:?\s?\d+", re.IGNORECASE)
PAGE = re.compile(r"\bhttps?://\S+", re.IGNORECASE)

ExampleVectors = Callable[[Sequence[str]], Awaitable["NDArray[np.float32]"]]
"""Examples -> their L2-normalised vectors, float32, shape (n, dimensions)."""


class SelectedSource(NamedTuple):
    """Source to ask, and the reason why, as the end of a sentence."""

    source: Source
    why: str


def select_sources(
    question: str, sources: Sequence[Source], *, named: Sequence[str] = ()
) -> tuple[SelectedSource, ...]:
    """
    Select the sources, the best first: all when the user `named` some, else at most `MOST` that are set up.

    The sources of the likeliest kinds take turns with the general ones, so that each kind and the general question has
    one among the first three. A source that is known by its examples alone has a place kept for it (`more_sources`);
    when the question repeats the words of an example it is asked at once.
    """
    if named:
        return tuple(SelectedSource(source, remarks.CHOSEN_BY_YOU()) for source in sources)
    usable = [source for source in sources if not lacks(source)]
    scores = kind_scores(question)
    general = _general(usable)
    by_examples = [source for source in usable if _known_by_examples(source)]
    repeated = [found for source in by_examples if (found := _repeated(question, source)) is not None]
    room = MOST - (1 if by_examples and not repeated else 0)
    by_kind = (
        SelectedSource(source, _why(policy_of(source).kinds & scores.keys()))
        for source in _in_turn([*_of_kinds(usable, scores)], general)
    )
    own = [SelectedSource(source, remarks.OWN_DOCUMENTS()) for source in usable if source.name == LIBRARY]
    return (*own, *[*repeated, *dict.fromkeys(by_kind)][:room])


async def more_sources(
    question: str,
    sources: Sequence[Source],
    chosen: Sequence[tuple[Source, str]],
    *,
    embed: Embed,
    vectors: ExampleVectors,
) -> tuple[SelectedSource, ...]:
    """
    Sources that the question is for by its meaning, beside those that were `chosen`, the nearest first.

    One joins when the question is near an example of its own, nearer than to any of a general source, and there is
    room. `vectors` gives those of the examples. Raises `EmbeddingError`.
    """
    room = MOST - sum(source.name != LIBRARY for source, _ in chosen)
    taken = {source.name for source, _ in chosen}
    usable = [source for source in sources if not lacks(source)]
    others = [one for one in usable if one.name not in taken and policy_of(one).examples and _may_join(one)]
    if room <= 0 or not others:
        return ()
    general = [text for one in usable if "general" in policy_of(one).kinds for text in policy_of(one).examples]
    texts = {source.name: policy_of(source).examples for source in others}
    asked = (await embed([question]))[0]
    rows = iter(await vectors([*general, *(text for own in texts.values() for text in own)]))
    bar = max([NEAR, *(float(next(rows) @ asked) for _ in general)])
    nearest = {name: max((float(next(rows) @ asked), text) for text in own) for name, own in texts.items()}
    joining = sorted((one for one in others if nearest[one.name][0] >= bar), key=lambda one: -nearest[one.name][0])
    return tuple(_like(one, nearest[one.name][1]) for one in joining[:room])


def kinds_of(question: str) -> frozenset[str]:
    """Kinds of a question, of `KINDS`; "general" is always one of them."""
    return frozenset(kind_scores(question))


def kind_scores(question: str) -> Mapping[str, float]:
    """Probability of each kind that a question is likely of, the likeliest first; of "general" it is 0, the last."""
    text = PAGE.sub("", question)
    told = sorted(probabilities(text).items(), key=lambda item: -item[1])[:KINDS_AT_MOST]
    bars = [LIKELY if not PAGE.search(question) else ANOTHER, ANOTHER]  # of a page that is named, little is to be told
    scores = {kind: value for (kind, value), bar in zip(told, bars, strict=False) if value >= bar}
    forms = {"page": PAGE.search(question), "science": PAPER.search(text), "software": CODE.search(PAPER.sub("", text))}
    shown = {kind: 1.0 for kind, form in forms.items() if form}
    return {**shown, **{kind: value for kind, value in scores.items() if kind not in shown}, "general": 0.0}


def _of_kinds(sources: Sequence[Source], scores: Mapping[str, float]) -> Iterator[Source]:
    """The best source of each kind in turn, then the second best of the kinds that are sure."""
    fitting = {kind: sorted(_fitting(sources, kind), key=lambda one: _fit(one, scores)) for kind in scores}
    for place in range(OF_A_KIND):
        for kind, ranked in fitting.items():
            if kind != "general" and len(ranked) > place and (place == 0 or scores[kind] >= SURE):
                yield ranked[place]


def _fitting(sources: Sequence[Source], kind: str) -> list[Source]:
    """The sources of a kind; those of every kind are general ones."""
    return [source for source in sources if kind in policy_of(source).kinds and not _is_wide(source)]


def _fit(source: Source, scores: Mapping[str, float]) -> tuple[float, int, int]:
    """Sort key of a source of a kind: what it covers of the question, how few other kinds it has, preference."""
    kinds = policy_of(source).kinds
    rank = _PREFERRED.index(source.name) if source.name in _PREFERRED else len(_PREFERRED)
    return -sum(scores[one] for one in kinds & scores.keys()), len(kinds), rank


def _is_wide(source: Source) -> bool:
    """Whether it is good for most kinds, and therefore the special source of none."""
    return "general" in (kinds := policy_of(source).kinds) and len(kinds) > KINDS_AT_MOST + 2


def _in_turn(special: Sequence[Source], general: Sequence[Source]) -> Iterator[Source]:
    """The best special source, a general one, the next special one, and so on; the special ones take half."""
    for place in range(max(len(special), len(general))):
        yield from special[place : place + 1]
        yield from general[place : place + 1]


def _general(sources: Sequence[Source]) -> list[Source]:
    """The sources that are asked for every question, in their order."""
    general = sorted((one for one in sources if "general" in policy_of(one).kinds), key=_general_order)
    has_web = any(policy_of(one).searches_web for one in general)
    return [one for one in general if not (has_web and one.name in _LAST_OF_GENERAL)]


def _general_order(source: Source) -> int:
    """Sort key of a general source: the wider first; a user's own behind the web and Wikipedia."""
    if source.name in _LAST_OF_GENERAL:
        return len(_GENERAL_ORDER)
    return _GENERAL_ORDER.index(source.name) if source.name in _GENERAL_ORDER else 1


def _known_by_examples(source: Source) -> bool:
    """Whether nothing but its examples says what it is asked for."""
    return not (policy := policy_of(source)).kinds and bool(policy.examples)


def _repeated(question: str, source: Source) -> SelectedSource | None:
    """The source, when an example has most content words of the question."""
    asked = set(content_stems(question))
    for example in policy_of(source).examples:
        if len(asked & set(content_stems(example))) >= SHARED * len(asked) > 0:
            return _like(source, example)
    return None


def _may_join(source: Source) -> bool:
    """Whether it is asked when nobody named it."""
    return bool(policy_of(source).kinds) or _known_by_examples(source)


def _like(source: Source, example: str) -> SelectedSource:
    return SelectedSource(source, remarks.LIKE_EXAMPLE(example=example))


def _why(fit: frozenset[str]) -> str:
    if "general" in fit:
        return remarks.FOR_EVERY_QUESTION()
    return remarks.QUESTION_ABOUT(kinds=" and ".join(sorted(fit))) if fit != {"page"} else remarks.HOLDS_AN_ADDRESS()
