"""HTTP errors: aiohttp's exceptions and statuses translated to `SourceError`, here and nowhere else."""

from __future__ import annotations

import errno
import time

import aiohttp

from research_agent.documents.interstitials import interstitial
from research_agent.errors import (
    AddressError,
    BodyError,
    HttpConnectionError,
    HttpStatusError,
    HttpTimeoutError,
    SourceError,
)
from research_agent.http.rate_limits import retry_after
from research_agent.http.redirects import parsed
from research_agent.http.ssrf import RefusedAddressError, refusal
from research_agent.text.humanize import duration
from research_agent.text.sanitize import redacted_url

__all__ = ["NAME_NOT_FOUND", "status_error", "translate"]

NAME_NOT_FOUND = "has an address whose name was not found"

# First match wins: subclasses stand before their bases.
MEANINGS: tuple[tuple[type[Exception], type[SourceError], str], ...] = (
    (TimeoutError, HttpTimeoutError, "timed out"),
    (aiohttp.ClientConnectorDNSError, HttpConnectionError, NAME_NOT_FOUND),
    (aiohttp.ClientConnectorCertificateError, HttpConnectionError, "has a certificate that is not valid"),
    (aiohttp.ServerFingerprintMismatch, HttpConnectionError, "has a certificate that was not expected"),
    (aiohttp.ClientSSLError, HttpConnectionError, "could not be reached securely (TLS)"),
    (aiohttp.ClientProxyConnectionError, HttpConnectionError, "could not be reached: the proxy does not answer"),
    (aiohttp.ClientHttpProxyError, HttpConnectionError, "could not be reached: the proxy refused"),
    (aiohttp.ServerDisconnectedError, HttpConnectionError, "closed the connection without an answer"),
    (aiohttp.ClientConnectorError, HttpConnectionError, "could not be reached"),
    (aiohttp.ClientConnectionResetError, HttpConnectionError, "reset the connection"),
    (aiohttp.ClientOSError, HttpConnectionError, "broke the connection"),
    (aiohttp.ClientPayloadError, BodyError, "sent an answer that was cut off or could not be unpacked"),
    (aiohttp.RedirectClientError, BodyError, "redirected to something that is not a web address"),
    (aiohttp.NonHttpUrlClientError, AddressError, "has an address that is not http or https"),
    (aiohttp.InvalidURL, HttpConnectionError, "has an address that is not a URL"),
    (aiohttp.ClientResponseError, BodyError, "answered with something that is not valid HTTP"),
    (aiohttp.ClientError, HttpConnectionError, "broke the connection"),
    (OSError, HttpConnectionError, "broke the connection"),
)

# aiohttp passes the system's errno on, whatever class it wraps it in.
BY_NUMBER = {
    errno.ECONNREFUSED: "refused the connection",
    errno.ECONNRESET: "reset the connection",
    errno.EHOSTUNREACH: "could not be reached: no route to it",
    errno.ENETUNREACH: "could not be reached: no network",
}


WANTS_LOGIN = "could not be reached: the proxy wants a login (HTTP 407)"


def translate(error: Exception, url: str, *, timeout: float, proxy: str = "") -> SourceError:
    """
    The `SourceError` for an exception of aiohttp or the system.

    `timeout` is the limit in seconds that was set, `proxy` the variable and the address of the proxy that was used.
    """
    if isinstance(getattr(error, "os_error", None), RefusedAddressError):
        return refusal(error.os_error.filename)  # type: ignore[attr-defined]
    meaning, message = next((meaning, text) for kind, meaning, text in MEANINGS if isinstance(error, kind))
    if meaning is HttpTimeoutError:
        message = f"timed out after {timeout:g} s"
    by_proxy = isinstance(error, aiohttp.ClientProxyConnectionError | aiohttp.ClientHttpProxyError)  # its errno, status
    if isinstance(error, OSError) and error.errno in BY_NUMBER and not by_proxy:
        message = BY_NUMBER[error.errno]
    if by_proxy and getattr(error, "status", 0) == 407:
        message = WANTS_LOGIN
    if by_proxy and proxy:
        message += f" ({proxy})"
    return meaning(message, hint=f"The request went to {_redacted(url)}.")


def status_error(status: int, again: str | None, *, hint: str, body: bytes = b"") -> HttpStatusError:
    """The error for a status of 300 or more with the `body` of its response; `again` is its `Retry-After` header."""
    seconds = retry_after(again, wall=time.time())
    when = f", try again in {duration(seconds)}" if seconds else ""
    if status == 429:
        message = f"is limiting requests (HTTP 429){when}"
    elif status == 407:
        message = WANTS_LOGIN
    elif status >= 500:
        message = f"has a fault of its own (HTTP {status}){when}"
    else:
        message = f"did not accept the request (HTTP {status})"
    if kind := interstitial(body):
        message += f": it answered with {kind}"
    return HttpStatusError(message, status=status, hint=hint, body=body)


def _redacted(url: str) -> str:
    """URL without user, password and query, where feeds may have their key."""
    try:
        return str(parsed(url).with_user(None).with_query(None).with_fragment(None))
    except ValueError:
        return redacted_url(url)
