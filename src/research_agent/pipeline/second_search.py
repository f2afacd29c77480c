"""The second search of a turn, in the spelling the encyclopedia knows, when no source has a word of the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from research_agent.events import Planned
from research_agent.messages import remarks
from research_agent.pipeline.evidence import fetch_from
from research_agent.pipeline.search import Ranker, sources_for
from research_agent.pipeline.state import TurnContext
from research_agent.sources.encyclopedia import Encyclopedia
from research_agent.sources.protocol import SourceSettings
from research_agent.stages.fetch import Fetched
from research_agent.stages.plan import known_topics
from research_agent.stages.recency import asked_period, dated
from research_agent.stages.restrict import restrict_topics
from research_agent.stages.spelling import Correction, correct
from research_agent.text.tokens import WORD
from research_agent.types import Evidence, History, Passage, SourceReport, Topic

__all__ = ["Searched", "merged_reports", "search_again"]


class Searched(NamedTuple):
    """The results of searching for a question, by its topics."""

    topics: tuple[Topic, ...]
    fetched: Fetched
    passages: Sequence[Passage]
    evidence: tuple[Evidence, ...]


async def search_again(turn: TurnContext, history: History, found: Searched) -> Searched:
    """The results of searching for the corrected question too; as they were when nothing is misspelt or found."""
    topics, fetched = found.topics, found.fetched
    encyclopedia = Encyclopedia(SourceSettings(parts=turn.runtime.settings.parts))
    correction = await correct(topics[0].question, found.evidence, encyclopedia.frequencies)
    if correction is None:
        return found
    corrected = known_topics(correction.apply(topics[0].question), history)
    corrected = dated(corrected, asked_period(corrected[0].question, turn.now.date()))
    corrected = restrict_topics(corrected, turn.admitted)
    turn.timeline.emit(Planned((*topics, *corrected)))
    sources = sources_for(turn, corrected[0].question)
    with turn.timeline.span("fetch"):
        more = await fetch_from(
            sources, corrected, runtime=turn.runtime, timeline=turn.timeline, embed_ready=turn.embed_ready,
            restriction=turn.admitted, budget=turn.budget,
        )  # fmt: skip
    reports = merged_reports(fetched.reports, more.reports)
    both = Fetched((*more.documents, *fetched.documents), reports, {**fetched.left_out, **more.left_out})
    passages, evidence = await Ranker(turn, corrected).rank(both.documents)
    if not evidence:
        return found
    turn.asked = turn.asked.corrected(correction.apply)
    words = " and ".join(f"'{correction.apply(word)}'" for word in _misspelt(topics[0].question, correction))
    turn.note(remarks.SEARCHED_TOO(words=words))
    return Searched(corrected, both, passages, evidence)


def _misspelt(question: str, correction: Correction) -> list[str]:
    """The misspelt words as they were written."""
    return [match[0] for match in WORD.finditer(question) if match[0].casefold() in correction.replaced]


def merged_reports(first: Sequence[SourceReport], second: Sequence[SourceReport]) -> tuple[SourceReport, ...]:
    """One report a source: that of the second search where that found anything, or the first did not ask the source."""
    reports = {report.name: report for report in first}
    for report in second:
        before = reports.get(report.name, report)
        before = report if before.status == "skipped" else before
        sent = tuple(dict.fromkeys((*before.sent, *report.sent)))
        reports[report.name] = replace(report if report.documents else before, sent=sent)
    return tuple(reports.values())
