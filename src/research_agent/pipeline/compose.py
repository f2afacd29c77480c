"""Composition of the answer: its status, its conflicts, and a line for each thing the user should know."""

from __future__ import annotations

from collections.abc import Collection

from research_agent.messages import remarks
from research_agent.pipeline.cited_sites import Trust
from research_agent.pipeline.state import CheckedDraft, Retrieved, TurnContext
from research_agent.sources.encyclopedia.installed_files import languages_to_bring
from research_agent.stages.conflicts import compare
from research_agent.stages.follow_up import follow_ups
from research_agent.stages.recency import asked_period, clock_line, outdated
from research_agent.stages.status import (
    conclude,
    disagreements,
    foreign,
    how_computed,
    nothing_found,
    otherwise,
    taken_out,
    unmentioned,
    unread,
)
from research_agent.text.languages import base_language
from research_agent.types import Answer

__all__ = ["compose"]


def compose(turn: TurnContext, retrieved: Retrieved, draft: CheckedDraft, trust: Trust) -> Answer:
    """The answer with its status and conflicts, the quoted documents and all notes; `turn` is 0 until it is stored."""
    runtime, checked = turn.runtime, draft.checked
    clock = clock_line(turn.asked.question, turn.now)
    local = frozenset(source.name for source in runtime.sources if not source.live)
    status, lines = conclude(
        retrieved.reports,
        runtime.source_titles,
        local,
        has_text=bool(checked.text),
        answered=draft.answered,
        model=turn.chat_error is None,
        offline=runtime.settings.flags.offline,
    )
    turn.note(*lines)
    with turn.timeline.span("compare"):
        compared = compare(checked.citations, retrieved.passages)
    turn.note(*disagreements(compared.conflicts, checked.citations))
    turn.note(*otherwise(checked.removed), *taken_out(checked.removed, checked.sentences))
    turn.note(*map(how_computed, draft.computed))
    if checked.text and turn.chat_error is not None:
        turn.note(remarks.EXTRACTS_INSTEAD(problem=turn.chat_error.message, hint=turn.chat_error.hint).strip())
    documents = {passage.document.id: passage.document for passage in retrieved.passages}
    cited = {citation.document: documents[citation.document] for citation in checked.citations}
    quoted = {
        *(one.document for one in compared.conflicts),
        *(quote.document for one in checked.removed for quote in one.quotes),
    }
    against = {document: documents[document] for document in sorted(quoted)}
    names_pages = "://" in retrieved.question  # then these are all that the web was asked for
    by_address = (document for document in documents.values() if document.source == "web" and names_pages)
    turn.note(*unread({document.id: document for document in (*cited.values(), *by_address)}.values()))
    if not clock:
        to_bring = () if cited else languages_to_bring(runtime.settings.parts)
        turn.note(*foreign(turn.lang, cited.values(), retrieved.reports, local, to_bring))
    if cited:
        turn.note(*unmentioned(turn.asked.question, cited.values()))
    if not clock:
        period = asked_period(retrieved.question, turn.now.date())
        turn.note(*outdated(period, cited.values(), documents.values()))
    turn.timeline.mark("total")
    return Answer(
        session=turn.session,
        turn=0,
        question=turn.question,
        text=checked.text or clock or nothing_found(retrieved.reports, runtime.source_titles),
        answer_from=draft.answer_from,
        status=status,
        citations=trust.citations,
        unsupported=checked.unsupported,
        partly=checked.partly,
        removed=checked.removed,
        answer_span=draft.answer_span,
        independent=compared.independent,
        sites=compared.sites,
        single_site=trust.single_site,
        conflicts=compared.conflicts,
        computed=draft.computed,
        sources=retrieved.reports,
        finding=retrieved.finding,
        model=runtime.chat_id,
        timings=dict(turn.timeline.timings),
        documents=tuple({**cited, **against}.values()),
        spans=tuple(turn.timeline.spans),
        notes=tuple(turn.notes),
        settings={**runtime.settings.shown(), **turn.restriction.as_settings()},
        replaces=turn.replaces,
        follow_ups=_follow_ups(turn, retrieved, cited) if checked.citations else (),
        response=turn.response,
    )


def _follow_ups(turn: TurnContext, retrieved: Retrieved, cited: Collection[str]) -> tuple[str, ...]:
    """Questions to go on with, from the evidence and then from what else was read."""
    passages = (*(item.passage for item in retrieved.evidence), *retrieved.passages)
    documents = {passage.document.id: passage.document for passage in passages}
    return follow_ups(retrieved.question, [*documents.values()], cited=cited, lang=base_language(turn.lang))
