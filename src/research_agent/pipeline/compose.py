"""Composition of the answer: its status, its conflicts, and a line for each thing the user should know."""

from __future__ import annotations

from research_agent.pipeline.state import CheckedDraft, Retrieved, TurnContext
from research_agent.stages.conflicts import Comparison, compare
from research_agent.stages.status import conclude, disagreements, nothing_found, unmentioned
from research_agent.types import Answer, Status

__all__ = ["compose", "conclude_status", "find_conflicts"]


def conclude_status(turn: TurnContext, retrieved: Retrieved, draft: CheckedDraft) -> Status:
    """The status of the answer; what went wrong is noted."""
    runtime = turn.runtime
    status, lines = conclude(
        retrieved.reports,
        runtime.source_titles,
        frozenset(source.name for source in runtime.sources if not source.live),
        has_text=bool(draft.checked.text),
        model=turn.chat_error is None,
        offline=runtime.settings.flags.offline,
    )
    turn.note(*lines)
    return status


def find_conflicts(turn: TurnContext, retrieved: Retrieved, draft: CheckedDraft) -> Comparison:
    """The conflicts of the cited words with other passages, and a note of each."""
    with turn.timeline.span("compare"):
        comparison = compare(draft.checked.citations, retrieved.passages)
    turn.note(*disagreements(comparison.conflicts, draft.checked.citations))
    return comparison


def compose(
    turn: TurnContext, retrieved: Retrieved, draft: CheckedDraft, status: Status, comparison: Comparison
) -> Answer:
    """The answer, whose `turn` is 0 until it is stored, with the documents that it quotes and all notes."""
    runtime, checked, conflicts = turn.runtime, draft.checked, comparison.conflicts
    if checked.text and turn.chat_error is not None:
        turn.note(f"{turn.chat_error.message} Extracts are shown instead. {turn.chat_error.hint}".strip())
    documents = {passage.document.id: passage.document for passage in retrieved.passages}
    cited = {citation.document: documents[citation.document] for citation in checked.citations}
    against = {conflict.document: documents[conflict.document] for conflict in conflicts}
    if cited:
        turn.note(*unmentioned(turn.question, cited.values()))
    turn.timeline.mark("total")
    return Answer(
        session=turn.session,
        turn=0,
        question=turn.question,
        text=checked.text or nothing_found(retrieved.reports, runtime.source_titles),
        answer_from=draft.answer_from,
        status=status,
        citations=checked.citations,
        unsupported=checked.unsupported,
        partly=checked.partly,
        independent=comparison.independent,
        conflicts=conflicts,
        sources=retrieved.reports,
        finding=retrieved.finding,
        model=runtime.chat_id,
        timings=dict(turn.timeline.timings),
        documents=tuple({**cited, **against}.values()),
        spans=tuple(turn.timeline.spans),
        notes=tuple(turn.notes),
        settings=runtime.settings.shown(),
    )
