"""Reading of any file: its format is recognized, and the format's reader tells what it holds."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any
from xml.parsers.expat import ExpatError

from research_agent.documents import TooHeavyError, UnreadableFileError
from research_agent.documents.charset import UndecodableError
from research_agent.documents.file_values import values_of
from research_agent.documents.formats.archive import Archive
from research_agent.documents.formats.recognition import format_of
from research_agent.documents.formats.text_builder import TextBuilder
from research_agent.documents.formats.zip_formats import zip_format
from research_agent.messages import file_failures

__all__ = ["read_any", "read_unguarded"]

# Each reader's module is imported when a file of its format comes first.
READERS = {
    "text": ("plain_text", "read_text"),
    "code": ("plain_text", "read_code"),
    "tex": ("plain_text", "read_tex"),
    "markdown": ("markdown_file", "read_markdown"),
    "page": ("html_text", "read_page"),
    "table": ("delimited", "read_delimited"),
    "mail": ("mail", "read_mail"),
    "notebook": ("notebook", "read_notebook"),
    "rtf": ("rich_text", "read_rich_text"),
}
ZIPPED = {
    "epub": ("epub", "read_epub"),
    "word": ("word_document", "read_word"),
    "sheets": ("sheets", "read_sheets"),
    "slides": ("slides", "read_slides"),
    "open document": ("open_document", "read_open_document"),
}
TITLED = frozenset(("word", "slides", "open document", "rtf", "epub"))  # by their first heading, where they say none
# What parsers, ours and others', raise where a file is not of the form that they expect.
UNEXPECTED = (ArithmeticError, AssertionError, AttributeError, ExpatError, LookupError, OSError, TypeError)


def read_any(data: bytes, name: str) -> dict[str, Any]:
    """The values of the `FileText` of a file called `name`. Raises `ValueError` when it cannot be read."""
    told = TextBuilder()
    try:
        read_unguarded(data, name, told)
    except UndecodableError as error:
        raise UnreadableFileError(file_failures.UNSUPPORTED(), file_failures.SUPPORTED_FORMATS()) from error
    except (TooHeavyError, UnreadableFileError):
        raise
    except (ValueError, *UNEXPECTED) as error:
        raise UnreadableFileError(file_failures.NOT_ITS_FORMAT(), file_failures.REPAIR()) from error
    if told.is_empty:
        told.notes.insert(0, file_failures.NO_WORDS())
    return values_of(told.file_text())


def read_unguarded(data: bytes, name: str, told: TextBuilder) -> None:
    """Tell of a file. Raises what its parsers raise."""
    known = format_of(data, name)
    source: Any = data
    if known == "zip":
        source = Archive(data)
        known = zip_format(source)
    module, function = {**READERS, **ZIPPED}[known]
    read: Callable[[Any, TextBuilder], None] = getattr(import_module(f"{__package__}.{module}"), function)
    read(source, told)
    if not told.title and known in TITLED:
        told.title = told.first_heading
