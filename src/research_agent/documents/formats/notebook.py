"""Notebooks (.ipynb): text, code and what the code wrote, in order; pictures are left out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from research_agent.documents import UnreadableFileError
from research_agent.documents.charset import decode
from research_agent.documents.formats.html_text import tell_html
from research_agent.documents.formats.markdown_file import markdown_headings
from research_agent.documents.formats.text_builder import TextBuilder, sound
from research_agent.messages import file_failures

__all__ = ["read_notebook"]


def read_notebook(data: bytes, told: TextBuilder) -> None:
    """Tell of a notebook."""
    try:
        notebook = json.loads(decode(data))
    except (json.JSONDecodeError, RecursionError) as error:
        raise UnreadableFileError(file_failures.NOT_A_NOTEBOOK(), file_failures.REPAIR()) from error
    cells = list(_cells(notebook))
    if not cells and not (isinstance(notebook, dict) and "nbformat" in notebook):
        raise UnreadableFileError(file_failures.NO_CELLS(), file_failures.REPAIR())
    for cell in cells:
        source = sound(_text(cell.get("source", cell.get("input"))))
        kind = cell.get("cell_type")
        headings = markdown_headings(source) if kind == "markdown" else []
        if kind == "heading":  # of the third version
            level = cell.get("level")
            headings = [(0, level if isinstance(level, int) else 1, source)]
        told.title = told.title or next((label for _, level, label in headings if level == 1), "")
        told.source(source, headings)
        for output in _dicts(cell.get("outputs")):
            _tell_output(output, told)
    metadata = _dict(notebook.get("metadata"))
    told.title = _text(metadata.get("title")) or told.title
    told.author = ", ".join(name for author in _dicts(metadata.get("authors")) if (name := _text(author.get("name"))))


def _cells(notebook: Any) -> Iterator[dict[str, Any]]:
    yield from _dicts(_dict(notebook).get("cells"))
    for sheet in _dicts(_dict(notebook).get("worksheets")):
        yield from _dicts(sheet.get("cells"))


def _tell_output(output: Mapping[str, Any], told: TextBuilder) -> None:
    kind, shown = output.get("output_type"), _dict(output.get("data")) or output
    if kind == "stream":
        told.source(_text(output.get("text")))
    elif kind in ("error", "pyerr"):
        told.source(f"{_text(output.get('ename'))}: {_text(output.get('evalue'))}")
    elif "<table" in (markup := _text(shown.get("text/html", shown.get("html")))):
        tell_html(markup, told)
    else:
        told.source(_text(shown.get("text/markdown")) or _text(shown.get("text/plain", shown.get("text"))))


def _text(value: Any) -> str:
    """A text, which may be stored as its lines."""
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
