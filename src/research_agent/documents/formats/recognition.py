"""Format of a file: by its content first, by the ending of its name where the content is any text."""

from __future__ import annotations

import re

from research_agent.documents import UnreadableFileError
from research_agent.documents.charset import UndecodableError, decode

__all__ = ["format_of", "text_format_of"]

SAVE_AS = "Save it as {} in the program that made it."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Streams of an OLE file tell what it is: their names are in UTF-16.
OLE_STREAMS = (
    ("EncryptedPackage", "needs a password", "Save a copy of it without one."),
    ("WordDocument", "is a document of an old Word, which is not read", SAVE_AS.format("DOCX")),
    ("Workbook", "is a workbook of an old Excel, which is not read", SAVE_AS.format("XLSX")),
    ("Book", "is a workbook of an old Excel, which is not read", SAVE_AS.format("XLSX")),
    ("PowerPoint Document", "is a presentation of an old PowerPoint, which is not read", SAVE_AS.format("PPTX")),
    ("__nameid_version1.0", "is a message of Outlook, which is not read", "Save it as .eml."),
)
SIGNATURES = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08", "zip"),
    (b"{\\rtf", "rtf"),
)
REFUSED = (
    ("a picture", (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00")),
    ("an archive", (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"(\xb5/\xfd")),
    ("a program", (b"\x7fELF", b"MZ", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")),
    ("a sound", (b"ID3", b"OggS", b"fLaC", b"\xff\xfb")),
    ("a database", (b"SQLite format 3\x00",)),
)
REMEDIES = {"an archive": "Unpack it and add the folder.", "a picture": "Put it into a PDF: its words are read there."}
NOTHING = "PDF, DOCX, ODT, PPTX, XLSX, CSV, EPUB, RTF, HTML, Markdown, text, program code, mail and notebooks are read."

MARKDOWN = frozenset("md markdown mdown mkd qmd rmd rst".split())
TEX = frozenset("tex ltx latex".split())
PAGES = frozenset("html htm xhtml xht shtml".split())
TABLES = frozenset("csv tsv tab".split())
MAIL = frozenset("eml mbox mbx mht mhtml".split())
CODE = frozenset(
    "py pyi pyx js mjs cjs jsx ts tsx java kt kts scala c h cc cpp cxx hh hpp cs go rs rb php swift m mm sh bash zsh "
    "fish ps1 bat pl pm lua r jl hs ml mli ex exs erl clj lisp el scm sql css scss less vue svelte dart f90 f pas vb "
    "asm s cmake make mk gradle groovy tf proto graphql zig nim v sol".split()
)
PAGE_START = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
FIELD_LINE = re.compile(r"(?:From |(?:[A-Za-z][A-Za-z-]{1,40}):[ \t])")
MAIL_FIELDS = frozenset(
    "from to subject date message-id received return-path mime-version delivered-to reply-to cc content-type "
    "sender".split()
)
BEGINNING = 20_000  # characters in which a form shows


def format_of(data: bytes, name: str) -> str:
    """The format that a file is read in. Raises `UnreadableFileError` for what is not read."""
    if not data.strip():
        raise UnreadableFileError("is empty", "Remove it, or fetch it again.")
    if data.startswith(OLE):
        raise _ole(data)
    for start, known in SIGNATURES:
        if data.startswith(start):
            return known
    for kind, starts in REFUSED:
        if data.startswith(starts) and _is_binary(data):
            raise UnreadableFileError(f"is {kind}, which is not read", REMEDIES.get(kind, NOTHING))
    if data[4:8] == b"ftyp" or (data[:4] == b"RIFF" and _is_binary(data)):
        raise UnreadableFileError("is a film, a picture or a sound, which is not read", NOTHING)
    try:
        beginning = decode(data[: 4 * BEGINNING])[:BEGINNING]
    except UndecodableError as error:
        raise UnreadableFileError("is of no format that is read", NOTHING) from error
    return text_format_of(beginning, name)


def text_format_of(beginning: str, name: str) -> str:
    """The format of a text: by the ending where that is one of a text, else by how it begins."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    for known, endings in (("markdown", MARKDOWN), ("tex", TEX), ("code", CODE), ("table", TABLES)):
        if ending in endings:
            return known
    if beginning.lstrip().startswith("{") and '"cells"' in beginning + " " and ending in ("ipynb", "json", ""):
        return "notebook"
    if ending == "ipynb":
        return "notebook"
    if PAGE_START.match(beginning) or ending in PAGES:
        return "page"
    if ending in MAIL or (ending not in ("txt", "text", "log") and _is_mail(beginning)):
        return "mail"
    return "text"


def _is_mail(beginning: str) -> bool:
    """Whether a text begins with the header fields of a message."""
    head = beginning.lstrip("\n").split("\n\n", 1)[0].split("\n")[:40]
    if not head or not FIELD_LINE.match(head[0]):
        return False
    fields = {line.partition(":")[0].lower() for line in head}
    return len(fields & MAIL_FIELDS) >= 3


def _is_binary(data: bytes) -> bool:
    """Whether bytes with the signature of another format are no text that begins so ("BM", "MZ")."""
    try:
        decode(data[:4096])
    except UndecodableError:
        return True
    return b"\x00" in data[:4096]


def _ole(data: bytes) -> UnreadableFileError:
    for stream, what, remedy in OLE_STREAMS:
        if stream.encode("utf-16-le") in data:
            return UnreadableFileError(what, remedy)
    return UnreadableFileError("is of no format that is read", NOTHING)
