"""
Lines of a plan by a model: a large chat model may add, reword and merge, before the plan is shown.

The plan by rule is there first, and stands whatever the model does. A line is taken when it is a question near that of
the run, is no order, and says nothing that a line of the plan says. What the user wrote is never touched; of a line by
rule each word that carries meaning stays in what takes its place.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from research_agent import llm, prompts
from research_agent.deep_research.plan_text import LONGEST
from research_agent.deep_research.step_plan import SLOT, active, slots
from research_agent.errors import PlanChangedError, RunBusyError
from research_agent.memory import ModelCall, ResearchClaim, RunRows, Spent, Step, Writes
from research_agent.messages import plans
from research_agent.runtime import Runtime
from research_agent.text.injection import is_order, unlinked
from research_agent.text.json_fields import Json, object_of, text_of, texts_of
from research_agent.text.sanitize import one_line
from research_agent.text.tokens import content_stems, words

if TYPE_CHECKING:
    from research_agent.llm import Chat
    from research_agent.types import Embed

__all__ = ["NEAR", "Proposal", "suggest_lines", "with_lines"]

NEAR = 0.4
"""
Cosine with the question from which a line belongs to it. Of 243 sub-questions of MuSiQue 79 % are nearer to their own
question than that, and 1 % to another.
"""
SAME = 0.9
"""Cosine from which two lines ask the same."""
MOST_ADDED = 4
FEWEST_SEARCHES = 4
"""Searches of the budget that there must be for each line of a plan that a model makes longer."""
MOST_TOKENS = 1_024  # of a reply, thoughts included
AROUND = 64  # tokens of a chat template
SECONDS = 30.0
SHARE = 0.1  # of the time of the budget
SHORTEST, MOST_WORDS = 3, 40  # words of a line
LONGEST_HEADING = 10
MOST_READ = 24
"""Lines of a proposal that are looked at, of each kind."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a model proposes: lines to add, texts in place of a step's, and one text in place of several steps'."""

    added: tuple[str, ...] = ()
    reworded: tuple[tuple[int, str], ...] = ()
    merged: tuple[tuple[tuple[int, ...], str], ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """The steps with what was taken of a proposal, and how much that is."""

    steps: tuple[Step, ...]
    added: int = 0
    reworded: int = 0
    merged: int = 0

    @property
    def line(self) -> str:
        """What was taken, in words; "" for nothing."""
        told = (
            plans.ADDED(n=self.added) if self.added else "",
            plans.REWORDED(n=self.reworded) if self.reworded else "",
            plans.MERGED(n=self.merged) if self.merged else "",
        )
        return ", ".join(filter(None, told))


async def suggest_lines(run: str, runtime: Runtime) -> str:
    """
    Ask the chat model of a planned run for lines, once, and keep what fits; the line that tells the user of it.

    "" when nobody is asked: without a large model, without tokens for it, or when the run has begun.
    """
    runs = runtime.memory.research
    rows = await runs.load(run)
    if rows.run.state != "planned" or rows.calls or rows.run.budget.tokens <= 0:
        return ""
    chat = await runtime.chat_ready()
    if chat is None or not llm.is_large(chat):
        return ""
    try:
        claim = await runs.claim(rows.run.id)
    except RunBusyError:
        return ""
    try:
        return await _suggest(rows, claim, chat, runtime)
    finally:
        await runs.release(claim)


async def _suggest(rows: RunRows, claim: ResearchClaim, chat: Chat, runtime: Runtime) -> str:
    runs, began, model = runtime.memory.research, time.monotonic(), llm.chat_id(chat)
    prompt = prompts.plan_lines(rows.run.question, [f"{step.id}. {step.text}" for step in _own(rows.steps)])
    asked = sum(await llm.count_tokens(chat, list(prompt))) + AROUND
    if asked + MOST_TOKENS > min(rows.run.budget.tokens, llm.context_size(chat)):
        return ""
    seconds = min(SECONDS, runtime.settings.chat.timeout, max(1.0, SHARE * rows.run.budget.seconds))
    reply = await llm.ask_json(chat, prompt, max_tokens=MOST_TOKENS, seconds=seconds)
    answer = (
        min(sum(await llm.count_tokens(chat, [reply.text[: 8 * MOST_TOKENS]])), MOST_TOKENS)
        if reply.text
        else MOST_TOKENS
    )
    content = json.dumps(reply.content, ensure_ascii=False)
    call = ModelCall(model=model, prompt=_key(prompt), reply=content, tokens=asked + answer)
    spent = Spent(seconds=round(time.monotonic() - began, 3), tokens=call.tokens)
    await runs.commit(claim, Writes(rows=[call], spent=spent))
    changed = Changed(rows.steps)
    if reply.outcome == "answered":
        most = rows.run.budget.requests // FEWEST_SEARCHES
        embed = await runtime.embed_ready()
        changed = await with_lines(rows.run.question, rows.steps, proposal_of(reply.content), embed, most=most)
        line = plans.BY_MODEL(model=model, changes=changed.line) if changed.line else plans.BY_RULE(model=model)
    else:
        line = plans.NO_REPLY(model=model, why=reply.outcome)
    if changed.line:
        try:
            await runs.edit_plan(rows.run.id, rows.run.plan_version, changed.steps)
        except PlanChangedError:
            line = plans.EDITED_MEANWHILE(model=model)
    await runs.commit(claim, Writes(events=[("PlanSuggested", {"model": model, "line": line})], changes={"note": line}))
    return line


def proposal_of(reply: Json) -> Proposal:
    """The proposal in a model's reply; what has another form is left out."""
    reworded = ((_number(key), text_of(text)) for key, text in object_of(reply.get("reword")).items())
    merged = (
        (tuple(_number(part) for part in key.replace("+", ",").split(",")), text_of(text))
        for key, text in object_of(reply.get("merge")).items()
    )
    return Proposal(
        added=tuple(texts_of(reply.get("add"))[:MOST_READ]),
        reworded=tuple((key, text) for key, text in reworded if key and text)[:MOST_READ],
        merged=tuple((keys, text) for keys, text in merged if len(keys) > 1 and all(keys) and text)[:MOST_READ],
    )


def _key(prompt: prompts.Prompt) -> str:
    return hashlib.sha256("\0".join(prompt).encode("utf-8", "surrogatepass")).hexdigest()


def _number(text: str) -> int:
    text = text.strip().rstrip(".)")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else 0


def _own(steps: Sequence[Step]) -> list[Step]:
    return [step for step in active(steps) if step.origin != "found"]


async def with_lines(
    question: str, steps: Sequence[Step], proposal: Proposal, embed: Embed | None, *, most: int
) -> Changed:
    """The steps with what fits of a proposal, at most `most` in all; without an encoder nothing does."""
    plan = _own(steps)
    usable = [text for text in map(_line, _texts(proposal)) if text]
    if embed is None or not usable:
        return Changed(tuple(steps))
    said = list(dict.fromkeys([question, *(step.text for step in plan), *usable]))
    vectors = dict(zip(said, await embed([SLOT.sub("it", text) for text in said]), strict=True))

    def cosine(one: str, other: str) -> float:
        return float(vectors[one] @ vectors[other])

    near = [text for text in usable if cosine(text, question) >= NEAR]
    plan, merged = _merged(question, plan, proposal, near)
    plan, reworded = _reworded(question, plan, proposal, near)
    added = _added(question, plan, [text for text in map(_line, proposal.added) if text in near], cosine)
    added = added[: max(0, min(MOST_ADDED, most - len(plan)))]
    free = max(step.id for step in steps) + 1
    new = [_new(free + at, text, alone=len(plan) == 1) for at, text in enumerate(added)]
    at = len(plan) - _closes(plan)
    ordered = [*plan[:at], *new, *plan[at:]]
    numbered = tuple(replace(step, position=place) for place, step in enumerate(ordered, 1))
    return Changed(numbered, len(new), reworded, merged)


def _texts(proposal: Proposal) -> Iterable[str]:
    yield from proposal.added
    yield from (text for _, text in proposal.reworded)
    yield from (text for _, text in proposal.merged)


def _line(text: str) -> str:
    """A proposed line as one question of the plan; "" for what is none, gives orders or holds an address."""
    line = " ".join(one_line(text[: LONGEST + 1]).split())
    count = len(words(line))
    is_question = line.endswith(("?", "？")) and SHORTEST <= count <= MOST_WORDS and len(line) <= LONGEST
    return line if is_question and not is_order(line) and unlinked(line) == line and "[" not in line else ""


def _new(key: int, text: str, *, alone: bool) -> Step:
    """A step of the model; beside one that stands `alone`, which has no heading, it gets one."""
    heading = text.rstrip("?？") if alone and len(words(text)) <= LONGEST_HEADING and not SLOT.search(text) else ""
    return Step(id=key, text=text, origin="model", heading=heading)


def _merged(question: str, plan: list[Step], proposal: Proposal, near: Sequence[str]) -> tuple[list[Step], int]:
    """The plan with steps merged that nobody waits for, where the text asks for all that they do."""
    merged = 0
    for keys, proposed in proposal.merged:
        text = _line(proposed)
        together = [step for step in plan if step.id in keys]
        if len(together) < 2 or text not in near or not all(_is_free(step, plan) for step in together):
            continue
        if _asks_all(question, text, [step.text for step in together]):
            first, gone = together[0], {step.id for step in together[1:]}
            plan = [replace(step, text=text, heading="") if step is first else step for step in plan]
            plan = [step for step in plan if step.id not in gone]
            merged += len(gone)
    return plan, merged


def _is_free(step: Step, plan: Sequence[Step]) -> bool:
    """Whether a step may be merged: not the user's, of no side, with no slot, and nobody waits for it."""
    waiting = any(step.id in slots(other) for other in plan)
    return step.origin != "user" and step.kind == "find" and not (step.side or slots(step) or waiting)


def _reworded(question: str, plan: list[Step], proposal: Proposal, near: Sequence[str]) -> tuple[list[Step], int]:
    """The plan with texts in place of others that ask for all that those do."""
    texts = {key: _line(text) for key, text in proposal.reworded}
    new = [
        replace(step, text=texts[step.id])
        if step.origin != "user" and texts.get(step.id) in near and _asks_all(question, texts[step.id], [step.text])
        else step
        for step in plan
    ]
    return new, sum(one.text != other.text for one, other in zip(plan, new, strict=True))


def _asks_all(question: str, text: str, others: Sequence[str]) -> bool:
    """Whether a text has the slots and words of others, and none besides but words of the question."""
    held, asked = set(content_stems(text)), {stem for other in others for stem in content_stems(other)}
    same_slots = set(SLOT.findall(text)) == {slot for other in others for slot in SLOT.findall(other)}
    return same_slots and asked <= held <= asked | set(content_stems(question))


def _added(question: str, plan: Sequence[Step], lines: Sequence[str], cosine: Callable[[str, str], float]) -> list[str]:
    """The lines that ask what neither the question, a line of the plan, nor one before them asks."""
    known = {str(step.id) for step in plan if not slots(step)}
    said = [question, *(step.text for step in plan)]
    kept: list[str] = []
    for line in lines:
        again = any(
            cosine(line, other) >= SAME or set(content_stems(line)) == set(content_stems(other))
            for other in (*said, *kept)
        )
        if not again and set(SLOT.findall(line)) <= known:
            kept.append(line)
    return kept


def _closes(plan: Sequence[Step]) -> int:
    """How many steps must stay at the end: what speaks against, or what answers behind its links."""
    last, listed = plan[-1], {step.id for step in plan if step.kind in {"list", "facets"}}
    return int(last.kind == "contrary" or any(key not in listed for key in slots(last)))
