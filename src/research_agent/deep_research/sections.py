"""
Sections of a report: each written from its own spans alone, each sentence judged.

The floor is the sources' own sentences, chosen so that they answer and none repeats another. A large chat model drafts
a section from the same spans; of its draft only what is supported stays, and the floor stands where that says less.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from research_agent import llm
from research_agent.deep_research.finds import evidence_of, is_about_topic, passage_of, shared
from research_agent.deep_research.floor_sentences import REPEATED, floor_sentences
from research_agent.deep_research.journal import Journal
from research_agent.deep_research.nearest_aspect import of_nearest_aspect
from research_agent.deep_research.own_sections import lead_end, top_sections
from research_agent.deep_research.step_plan import active, slots
from research_agent.errors import ChatError
from research_agent.grounding import Judgement, Quote
from research_agent.memory import LedgerEntry, ModelCall, Step
from research_agent.runtime import Runtime
from research_agent.stages.cite import judge, without_marks
from research_agent.stages.synthesize import ANSWER_SHARE, MOST_ANSWER_TOKENS, synthesize
from research_agent.text.fragments import claim_spans
from research_agent.text.pointing import leans_back
from research_agent.text.tokens import content_stems, jaccard, words
from research_agent.types import Document, Evidence, Finding, History

if TYPE_CHECKING:
    from research_agent.llm import Chat

__all__ = ["Said", "Section", "Writer", "ledger_of", "write_sections"]

LONGEST_HEADING = 10  # words: a heading with more would be taken for a sentence
OPENING = 20.0
"""Logits by which the sentence that says what a field is belongs to its overview, whatever else it answers."""
PASSES = 3
OF_A_PROMPT = 160  # tokens of a section's prompt beside question and evidence
MARGIN = 2.0  # seconds that are kept for the end of a report


@dataclass(frozen=True, slots=True)
class Said:
    """Sentence of a report with its judgement, which is supported."""

    text: str
    judgement: Judgement

    @property
    def quotes(self) -> tuple[tuple[float, Quote], ...]:
        """The spans that say it."""
        return self.judgement.quotes


@dataclass(frozen=True, slots=True)
class Section:
    """Section: a paragraph a step that found anything. `heading` is "" for the only one of a report."""

    heading: str
    by_step: tuple[tuple[Step, tuple[Said, ...]], ...]
    by_model: bool = False

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that it rests on."""
        return tuple(step for step, _ in self.by_step)

    @property
    def paragraphs(self) -> tuple[tuple[Said, ...], ...]:
        """Its paragraphs."""
        return tuple(paragraph for _, paragraph in self.by_step)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who drafts sections: the `chat` model of that id; None when only its stored replies are used."""

    id: str
    chat: Chat | None


async def write_sections(journal: Journal, runtime: Runtime, writer: Writer | None) -> list[Section]:
    """
    The sections in the order of the plan; those without a supported sentence are left out.

    A step that says nothing with the sentences that are its own leaves them to the others, which are written anew.
    """
    steps = [step for step in active(tuple(journal.steps.values())) if step.asked]
    ledger = ledger_of(journal)
    for _ in range(PASSES):
        own = _assigned(ledger, journal)
        written = await _written(steps, own, journal, runtime, writer)
        silent = own.keys() - {step.id for section in written for step in section.steps}
        left = [entry for entry in ledger if entry.step not in silent]
        if not silent or _assigned(left, journal) == {key: own[key] for key in own.keys() - silent}:
            break
        ledger = left
    return written


async def _written(
    steps: Sequence[Step],
    own: Mapping[int, Sequence[LedgerEntry]],
    journal: Journal,
    runtime: Runtime,
    writer: Writer | None,
) -> list[Section]:
    """The sections of the steps that say something with the entries that are their own."""
    written: list[Section] = []
    said: list[frozenset[str]] = []
    for heading, group in groupby(steps, key=lambda step: _heading(step, journal.run.shape)):
        by_step, by_model = list[tuple[Step, tuple[Said, ...]]](), False
        for step in group:
            entries = [entry for entry in own.get(step.id, ()) if not _repeats(entry, journal, said)]
            evidence = evidence_of(entries, journal.documents)
            floor = await _floor(step, evidence, journal, runtime)
            drafts = writer if step.kind != "elsewhere" else None
            drafted = await _drafted(step, evidence, journal, runtime, drafts) if drafts and floor else ()
            chosen = drafted if len(drafted) >= min(2, len(floor)) else floor
            by_model = by_model or (chosen is drafted and bool(drafted))
            said += [frozenset(content_stems(one.text)) for one in chosen]
            by_step += [(step, chosen)] if chosen else []
        if by_step:
            written.append(Section(heading, tuple(by_step), by_model))
    return written


def ledger_of(journal: Journal) -> list[LedgerEntry]:
    """The entries of the plan as it is now, in its order, whatever was found first."""
    order = {step.id: at for at, step in enumerate(active(tuple(journal.steps.values())))}
    asked = {key: journal.steps[key].asked for key in order}
    current = (entry for entry in journal.ledger if entry.step in order and entry.facet == asked[entry.step])
    return sorted(current, key=lambda entry: order[entry.step])


def _heading(step: Step, shape: str) -> str:
    """The heading of a step's section: its own, or its question, shortened."""
    if shape == "single" and step.parent == 0 and not step.heading and not slots(step):
        return ""
    heading = step.heading or step.asked
    if len(words(heading)) <= LONGEST_HEADING:
        return heading.rstrip(".!")
    return " ".join(heading.split()[: LONGEST_HEADING - 1]).rstrip(",;:.!") + " …"


def _assigned(ledger: Sequence[LedgerEntry], journal: Journal) -> dict[int, list[LedgerEntry]]:
    """
    The entries by step, best first, each sentence in one step: where it is the best of all, else where it answers best.

    A step whose best sentence is another's has none: what it asks is said there.
    """

    def worth(entry: LedgerEntry) -> float:
        if entry.score is None:
            return shared(entry.facet, passage_of(entry, journal.documents))
        document = journal.documents[entry.document]
        opens = is_about_topic(journal.steps[entry.step], document) and entry.start < _opening(document)
        return entry.score + OPENING * opens

    tops: dict[int, LedgerEntry] = {}
    for entry in ledger:
        tops[entry.step] = max(tops.get(entry.step, entry), entry, key=worth)
    best = {_place(top): top for top in reversed(tops.values())}  # of two steps with one sentence, the first has it
    held = [entry for entry in ledger if best[_place(tops[entry.step])] is tops[entry.step]]
    leading = set(best)
    for entry in held:
        place = _place(entry)
        if place not in best or (place not in leading and worth(entry) > worth(best[place])):
            best[place] = entry
    own: dict[int, list[LedgerEntry]] = {}
    for entry in held:
        if best[_place(entry)] is entry:
            own.setdefault(entry.step, []).append(entry)
    return own


def _opening(document: Document) -> int:
    """Where the opening of a text ends: its first sentence, or before its first section all that it says."""
    return lead_end(document) if top_sections(document) else 1


def _place(entry: LedgerEntry) -> tuple[str, int]:
    return entry.document, entry.start


def _repeats(entry: LedgerEntry, journal: Journal, said: Sequence[frozenset[str]]) -> bool:
    stems = content_stems(journal.documents[entry.document].text[entry.start : entry.end])
    return any(jaccard(stems, other) >= REPEATED for other in said)


async def _floor(step: Step, evidence: Sequence[Evidence], journal: Journal, runtime: Runtime) -> tuple[Said, ...]:
    """The sources' own sentences that answer."""
    embed = await runtime.embed_ready()
    steps = active(tuple(journal.steps.values())) if step.side and not step.parent else ()
    others = [one.asked for one in steps if one.side == step.side and one.id != step.id and one.asked]
    evidence = await of_nearest_aspect(step.asked, others, evidence, embed)
    sentences = await floor_sentences(step, evidence, journal.run.shape, embed=embed)
    return await _supported(sentences, evidence, runtime) if sentences else ()


async def _supported(sentences: Sequence[str], evidence: Sequence[Evidence], runtime: Runtime) -> tuple[Said, ...]:
    """The sentences that the evidence supports; one that points back stays only behind the one before it."""
    judgements = await judge(
        sentences, evidence, embed=await runtime.embed_ready(), entail=await runtime.entail_ready()
    )
    kept: list[Said] = []
    follows = False
    for sentence, judgement in zip(sentences, judgements, strict=True):
        holds = judgement.verdict == "supported" and bool(judgement.quotes)
        if holds and (follows or not leans_back(sentence)):
            kept.append(Said(sentence, judgement))
            follows = True
        else:
            follows = False
    return tuple(kept)


async def _drafted(
    step: Step, evidence: Sequence[Evidence], journal: Journal, runtime: Runtime, writer: Writer
) -> tuple[Said, ...]:
    """What of the model's draft is supported; () when it may not be asked, fails, or says nothing that is."""
    draft = await _draft(step, evidence, journal, runtime, writer)
    text = without_marks(draft)
    distinct = dict.fromkeys(text[start:end] for start, end in claim_spans(text))
    return await _supported(list(distinct), evidence, runtime) if distinct else ()


async def _draft(step: Step, evidence: Sequence[Evidence], journal: Journal, runtime: Runtime, writer: Writer) -> str:
    """The draft of a section, within the budget; a call that was made before is not made again."""
    material = "\0".join([writer.id, step.asked, *(item.passage.text for item in evidence)])
    key = hashlib.sha256(material.encode("utf-8", "surrogatepass")).hexdigest()
    if known := journal.calls.get(key):
        return known.reply
    chat = writer.chat
    seconds = min(runtime.settings.chat.timeout, journal.write_seconds - MARGIN)
    if chat is None or seconds <= 0 or journal.stopping.is_set():
        return ""
    asked = OF_A_PROMPT + sum(await llm.count_tokens(chat, [step.asked, *(item.passage.text for item in evidence)]))
    most = min(MOST_ANSWER_TOKENS, llm.context_size(chat) // ANSWER_SHARE)
    if asked + most > journal.tokens_left:
        return ""
    reply = ""
    with suppress(ChatError, TimeoutError):
        async with asyncio.timeout(seconds):
            made = await synthesize(
                step.asked, evidence, history=History(session=""), finding=Finding(report={}), chat=chat,
                timeout=seconds, on_token=lambda _: None, lang="en", today=runtime.now.date(),
            )  # fmt: skip
            reply = made.text
    answer = sum(await llm.count_tokens(chat, [reply])) if reply else most
    cost = asked + min(answer, most)  # what is beyond its limit is cut off; of a failed reply nobody knows
    await journal.write(rows=[ModelCall(model=writer.id, prompt=key, reply=reply, tokens=cost)])
    return reply
