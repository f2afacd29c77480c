"""
Reading of a user's own file, of any format, to the text and the places that a library keeps of it.

What it is, its content says; the ending of its name only tells texts apart. All of it is parsed in a reader's locked
process, within limits of its own.
"""

from __future__ import annotations

from typing import Protocol

from research_agent.documents.archives import archive_endings
from research_agent.documents.file_text import FileText
from research_agent.errors import BodyError
from research_agent.messages import file_failures

__all__ = ["LARGEST", "SUFFIXES", "FileReader", "is_readable", "read_file"]

LARGEST = 200_000_000
"""Bytes of a file; a larger one is not read."""

SUFFIXES = frozenset(
    f".{ending}"
    for ending in (
        "pdf html htm xhtml xht shtml mht mhtml md markdown mdown mkd qmd rmd txt text log rst adoc org tex bib "
        "csv tsv tab json jsonl yaml yml toml ini cfg conf xml docx docm dotx odt ott ods odp pptx pptm ppsx xlsx xlsm "
        "epub rtf eml mbox mbx ipynb doc xls ppt "
        "py pyi pyx js mjs cjs jsx ts tsx java kt kts scala c h cc cpp cxx hh hpp cs go rs rb php swift sh bash zsh "
        "fish ps1 bat pl pm lua r jl hs ml mli ex exs erl clj lisp el scm sql css scss vue svelte dart f90 pas vb "
        "gradle groovy proto graphql zig nim sol"
    ).split()
)
"""Endings of names, in lower case, of the files that are read."""

NAMES = frozenset(
    "readme license licence copying authors changelog changes news todo notice makefile dockerfile".split()
)
PDF_WITHIN = 1024  # bytes, as its readers have it


class FileReader(Protocol):
    """What reads a file's bytes in a locked process; `IsolatedFileReader` does."""

    async def other_file(self, body: bytes, name: str) -> FileText:
        """Text of a file that is no PDF. Raises `BodyError`."""
        ...

    async def pdf_file(self, body: bytes) -> FileText:
        """Text of a PDF. Raises `BodyError`."""
        ...


def is_readable(name: str) -> bool:
    """Whether a file of that name is worth reading: its ending is known, an archive's too, or its name as README is."""
    name = name.replace("\\", "/").rpartition("/")[2].lower()
    stem, dot, ending = name.rpartition(".")
    return f".{ending}" in SUFFIXES or f".{ending}" in archive_endings() if dot and stem else name in NAMES


async def read_file(body: bytes, name: str, *, reader: FileReader) -> FileText:
    """
    Text of a file of that name, with its places; without any words its `text` is "", and its first note says why.

    Raises `BodyError` for a file that cannot be read (damaged, protected, too large, of no format that is read): its
    message follows the name of the file, its hint says what to do.
    """
    if len(body) > LARGEST:
        raise BodyError(file_failures.TOO_LARGE_FILE(most=LARGEST // 1000000), hint=file_failures.SPLIT_IT())
    if b"%PDF-" in body[:PDF_WITHIN]:
        return await reader.pdf_file(body)
    return await reader.other_file(body, name)
