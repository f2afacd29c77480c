"""Format of a file that is a zip archive, by its members."""

from __future__ import annotations

from research_agent.documents import UnreadableFileError
from research_agent.documents.formats.archive import Archive

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
    ("xl/workbook.bin", "is a binary workbook of Excel, which is not read", "Save it as XLSX in Excel."),
    (
        "Index/Document.iwa",
        "is a document of Pages, Numbers or Keynote, which is not read",
        "Export it as DOCX or PDF.",
    ),
    ("Index.zip", "is a document of Pages, Numbers or Keynote, which is not read", "Export it as DOCX or PDF."),
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
    for member, what, remedy in NOT_READ:
        if archive.has(member):
            raise UnreadableFileError(what, remedy)
    for start, known in FOLDERS:  # some programs number the main part
        if any(name.startswith(start) and name.endswith(".xml") for name in archive.names):
            return known
    raise UnreadableFileError("is an archive, which is not read", "Unpack it and add the folder.")
