"""HTTP responses, as sources get them and the cache stores them; and what is wrong with one of an unexpected kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from research_agent.documents.charset import UndecodableError, decode
from research_agent.documents.interstitials import interstitial, is_html
from research_agent.errors import BodyError
from research_agent.messages import failures
from research_agent.text.timestamps import iso_time

__all__ = ["Response", "json_failure", "reject_interstitial", "text_of"]

HTML = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """
    One response, whole and decompressed. `url` is the address after redirects.

    `content_type` is lower case without parameters, `charset` that of the header (None without one), `retrieved` wall
    time in seconds. `headers` are those that control caching, `key` is its cache key.
    """

    status: int
    data: bytes
    content_type: str
    charset: str | None
    url: str
    retrieved: float
    headers: Mapping[str, str] = field(default_factory=dict)
    key: bytes = b""

    @property
    def retrieved_at(self) -> str:
        """`retrieved` as an ISO 8601 time."""
        return iso_time(self.retrieved)


def text_of(response: Response, *, hint: str) -> str:
    """The text of a body, by the rules of `charset.decode`. Raises `BodyError` when it cannot be decoded."""
    try:
        return decode(response.data, response.charset)
    except UndecodableError as error:
        raise BodyError(failures.UNDECODABLE(), hint=hint) from error


def reject_interstitial(response: Response, *, hint: str) -> Response:
    """The response itself. Raises `BodyError` when it is an interstitial page, such as a bot check."""
    if _is_html(response) and (kind := interstitial(response.data)):
        raise BodyError(failures.OTHER_THAN_ASKED(kind=kind), hint=hint)
    return response


def json_failure(response: Response) -> str:
    """Why a body that should be JSON is not."""
    data = response.data
    if _is_html(response):
        kind = interstitial(data)
        return failures.HTML_NOT_JSON(kind=kind and f": {kind}")
    if data.lstrip().startswith((b"{", b"[")):
        return failures.CUT_JSON()
    return failures.NOT_JSON() if data.strip() else failures.EMPTY_BODY()


def _is_html(response: Response) -> bool:
    return response.content_type in HTML or is_html(response.data)
