"""
Citation check: draft -> checked answer, each sentence judged by the exact words of the evidence (`grounding`).

Keys and links that a model wrote are hints at best and never shown; marks come from the check alone. Deterministic for
the same inputs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from research_agent.concurrency import cooperative
from research_agent.grounding import Judgement, Quote, find_quotes, judge_claim, parse_statement
from research_agent.text.injection import unlinked
from research_agent.text.sanitize import printable
from research_agent.text.sentences import sentence_spans
from research_agent.types import Citation, Embed, Entail, Evidence

__all__ = ["Checked", "Judgement", "cite", "judge"]

# What models write in place of citations: [e1], (e2, e3), [1], [^7], [source 12], 【1†L3】.
KEYS = re.compile(
    r"\s{0,20}(?:[\[【［]{1,2}\s*\^?(?:e|(?:evidence|source|ref)\s*)?\d{1,4}"
    r"(?:\s*[-–,;&]\s*e?\d{1,4})*(?:†[^\]】\n]{0,20})?\s*[\]】］]{1,2}"
    r"|\(\s*(?:e?\d{1,2}|evidence \d+)(?:\s*[,;&]\s*e?\d{1,2})*\s*\))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """
    Checked text with [n] marks, its citations, and the spans that no source supports.

    `partly` are those of `unsupported` of which the sources say much, but not all; they carry no mark and no citation.
    `sentences` and `supported` count the draft's, those that `strict` dropped included.
    """

    text: str
    citations: tuple[Citation, ...]
    unsupported: tuple[tuple[int, int], ...]
    partly: tuple[tuple[int, int], ...]
    sentences: int
    supported: int


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
        known = frozenset(name for quote in candidates for name in quote.names | quote.titled)
        claims = [parse_statement(sentence, known) for sentence in sentences]
    cosines = await _cosines(sentences, candidates, embed)
    async with cooperative():
        return [judge_claim(claim, candidates, row) for claim, row in zip(claims, cosines, strict=True)]


async def cite(
    draft: str,
    evidence: Sequence[Evidence],
    *,
    embed: Embed | None = None,
    entail: Entail | None = None,
    strict: bool = False,
) -> Checked:
    """Check a draft; `strict` drops what is not supported. For citations, `quote == document.text[start:end]` holds."""
    text = _without_marks(draft)
    spans = sentence_spans(text)
    sentences = [text[start:end] for start, end in spans]
    judgements = await judge(sentences, evidence, embed=embed, entail=entail)
    return _assemble(text, spans, judgements, strict)


def _without_marks(draft: str) -> str:
    """The draft without keys, links, addresses and terminal escapes; its lines stay."""
    text = KEYS.sub("", unlinked(printable(draft)))
    return "\n".join(re.sub(r"[ \t]+([.,;!?])(?=\s|$)", r"\1", line).rstrip() for line in text.splitlines()).strip()


async def _cosines(sentences: Sequence[str], quotes: Sequence[Quote], embed: Embed | None) -> list[list[float]]:
    """Cosine of each sentence to each quote, shape (sentences, quotes); zeros without `embed` and for pairs."""
    rows = [[0.0] * len(quotes) for _ in sentences]
    single = [at for at, quote in enumerate(quotes) if quote.sentences == 1]
    if embed is None or not sentences or not single:
        return rows
    vectors = await embed([*sentences, *(quotes[at].text for at in single)])
    for row, near in zip(rows, vectors[: len(sentences)] @ vectors[len(sentences) :].T, strict=True):
        for at, cosine in zip(single, near, strict=True):
            row[at] = float(cosine)
    return rows


def _assemble(
    text: str,
    spans: Sequence[tuple[int, int]],
    judgements: Sequence[Judgement],
    strict: bool,
) -> Checked:
    """Insert the [n] marks after each sentence, and move every offset with them."""
    pieces: list[str] = []
    citations: list[Citation] = []
    unsupported: list[tuple[int, int]] = []
    partly: list[tuple[int, int]] = []
    order: dict[str, int] = {}
    length = at = 0

    def write(piece: str) -> None:
        nonlocal length
        pieces.append(piece)
        length += len(piece)

    for (start, end), judgement in zip(spans, judgements, strict=True):
        supported = judgement.verdict == "supported"
        if strict and not supported:
            at = end
            continue
        write(text[at:start])
        sentence = (length, length + end - start)
        write(text[start:end])
        at = end
        if not supported:
            unsupported.append(sentence)
            partly += [sentence] if judgement.verdict == "partly" else []
            continue
        cited = [
            (order.setdefault(quote.document.id, len(order) + 1), score, quote) for score, quote in judgement.quotes
        ]
        write(" " + "".join(f"[{n}]" for n in sorted({n for n, _, _ in cited})))
        citations += [_citation(n, sentence, score, quote) for n, score, quote in cited]
    write(text[at:])
    count = sum(judgement.verdict == "supported" for judgement in judgements)
    return Checked("".join(pieces), tuple(citations), tuple(unsupported), tuple(partly), len(spans), count)


def _citation(n: int, sentence: tuple[int, int], score: float, quote: Quote) -> Citation:
    document = quote.document
    return Citation(
        n=n,
        sentence=sentence,
        document=document.id,
        title=document.title,
        url=document.url,
        source=document.source,
        quote=quote.text,
        start=quote.start,
        end=quote.end,
        score=score,
    )
