"""Format of a file that is a zip archive, by its members."""

from __future__ import annotations

from research_agent.documents import UnreadableFileError
from research_agent.documents.formats.archive import Archive
from research_agent.messages import file_failures

__all__ = ["zip_format"]

# Members that only files of one format have.
MEMBERS = (
    ("META-INF/container.xml", "epub"),
    ("word/document.xml", "word"),
    ("xl/workbook.xml", "sheets"),
    ("ppt/presentation.xml", "slides"),
)
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
NOT_READ = (
    ("xl/workbook.bin", file_failures.BINARY_WORKBOOK),
    ("Index/Document.iwa", file_failures.APPLE_DOCUMENT),
    ("Index.zip", file_failures.APPLE_DOCUMENT),
)
FOLDERS = (("word/document", "word"), ("xl/workbook", "sheets"), ("ppt/presentation", "slides"))


def zip_format(archive: Archive) -> str:
    """The format. Raises `UnreadableFileError` for an archive that is no document."""
    if archive.has("mimetype") and archive.has("content.xml"):
        kind = archive.read("mimetype")[:100].decode("ascii", "replace").strip()
        if kind.startswith(OPEN_DOCUMENT):
            return "open document"
    for member, known in MEMBERS:
        if archive.has(member):
            return known
    for member, what in NOT_READ:
        if archive.has(member):
            is_workbook = what is file_failures.BINARY_WORKBOOK
            raise UnreadableFileError(
                what(), file_failures.SAVE_AS(form="XLSX") if is_workbook else file_failures.EXPORT_IT()
            )
    for start, known in FOLDERS:  # some programs number the main part
        if any(name.startswith(start) and name.endswith(".xml") for name in archive.names):
            return known
    raise UnreadableFileError(file_failures.ARCHIVE_FILE(), file_failures.UNPACK())
