"""
Citation check: draft -> checked answer, each sentence judged by the exact words of the evidence (`grounding`).

What a source says, or says in part, stays; what none says, or one says otherwise, is taken out, and so is what refers
to it. Keys and links that a model wrote are hints at best and never shown; marks come from the check alone.
Deterministic for the same inputs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from research_agent.concurrency import cooperative
from research_agent.grounding import Judgement, Quote, find_quotes, judge_claims
from research_agent.text.antecedents import names_another
from research_agent.text.fragments import claim_spans, fragment_spans, is_answer_word
from research_agent.text.injection import unlinked
from research_agent.text.pointing import points_back, subject
from research_agent.text.removal import removal_edits
from research_agent.text.sanitize import printable
from research_agent.text.tokens import content_stems
from research_agent.types import Citation, Embed, Entail, Evidence, Part, Quotation, Removed, Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Checked", "Judgement", "cite", "judge", "shifted", "without_marks"]

# What models write in place of citations: [e1], (e2, e3), [1], [^7], [source 12], 【1†L3】. Cells of tables are none,
# which are behind a tab or their heading: "2023: (6)" is a loss.
KEYS = re.compile(
    r"\s{0,20}(?:[\[【［]{1,2}\s*\^?(?:e|(?:evidence|source|ref)\s*)?\d{1,4}"
    r"(?:\s*[-–,;&]\s*e?\d{1,4})*(?:†[^\]】\n]{0,20})?\s*[\]】］]{1,2}"
    r"|(?<!: )(?<![:\t])\(\s*(?:e?\d{1,2}|evidence \d+)(?:\s*[,;&]\s*e?\d{1,2})*\s*\))",
    re.IGNORECASE,
)

NOWHERE = Part(0, 0)
CONTEXT = 500  # characters before a quote in which its subject is named
STAYING: frozenset[Verdict] = frozenset({"supported", "partly"})


@dataclass(frozen=True, slots=True)
class Checked:
    """
    Checked text with [n] marks, its citations, and the spans that no source supports.

    `partly` are those of `unsupported` of which the sources say much, but not all; they carry no mark and no citation.
    `removed` are the sentences that were taken out, or with `keep_unsupported` stay struck through; those are among the
    `unsupported` as well. `sentences` counts those of the draft, `supported` the ones with a mark.
    """

    text: str
    citations: tuple[Citation, ...]
    unsupported: tuple[tuple[int, int], ...]
    partly: tuple[tuple[int, int], ...]
    removed: tuple[Removed, ...]
    sentences: int
    supported: int


@dataclass(slots=True)
class _Sentence:
    """Sentence or, without a judgement, fragment of the draft; `gone` when it is taken out."""

    start: int
    end: int
    text: str
    judgement: Judgement | None
    gone: bool = False
    points_back: bool = False  # to what is gone: the reason why this is

    @property
    def documents(self) -> set[str]:
        return {quote.document.id for _, quote in self.judgement.quotes} if self.judgement else set()


async def judge(
    sentences: Sequence[str],
    evidence: Sequence[Evidence],
    *,
    embed: Embed | None = None,
    entail: Entail | None = None,
) -> list[Judgement]:
    """Judge each sentence by the evidence: by words alone, and then stricter, without `embed` and `entail`."""
    async with cooperative():
        candidates = find_quotes(evidence)
    return await judge_claims(sentences, candidates, await _cosines(sentences, candidates, embed), entail)


async def cite(
    draft: str,
    evidence: Sequence[Evidence],
    *,
    embed: Embed | None = None,
    entail: Entail | None = None,
    strict: bool = False,
    keep_unsupported: bool = False,
    judged: dict[str, Judgement] | None = None,
) -> Checked:
    """
    Check a draft; for citations, `quote == document.text[start:end]` holds.

    `strict` takes out all that is not supported. With `keep_unsupported` nothing leaves the text: what would is listed
    in `removed` with its place. `judged` is a cache of judgements by the same evidence, and is added to.
    """
    text = without_marks(draft)
    judged = {} if judged is None else judged
    spans = claim_spans(text)
    new = [said for said in dict.fromkeys(text[start:end] for start, end in spans) if said not in judged]
    if new:
        judged.update(zip(new, await judge(new, evidence, embed=embed, entail=entail), strict=True))
    sentences = [_Sentence(*span, text[slice(*span)], judged[text[slice(*span)]]) for span in spans]
    sentences += [_Sentence(*span, text[slice(*span)], None) for span in fragment_spans(text)]
    sentences.sort(key=lambda sentence: sentence.start)
    _take_out(sentences, strict)
    return _assemble(text, sentences, keep_unsupported)


def without_marks(draft: str) -> str:
    """The draft without keys, links, addresses and terminal escapes; its lines stay."""
    text = KEYS.sub("", unlinked(printable(draft)))
    return "\n".join(re.sub(r"[ \t]+([.,;!?])(?=\s|$)", r"\1", line).rstrip() for line in text.splitlines()).strip()


def shifted(checked: Checked, before: str) -> Checked:
    """A checked text with words of ours before it."""
    by = len(before)

    def moved(span: tuple[int, int]) -> tuple[int, int]:
        return span[0] + by, span[1] + by

    return replace(
        checked,
        text=before + checked.text,
        citations=tuple(replace(one, sentence=moved(one.sentence)) for one in checked.citations),
        unsupported=tuple(map(moved, checked.unsupported)),
        partly=tuple(map(moved, checked.partly)),
        removed=tuple(
            replace(one, sentence=None if one.sentence is None else moved(one.sentence)) for one in checked.removed
        ),
    )


async def _cosines(sentences: Sequence[str], quotes: Sequence[Quote], embed: Embed | None) -> NDArray[np.float32]:
    """Cosine of each sentence to each quote, shape (sentences, quotes); zeros without `embed`."""
    import numpy as np

    if embed is None or not sentences or not quotes:
        return np.zeros((len(sentences), len(quotes)), dtype=np.float32)
    vectors = await embed([*sentences, *(quote.text for quote in quotes)])
    cosines: NDArray[np.float32] = vectors[: len(sentences)] @ vectors[len(sentences) :].T
    return cosines


def _take_out(sentences: Sequence[_Sentence], strict: bool) -> None:
    """
    Decide which sentences go: by their verdict, and those that would stand behind another subject than they speak of.

    `root` is the latest sentence that names its subject, `anchor` the latest that stays.
    """
    for sentence in sentences:
        if sentence.judgement is not None:
            verdict = sentence.judgement.verdict
            sentence.gone = verdict not in STAYING or (strict and verdict != "supported")
    root: _Sentence | None = None
    anchor: _Sentence | None = None
    for sentence in sentences:
        if sentence.judgement is None and is_answer_word(sentence.text):
            continue
        if root is None or not points_back(sentence.text):
            root = sentence
        elif not sentence.gone and not _stands_behind(sentence, root, anchor):
            sentence.gone = sentence.points_back = True
        anchor = anchor if sentence.gone else sentence
    for at, sentence in enumerate(sentences):
        if sentence.judgement is None and is_answer_word(sentence.text):
            sentence.gone = all(following.gone for following in sentences[at + 1 : at + 2])


def _stands_behind(sentence: _Sentence, root: _Sentence, anchor: _Sentence | None) -> bool:
    """Whether a sentence that points back at `root` speaks of the same when it stands behind `anchor`."""
    if not root.gone:
        return _speaks_of(sentence, root)
    return anchor is not None and _same_subject(root, anchor) and _speaks_of(sentence, anchor)


def _same_subject(one: _Sentence, other: _Sentence) -> bool:
    (mine, _), (theirs, _) = subject(one.text), subject(other.text)
    if other.judgement is None:  # a heading is all subject
        theirs = frozenset(content_stems(other.text))
    return bool(mine) and (mine <= theirs or (theirs <= mine and bool(theirs)))


def _speaks_of(sentence: _Sentence, named: _Sentence) -> bool:
    """Whether the sources of a sentence that points back speak there of whom or what `named` names."""
    stems, is_name = subject(named.text)
    quotes = [quote for _, quote in sentence.judgement.quotes] if sentence.judgement else []
    if named.judgement is None or not is_name or not quotes:
        return True
    if shared := [quote for quote in quotes if quote.document.id in named.documents]:
        places = ((quote.document.title, quote.document.text, quote.start, quote.end) for quote in shared)
        return not all(names_another(named.text, *place) for place in places)
    around = (f"{q.document.title} {q.document.text[max(0, q.start - CONTEXT) : q.end]}" for q in quotes)
    return any(stems & set(content_stems(text)) for text in around)


def _assemble(text: str, sentences: Sequence[_Sentence], keep: bool) -> Checked:
    """Take out what goes, insert the [n] marks after each supported sentence, and move every offset with them."""
    writer = _Writer(text, [] if keep else [(one.start, one.end) for one in sentences if one.gone])
    citations: list[Citation] = []
    unsupported: list[tuple[int, int]] = []
    partly: list[tuple[int, int]] = []
    removed: list[Removed] = []
    order: dict[str, int] = {}
    checked = [(one, one.judgement) for one in sentences if one.judgement is not None]
    for sentence, judgement in checked:
        if sentence.gone:
            place = writer.copy(sentence.start, sentence.end) if keep else None
            unsupported += [place] if place else []
            removed.append(_removed(sentence, judgement, place))
            continue
        place = writer.copy(sentence.start, sentence.end)
        if judgement.verdict == "partly":
            unsupported.append(place)
            partly.append(place)
            continue
        cited = [
            (order.setdefault(quote.document.id, len(order) + 1), score, quote) for score, quote in judgement.quotes
        ]
        writer.insert(" " + "".join(f"[{n}]" for n in sorted({n for n, _, _ in cited})))
        for n, score, quote in cited:
            part = quote.document.part_at(quote.start) or NOWHERE
            citations.append(
                Citation(
                    n=n,
                    sentence=place,
                    score=score,
                    by=judgement.by,
                    **_words_of(quote),
                    page=part.page,
                    section=part.section,
                )
            )
    supported = sum(not sentence.gone and judgement.verdict == "supported" for sentence, judgement in checked)
    return Checked(
        writer.finish(),
        tuple(citations),
        tuple(unsupported),
        tuple(partly),
        tuple(removed),
        len(checked),
        supported,
    )


class _Writer:
    """Writer of a text with edits: copies stretches of it in order, and tells where they are then."""

    def __init__(self, text: str, removed: Sequence[tuple[int, int]]) -> None:
        self._text, self._edits = text, removal_edits(text, removed)
        self._pieces: list[str] = []
        self._length = self._at = 0

    def copy(self, start: int, end: int) -> tuple[int, int]:
        """Copy what comes before the span, edited, and the span as it is; gives its new place."""
        self._copy_edited(start)
        place = (self._length, self._length + end - start)
        self.insert(self._text[start:end])
        self._at = end
        return place

    def insert(self, piece: str) -> None:
        """Write what is not in the text."""
        self._pieces.append(piece)
        self._length += len(piece)

    def finish(self) -> str:
        """The whole text."""
        self._copy_edited(len(self._text))
        return "".join(self._pieces)

    def _copy_edited(self, upto: int) -> None:
        while self._edits and self._edits[0].start <= upto and self._edits[0].end <= upto:
            edit = self._edits.pop(0)
            self.insert(self._text[self._at : edit.start] + edit.text)
            self._at = edit.end
        self.insert(self._text[self._at : upto])
        self._at = upto


def _removed(sentence: _Sentence, judgement: Judgement, place: tuple[int, int] | None) -> Removed:
    against = judgement.quotes if judgement.verdict == "contradicted" else ()
    return Removed(
        text=sentence.text,
        verdict=judgement.verdict,
        quotes=tuple(Quotation(**_words_of(quote)) for _, quote in against),
        points_back=sentence.points_back,
        sentence=place,
    )


def _words_of(quote: Quote) -> dict[str, Any]:
    document = quote.document
    return {
        "document": document.id,
        "title": document.title,
        "url": document.url,
        "source": document.source,
        "quote": quote.text,
        "start": quote.start,
        "end": quote.end,
    }
