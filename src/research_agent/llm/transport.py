"""Transport to the servers of chat models: the user's proxy and certificates, for the HTTP clients of the libraries."""

from __future__ import annotations

import importlib
import ssl
from typing import Any

from research_agent.errors import ChatUnavailableError, HttpConnectionError
from research_agent.messages import chat_failures

__all__ = ["client_options", "proxy_for"]


def proxy_for(url: str, server: str) -> tuple[str | None, str]:
    """
    The proxy for `url`, None without any, and how it is shown: its variable and address, without login.

    Raises `ChatUnavailableError`, whose message begins with the name of the `server`, for one that cannot be used.
    """
    from yarl import URL  # imported late: no model, no HTTP

    from research_agent.http.proxies import Proxies

    proxies, target = Proxies(), URL(url)
    try:
        proxy = proxies.of(target)
    except HttpConnectionError as error:
        raise ChatUnavailableError(f"{server} {error.message}.", hint=error.hint) from error
    return (str(proxy), str(proxies.route(target))) if proxy is not None else (None, "")


def client_options(url: str, proxy: str | None) -> dict[str, Any]:
    """
    Options of a client of httpx, or of a library with its interface, for the server at `url`.

    The client itself reads nothing of the environment. Imports httpx, so it is for a thread. Raises
    `ChatUnavailableError` for certificates that cannot be read.
    """
    if all(place.startswith("http://") for place in (url, proxy) if place):
        # Reading the machine's certificates twice takes 40 ms; without any, TLS is refused.
        verify = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    else:
        try:
            verify = importlib.import_module("httpx").create_ssl_context()
        except OSError as error:
            raise ChatUnavailableError(
                chat_failures.BAD_CERTIFICATES(),
                hint=chat_failures.CORRECT_VARIABLE(),
            ) from error
    return {"trust_env": False, "proxy": proxy, "verify": verify}
