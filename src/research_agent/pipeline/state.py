"""State of a turn: the context its stages share, and what each phase hands to the next."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from research_agent import llm
from research_agent.errors import ChatError
from research_agent.events import ModelReady, Notice, Timeline
from research_agent.http.request_budget import RequestBudget
from research_agent.pipeline.asking import Asked
from research_agent.pipeline.evidence import web_budget
from research_agent.runtime import Runtime
from research_agent.stages.cite import Checked, Judgement
from research_agent.types import (
    UNRESTRICTED,
    Answer,
    AnswerFrom,
    Computation,
    Embed,
    Entail,
    Evidence,
    Finding,
    Passage,
    Rerank,
    Restriction,
    SourceReport,
)

if TYPE_CHECKING:
    from research_agent.llm import Chat

__all__ = ["ANSWERS", "CheckedDraft", "Draft", "PartAnswer", "Retrieved", "TurnContext", "Unsaved", "best_answer"]


ANSWERS = 0.0
"""Logit from which a sentence answers; `stages.read` says how it is made."""


@dataclass
class TurnContext:
    """
    Context that the stages of a turn share. `lang` is the language of its answer, `budget` what its searches of the web
    may cost.

    `replaces` is the turn that it takes the place of, `response` is kept with it. After a `chat_error`
    the model is not asked again in this turn.
    """

    asked: Asked
    session: str
    runtime: Runtime
    timeline: Timeline
    group: asyncio.TaskGroup
    notes: list[str] = field(default_factory=list)
    keep_unsupported: bool = False
    restriction: Restriction = UNRESTRICTED
    replaces: int = 0
    response: Mapping[str, Any] | None = None
    budget: RequestBudget = field(default_factory=web_budget)
    lang: str = "en"
    chat_error: ChatError | None = None
    model_reported: bool = False

    @property
    def admitted(self) -> Restriction:
        """The restriction of the question, and the lists of the settings. Raises `UsageError` for a blocked site."""
        return self.runtime.within_lists(self.restriction)

    @property
    def has_lists(self) -> bool:
        """Whether the settings block sites, or allow only some."""
        return self.admitted != self.restriction

    @property
    def question(self) -> str:
        """The text that came in, as it is stored and shown."""
        return self.asked.text

    @property
    def now(self) -> datetime:
        """This moment by the runtime's clock, in the zone of this computer."""
        return self.runtime.now

    def note(self, *lines: str) -> None:
        """Add lines for the user, to the answer and as events; each line once."""
        for line in lines:
            if line not in self.notes:
                self.notes.append(line)
                self.timeline.emit(Notice(line))

    async def chat_ready(self) -> Chat | None:
        """The chat model once it is loaded; None, and `chat_error` set, when there is none or it has failed."""
        chat = await self.runtime.chat_ready()
        if not self.model_reported:
            self.model_reported = True
            self.timeline.emit(ModelReady(self.runtime.chat_id))
        self.chat_error = self.chat_error or self.runtime.chat_error
        return chat if self.chat_error is None else None

    async def large_chat_ready(self) -> Chat | None:
        """The chat model if it is a large one; the embedded one is none, and not waited for."""
        if await self.runtime.loads_embedded_chat():
            return None
        chat = await self.chat_ready()
        return chat if chat is not None and llm.is_large(chat) else None

    async def embed_ready(self) -> Embed | None:
        """The embedding model once it is loaded; when there is none, a note says why."""
        embed = await self.runtime.embed_ready()
        self.note(*self.runtime.notices)
        return embed

    async def entail_ready(self) -> Entail | None:
        """The judge once it is loaded; when there is none, a note says why."""
        entail = await self.runtime.entail_ready()
        self.note(*self.runtime.notices)
        return entail

    async def rerank_ready(self) -> Rerank | None:
        """The reader once it is loaded; when there is none, a note says why."""
        rerank = await self.runtime.rerank_ready()
        self.note(*self.runtime.notices)
        return rerank

    @property
    def entail(self) -> Entail | None:
        """The judge; None while it loads, and when there is none."""
        return self.runtime.entail

    @property
    def embed(self) -> Embed | None:
        """The embedding model; None while it loads, and when there is none."""
        return self.runtime.tools.embed


def best_answer(evidence: Sequence[Evidence]) -> float:
    """The highest logit of a sentence of the evidence; infinity where no reader says which of them answer."""
    return max((item.answers for item in evidence if item.sentences), default=math.inf)


class PartAnswer(NamedTuple):
    """One of several questions in one, as it was `said` and as it was searched for, and its own evidence."""

    said: str
    question: str
    evidence: tuple[Evidence, ...]

    @property
    def answers(self) -> float:
        """The highest logit of a sentence of its evidence; minus infinity without any."""
        return best_answer(self.evidence) if self.evidence else -math.inf


@dataclass(frozen=True)
class Retrieved:
    """
    What the answer can rest on: the standalone `question`, all `passages` ranked, the `analysis`, which runs on.

    `judged` holds the judgement of each sentence that was checked by this evidence, `said` is the answer before.
    Of a question that joins several, `parts` are these.
    """

    question: str
    reports: tuple[SourceReport, ...]
    passages: Sequence[Passage]
    evidence: tuple[Evidence, ...]
    analysis: asyncio.Task[Finding]
    judged: dict[str, Judgement] = field(default_factory=dict)
    said: str = ""
    parts: tuple[PartAnswer, ...] = ()

    @property
    def answered_parts(self) -> list[PartAnswer]:
        """The parts that the sources answer."""
        return [part for part in self.parts if part.answers >= ANSWERS]

    @property
    def first_question(self) -> str:
        """The question that the answer opens with."""
        return self.answered_parts[0].question if self.answered_parts else self.question

    @property
    def answers(self) -> float:
        """The highest logit of a sentence of the evidence; infinity where no reader says which of them answer."""
        return best_answer(self.evidence)

    @property
    def is_read(self) -> bool:
        """Whether a reader says which sentences of the evidence answer."""
        return not math.isinf(self.answers)

    @property
    def finding(self) -> Finding:
        """The analysis; empty while it runs, and when it was stopped."""
        analysis = self.analysis
        ended = analysis.done() and not analysis.cancelled() and analysis.exception() is None
        return analysis.result() if ended else Finding(report={})


class Draft(NamedTuple):
    """The model's draft, "" when there is none, and the checked floor when it is made already."""

    text: str
    floor: Checked | None = None


class CheckedDraft(NamedTuple):
    """
    The text that is shown, checked, and whose it is; whether it answers, or only says what is near.

    `answer_span` are the words of the text that answer, `computed` says how a computed sentence came about.
    """

    checked: Checked
    answer_from: AnswerFrom
    answered: bool = True
    answer_span: tuple[int, int] | None = None
    computed: tuple[Computation, ...] = ()


@dataclass
class Unsaved:
    """What an interrupted turn has to save: the draft as far as it was streamed, then the whole answer."""

    draft: str = ""
    answer: Answer | None = None
