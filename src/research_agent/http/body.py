"""What came back, and what it is when it is not what was asked for."""

from __future__ import annotations

from dataclasses import dataclass

from research_agent.documents.charset import UndecodableError, decode
from research_agent.documents.interstitials import is_html, obstacle
from research_agent.errors import BodyError
from research_agent.http.response import Reply
from research_agent.text.timestamps import iso_time

__all__ = ["Body", "body_of", "text_of", "unless_in_the_way", "what_is_wrong"]

HTML = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """
    The body of an answer, unpacked.

    `content_type` is lower case without parameters, `charset` what the header named (None when nothing), `url` where it
    was found after redirects, `retrieved` the moment in ISO 8601, `age` how old it is in seconds: 0 unless it was kept.
    """

    data: bytes
    content_type: str
    charset: str | None
    url: str
    retrieved: str
    age: float = 0.0


def body_of(reply: Reply) -> Body:
    """What a source is given of an answer, new or kept."""
    return Body(
        data=reply.data,
        content_type=reply.content_type,
        charset=reply.charset,
        url=reply.url,
        retrieved=iso_time(reply.retrieved),
        age=reply.age,
    )


def text_of(body: Body, *, hint: str) -> str:
    """The text of a body, by the rules of `bodies.decode`. Raises `BodyError` when it is none."""
    try:
        return decode(body.data, body.charset)
    except UndecodableError as error:
        raise BodyError("answered with text that cannot be decoded", hint=hint) from error


def unless_in_the_way(body: Body, *, hint: str) -> Body:
    """The body itself. Raises `BodyError` when it is a page that stands before what was asked for."""
    if (body.content_type in HTML or is_html(body.data)) and (found := obstacle(body.data)):
        raise BodyError(f"answered with {found}, not with what was asked for", hint=hint)
    return body


def what_is_wrong(body: Body) -> str:
    """What a body is that should have been JSON and is not."""
    data = body.data
    if is_html(data) or body.content_type in HTML:
        found = obstacle(data)
        return f"answered with HTML instead of JSON{found and f': {found}'}"
    if data.lstrip().startswith((b"{", b"[")):
        return "answered with JSON that is cut or broken"
    return "answered with something that is not JSON" if data.strip() else "answered with an empty body"
