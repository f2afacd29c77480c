"""Reading of any file: its format is recognized, and the format's reader tells what it holds."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from research_agent.documents.file_values import values_of
from research_agent.documents.formats.recognition import format_of
from research_agent.documents.formats.text_builder import TextBuilder

__all__ = ["read_any"]

# Each reader's module is imported when a file of its format comes first.
READERS = {
    "text": ("plain_text", "read_text"),
    "code": ("plain_text", "read_code"),
    "markdown": ("markdown_file", "read_markdown"),
    "page": ("html_text", "read_page"),
}


def read_any(data: bytes, name: str) -> dict[str, Any]:
    """The values of the `FileText` of a file called `name`. Raises `ValueError` when it cannot be read."""
    module, function = READERS[format_of(data, name)]
    read: Callable[[bytes, TextBuilder], None] = getattr(import_module(f"{__package__}.{module}"), function)
    told = TextBuilder()
    read(data, told)
    if told.is_empty:
        told.notes.insert(0, "It holds no words that can be read.")
    return values_of(told.file_text())
