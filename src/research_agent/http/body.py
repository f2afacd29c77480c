"""Response bodies: what sources get of a response, and what is wrong with one of another kind than expected."""

from __future__ import annotations

from dataclasses import dataclass

from research_agent.documents.charset import UndecodableError, decode
from research_agent.documents.interstitials import interstitial, is_html
from research_agent.errors import BodyError
from research_agent.http.response import Response
from research_agent.text.timestamps import iso_time

__all__ = ["Body", "body_of", "json_failure", "reject_interstitial", "text_of"]

HTML = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """
    Body of a response, decompressed.

    `content_type` is lower case without parameters, `charset` that of the header (None without one), `url` the address
    after redirects, `retrieved` an ISO 8601 time, `age` its age in seconds: 0 unless it came from the cache.
    """

    data: bytes
    content_type: str
    charset: str | None
    url: str
    retrieved: str
    age: float = 0.0


def body_of(response: Response) -> Body:
    """The `Body` of a response, new or from the cache."""
    return Body(
        data=response.data,
        content_type=response.content_type,
        charset=response.charset,
        url=response.url,
        retrieved=iso_time(response.retrieved),
        age=response.age,
    )


def text_of(body: Body, *, hint: str) -> str:
    """The text of a body, by the rules of `charset.decode`. Raises `BodyError` when it cannot be decoded."""
    try:
        return decode(body.data, body.charset)
    except UndecodableError as error:
        raise BodyError("answered with text that cannot be decoded", hint=hint) from error


def reject_interstitial(body: Body, *, hint: str) -> Body:
    """The body itself. Raises `BodyError` when it is an interstitial page, such as a bot check."""
    if (body.content_type in HTML or is_html(body.data)) and (kind := interstitial(body.data)):
        raise BodyError(f"answered with {kind}, not with what was asked for", hint=hint)
    return body


def json_failure(body: Body) -> str:
    """Why a body that should be JSON is not."""
    data = body.data
    if is_html(data) or body.content_type in HTML:
        kind = interstitial(data)
        return f"answered with HTML instead of JSON{kind and f': {kind}'}"
    if data.lstrip().startswith((b"{", b"[")):
        return "answered with JSON that is cut or broken"
    return "answered with something that is not JSON" if data.strip() else "answered with an empty body"
