"""The report of deep research as Markdown: its text with [n] marks, how it was made, its sources with dates."""

from __future__ import annotations

from collections.abc import Mapping

from research_agent.rendering.markdown import plot_markdown
from research_agent.rendering.view import AnswerView
from research_agent.text.sanitize import one_line, printable
from research_agent.types import Answer

__all__ = ["report_markdown"]


def report_markdown(answer: Answer, titles: Mapping[str, str]) -> str:
    """The whole report; ends in a line break. `titles` are the sources' display titles by name."""
    view = AnswerView(answer, titles)
    blocks = [f"# {one_line(answer.question)}", printable(view.text)]
    blocks += map(plot_markdown, view.plots_untold)
    if view.ledger:
        blocks += ["## About this report", "\n".join(f"- {one_line(line)}" for line in view.ledger)]
    if view.references:
        sources = (", ".join(filter(None, (item.title, item.url, item.source, item.terms))) for item in view.references)
        blocks += ["## Sources", "\n".join(f"{number}. {line}" for number, line in enumerate(sources, 1))]
    return "\n\n".join(blocks) + "\n"
