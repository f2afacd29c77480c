"""Mail (.eml, .mbox) and pages saved as one file (.mht): head, text and the names of what is attached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime

from research_agent.documents import UnreadableFileError
from research_agent.documents.charset import UndecodableError, codec_of, decode
from research_agent.documents.formats.html_text import read_page, tell_html
from research_agent.documents.formats.text_builder import TextBuilder
from research_agent.messages import file_failures

__all__ = ["read_mail"]

FIELDS = ("From", "To", "Cc", "Date")
SEPARATOR = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\r\n]{1,200}\d{4}[^\r\n]{0,40}\r?\n")
QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
MESSAGES, PARTS = 50_000, 1000
UNTITLED = "(no subject)"


def read_mail(data: bytes, told: TextBuilder) -> None:
    """Tell of a message, of the messages of a mailbox, or of a page with what belongs to it."""
    starts = [(match.start(), match.end()) for match in SEPARATOR.finditer(data)]
    if not starts or starts[0][0]:
        _tell(_parsed(data), told, is_alone=True)
        return
    ends = [start for start, _ in starts[1:]] + [len(data)]
    for (_, start), end in list(zip(starts, ends, strict=True))[:MESSAGES]:
        _tell(_parsed(QUOTED_FROM.sub(rb"\1", data[start:end])), told, is_alone=len(starts) == 1)
        if told.is_full:
            return
    if len(starts) > MESSAGES:
        told.note(file_failures.MESSAGES_READ(messages=MESSAGES, total=len(starts)))


def _parsed(data: bytes) -> Message:
    try:
        return message_from_bytes(data.lstrip(b"\r\n"))
    except (MessageError, LookupError, AttributeError, TypeError) as error:
        raise UnreadableFileError(file_failures.NOT_A_MESSAGE(), file_failures.REPAIR()) from error


def _tell(message: Message, told: TextBuilder, *, is_alone: bool) -> None:
    parts = [part for _, part in zip(range(PARTS), _parts(message), strict=False)]
    if message.get_content_type() == "multipart/related" and "Snapshot-Content-Location" in message:
        _tell_saved_page(parts, told)
        return
    subject = _field(message, "Subject")
    if is_alone:
        told.title, told.author, told.published = subject, _field(message, "From"), _day(message)
    told.heading(subject or UNTITLED, 1)
    told.paragraph("\n".join(f"{name}: {value}" for name in FIELDS if (value := _field(message, name))))
    texts = {kind: [part for part in parts if _kind(part) == kind and not _file_name(part)] for kind in KINDS}
    if any(_body(part).strip() for part in texts["text/plain"]):
        for part in texts["text/plain"]:
            told.source(_body(part))
    else:
        for part in texts["text/html"]:
            tell_html(_body(part), told, level=1)
    if names := [name for part in parts if (name := _file_name(part))]:
        told.line(f"Attached: {', '.join(names)}")
        told.note(file_failures.ATTACHMENTS(names=", ".join(names)[:300]))


KINDS = ("text/plain", "text/html")


def _tell_saved_page(parts: list[Message], told: TextBuilder) -> None:
    for part in parts:
        if part.get_content_type() == "text/html":
            read_page(_body(part).encode(), told)
            return


def _parts(message: Message) -> Iterator[Message]:
    """The parts that hold something; those of an attached message too."""
    open_parts = [message]
    while open_parts:
        part = open_parts.pop()
        payload = part.get_payload()
        if isinstance(payload, list):
            open_parts += [inner for inner in reversed(payload) if isinstance(inner, Message)]
        else:
            yield part


def _kind(part: Message) -> str:
    """Content type of a part; a message of parts without any is a text."""
    return (
        "text/plain" if part.is_multipart() or part.get_content_maintype() == "multipart" else part.get_content_type()
    )


def _body(part: Message) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    try:
        return decode(data, str(part.get_content_charset("") or "") or None)
    except UndecodableError:
        return ""


def _file_name(part: Message) -> str:
    """Name of an attached file; "" for a text of the message."""
    try:
        name = part.get_filename("")
    except (HeaderParseError, LookupError, ValueError, TypeError):
        name = "(unnamed)"
    disposition = str(part.get("Content-Disposition", "")).partition(";")[0].strip().lower()
    if name or disposition == "attachment" or part.get_content_maintype() not in ("text", "multipart"):
        return _decoded(str(name or part.get_content_type()))
    return ""


def _field(message: Message, name: str) -> str:
    return _decoded(str(message.get(name, "")))


def _decoded(value: str) -> str:
    """Value of a field in one line, its encoded words decoded."""
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return " ".join(value.split())
    said = ""
    for piece, charset in pieces:
        if isinstance(piece, str):
            said += piece
        else:
            said += piece.decode(codec_of(charset) or "utf-8", "replace")
    return " ".join(said.split())


def _day(message: Message) -> str:
    try:
        return parsedate_to_datetime(str(message.get("Date", ""))).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
