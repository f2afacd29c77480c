"""Export of stored sessions: Markdown, HTML, PDF, Word, JSON, BibTeX, CSL. No file runs or loads anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from research_agent.errors import UsageError
from research_agent.installation import extra_hint
from research_agent.memory import SessionInfo
from research_agent.messages import answer_lines
from research_agent.rendering.bibtex import as_bibtex
from research_agent.rendering.csl import as_csl
from research_agent.rendering.markdown import as_markdown
from research_agent.rendering.session_json import as_json
from research_agent.types import Turn

__all__ = ["FORMATS", "Format", "export"]

EXTRA = frozenset({"jinja2", "markupsafe", "nh3", "typst"})
"""Modules that the extra `serve` installs."""


class Format(NamedTuple):
    """An export format: media type, file suffix, display title and the function that renders it."""

    media_type: str
    suffix: str
    title: str
    render: Callable[[SessionInfo, Sequence[Turn]], str | bytes]


def _html(info: SessionInfo, turns: Sequence[Turn]) -> str:
    from research_agent.rendering.html import as_html

    return as_html(info, turns)


def _pdf(info: SessionInfo, turns: Sequence[Turn]) -> bytes:
    from research_agent.rendering.pdf import as_pdf

    return as_pdf(info, turns)


def _docx(info: SessionInfo, turns: Sequence[Turn]) -> bytes:
    from research_agent.rendering.docx import as_docx

    return as_docx(info, turns)


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMATS: Mapping[str, Format] = {
    "markdown": Format("text/markdown", ".md", "Markdown", as_markdown),
    "html": Format("text/html", ".html", "HTML", _html),
    "pdf": Format("application/pdf", ".pdf", "PDF", _pdf),
    "docx": Format(DOCX, ".docx", "Word", _docx),
    "json": Format("application/json", ".json", "JSON", as_json),
    "bibtex": Format("application/x-bibtex", ".bib", "BibTeX", lambda _, turns: as_bibtex(turns)),
    "csl": Format("application/vnd.citationstyles.csl+json", ".csl.json", "CSL", lambda _, turns: as_csl(turns)),
}


def export(name: str, info: SessionInfo, turns: Sequence[Turn]) -> bytes:
    """Bytes of the exported file. Raises `UsageError` for what a format cannot hold or whose library is missing."""
    try:
        content = FORMATS[name].render(info, turns)
    except ModuleNotFoundError as error:
        if error.name not in EXTRA:
            raise
        raise UsageError(
            answer_lines.NEEDS_EXTRA(title=FORMATS[name].title, name=error.name),
            hint=extra_hint("serve"),
        ) from error
    return content if isinstance(content, bytes) else content.encode("utf-8", "replace")
