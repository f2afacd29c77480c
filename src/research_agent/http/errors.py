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
from research_agent.messages import Message, failures
from research_agent.text.humanize import duration
from research_agent.text.sanitize import redacted_url

__all__ = ["status_error", "translate"]

# First match wins: subclasses stand before their bases.
MEANINGS: tuple[tuple[type[Exception], type[SourceError], Message], ...] = (
    (TimeoutError, HttpTimeoutError, failures.TIMED_OUT),
    (aiohttp.ClientConnectorDNSError, HttpConnectionError, failures.DNS_FAILED),
    (aiohttp.ClientConnectorCertificateError, HttpConnectionError, failures.BAD_CERTIFICATE),
    (aiohttp.ServerFingerprintMismatch, HttpConnectionError, failures.WRONG_CERTIFICATE),
    (aiohttp.ClientSSLError, HttpConnectionError, failures.NO_TLS),
    (aiohttp.ClientProxyConnectionError, HttpConnectionError, failures.PROXY_SILENT),
    (aiohttp.ClientHttpProxyError, HttpConnectionError, failures.PROXY_REFUSED),
    (aiohttp.ServerDisconnectedError, HttpConnectionError, failures.CLOSED),
    (aiohttp.ClientConnectorError, HttpConnectionError, failures.UNREACHABLE),
    (aiohttp.ClientConnectionResetError, HttpConnectionError, failures.RESET),
    (aiohttp.ClientOSError, HttpConnectionError, failures.BROKEN),
    (aiohttp.ClientPayloadError, BodyError, failures.CUT_OFF),
    (aiohttp.RedirectClientError, BodyError, failures.BAD_REDIRECT),
    (aiohttp.NonHttpUrlClientError, AddressError, failures.NOT_HTTP_ADDRESS),
    (aiohttp.InvalidURL, HttpConnectionError, failures.NOT_URL),
    (aiohttp.ClientResponseError, BodyError, failures.NOT_HTTP),
    (aiohttp.ClientError, HttpConnectionError, failures.BROKEN),
    (OSError, HttpConnectionError, failures.BROKEN),
)

# aiohttp passes the system's errno on, whatever class it wraps it in.
BY_NUMBER = {
    errno.ECONNREFUSED: failures.REFUSED,
    errno.ECONNRESET: failures.RESET,
    errno.EHOSTUNREACH: failures.NO_ROUTE,
    errno.ENETUNREACH: failures.NETWORK_DOWN,
}


def translate(error: Exception, url: str, *, timeout: float, proxy: str = "") -> SourceError:
    """
    The `SourceError` for an exception of aiohttp or the system.

    `timeout` is the limit in seconds that was set, `proxy` the variable and the address of the proxy that was used.
    """
    if isinstance(getattr(error, "os_error", None), RefusedAddressError):
        return refusal(error.os_error.filename)  # type: ignore[attr-defined]
    meaning, said = next((meaning, text) for kind, meaning, text in MEANINGS if isinstance(error, kind))
    message = failures.TIMED_OUT_AFTER(seconds=timeout) if meaning is HttpTimeoutError else said()
    by_proxy = isinstance(error, aiohttp.ClientProxyConnectionError | aiohttp.ClientHttpProxyError)  # its errno, status
    if isinstance(error, OSError) and error.errno in BY_NUMBER and not by_proxy:
        message = BY_NUMBER[error.errno]()
    if by_proxy and getattr(error, "status", 0) == 407:
        message = failures.PROXY_LOGIN()
    if by_proxy and proxy:
        message += f" ({proxy})"
    return meaning(message, hint=failures.WENT_TO(host=_redacted(url)))


def status_error(status: int, again: str | None, *, hint: str, body: bytes = b"") -> HttpStatusError:
    """The error for a status of 300 or more with the `body` of its response; `again` is its `Retry-After` header."""
    seconds = retry_after(again, wall=time.time())
    when = failures.RETRY_IN(duration=duration(seconds)) if seconds else ""
    if status == 429:
        message = failures.RATE_LIMITED(status=status, when=when)
    elif status == 407:
        message = failures.PROXY_LOGIN()
    elif status >= 500:
        message = failures.SERVER_ERROR(status=status, when=when)
    else:
        message = failures.REJECTED(status=status)
    if kind := interstitial(body):
        message = failures.ANSWERED_WITH(failure=message, page=kind)
    return HttpStatusError(message, status=status, hint=hint, body=body)


def _redacted(url: str) -> str:
    """URL without user, password and query, where feeds may have their key."""
    try:
        return str(parsed(url).with_user(None).with_query(None).with_fragment(None))
    except ValueError:
        return redacted_url(url)
