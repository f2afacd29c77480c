"""Format of a file: by its content first, by the ending of its name where the content is any text."""

from __future__ import annotations

import re

from research_agent.documents import UnreadableFileError
from research_agent.documents.charset import UndecodableError, decode
from research_agent.messages import file_failures

__all__ = ["format_of", "text_format_of"]

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Streams of an OLE file tell what it is (their names are in UTF-16), and as what it can be saved.
OLE_STREAMS = (
    ("EncryptedPackage", file_failures.NEEDS_PASSWORD, ""),
    ("WordDocument", file_failures.OLD_WORD, "DOCX"),
    ("Workbook", file_failures.OLD_EXCEL, "XLSX"),
    ("Book", file_failures.OLD_EXCEL, "XLSX"),
    ("PowerPoint Document", file_failures.OLD_POWERPOINT, "PPTX"),
    ("__nameid_version1.0", file_failures.OUTLOOK, ".eml"),
)
SIGNATURES = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08", "zip"),
    (b"{\\rtf", "rtf"),
)
REFUSED = (
    (
        file_failures.A_PICTURE,
        (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00"),
    ),
    (file_failures.AN_ARCHIVE, (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"(\xb5/\xfd")),
    (file_failures.A_PROGRAM, (b"\x7fELF", b"MZ", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")),
    (file_failures.A_SOUND, (b"ID3", b"OggS", b"fLaC", b"\xff\xfb")),
    (file_failures.A_DATABASE, (b"SQLite format 3\x00",)),
)
REMEDIES = {file_failures.AN_ARCHIVE: file_failures.UNPACK, file_failures.A_PICTURE: file_failures.PUT_IN_PDF}

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
        raise UnreadableFileError(file_failures.EMPTY_FILE(), file_failures.REMOVE_IT())
    if data.startswith(OLE):
        raise _ole(data)
    for start, known in SIGNATURES:
        if data.startswith(start):
            return known
    for kind, starts in REFUSED:
        if data.startswith(starts) and _is_binary(data):
            raise UnreadableFileError(
                file_failures.IS_KIND(kind=kind()), REMEDIES.get(kind, file_failures.SUPPORTED_FORMATS)()
            )
    if data[4:8] == b"ftyp" or (data[:4] == b"RIFF" and _is_binary(data)):
        raise UnreadableFileError(file_failures.MEDIA(), file_failures.SUPPORTED_FORMATS())
    try:
        beginning = decode(data[: 4 * BEGINNING])[:BEGINNING]
    except UndecodableError as error:
        raise UnreadableFileError(file_failures.UNSUPPORTED(), file_failures.SUPPORTED_FORMATS()) from error
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
    for stream, what, form in OLE_STREAMS:
        if stream.encode("utf-16-le") in data:
            remedy = file_failures.SAVE_AS(form=form) if form else file_failures.SAVE_UNLOCKED()
            return UnreadableFileError(what(), remedy)
    return UnreadableFileError(file_failures.UNSUPPORTED(), file_failures.SUPPORTED_FORMATS())
