"""HTML export: a session as one self-contained file; its content security policy forbids scripts and loading."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import Any

from research_agent.memory import SessionInfo
from research_agent.rendering.answer_html import answer_html
from research_agent.rendering.jinja import environment
from research_agent.rendering.plots import plot_svg
from research_agent.rendering.view import AnswerView
from research_agent.types import Citation, Turn

__all__ = ["as_html"]

TEMPLATES = "research_agent.rendering"


def as_html(info: SessionInfo, turns: Sequence[Turn]) -> str:
    """HTML page: for each turn question, answer with marks, and the quotes that the marks link to."""
    from markupsafe import Markup

    templates = environment(TEMPLATES)
    style = templates.get_template("session.css").render()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return templates.get_template("session.html").render(
        info=info,
        style=Markup(style),  # noqa: S704 - our own file
        style_hash=digest,
        turns=[_turn(turn) for turn in turns],
    )


def _turn(turn: Turn) -> dict[str, Any]:
    answer, prefix, view = turn.answer, f"t{turn.number}", AnswerView(turn.answer)
    return {
        "number": turn.number,
        "prefix": prefix,
        "question": turn.question,
        "lang": view.language,
        "summary": view.summary,
        "answer": answer_html(answer, lambda cited: _quote_id(prefix, cited), prefix=prefix),
        "plots": [(plot.title, plot_svg(plot)) for plot in view.plots],
        "notes": view.notes,
        "removed": view.taken_out,
        "conflicts": answer.conflicts,
        "references": view.references,
        "unread": view.unread,
    }


def _quote_id(prefix: str, cited: Citation) -> str:
    return f"#{prefix}n{cited.n}q{cited.start}-{cited.end}"
