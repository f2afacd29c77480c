"""
Value types that travel from stage to stage. All frozen; all offsets are Unicode code points.

    Topic -> Document -> Passage -> Evidence -> Citation -> Answer
"""

from __future__ import annotations

from research_agent.types.answer import Answer, AnswerFrom, History, Span, Status, Turn
from research_agent.types.citation import (
    Citation,
    Conflict,
    JudgedBy,
    Matter,
    Quotation,
    Removed,
    SingleSite,
    SiteKind,
    Verdict,
)
from research_agent.types.computation import Computation, Finding, Plot, PlotKind, PlotPoint
from research_agent.types.document import Document, Evidence, Part, Passage
from research_agent.types.inference import Embed, Entail, Readable, Rerank
from research_agent.types.source_report import SourceReport, SourceStatus, Unread
from research_agent.types.topic import UNRESTRICTED, USUAL, AskOptions, Restriction, Topic

__all__ = [
    "UNRESTRICTED",
    "USUAL",
    "Answer",
    "AnswerFrom",
    "AskOptions",
    "Citation",
    "Computation",
    "Conflict",
    "Document",
    "Embed",
    "Entail",
    "Evidence",
    "Finding",
    "History",
    "JudgedBy",
    "Matter",
    "Part",
    "Passage",
    "Plot",
    "PlotKind",
    "PlotPoint",
    "Quotation",
    "Readable",
    "Removed",
    "Rerank",
    "Restriction",
    "SingleSite",
    "SiteKind",
    "SourceReport",
    "SourceStatus",
    "Span",
    "Status",
    "Topic",
    "Turn",
    "Unread",
    "Verdict",
]
