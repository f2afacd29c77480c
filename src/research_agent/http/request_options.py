"""Options of a request, and what a request says to its service, as a text to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict
from urllib.parse import unquote

from research_agent.text.sanitize import one_line, redacted_url

__all__ = ["Headers", "Params", "RequestOptions", "said_by"]

Params = Mapping[str, str | int]
Headers = Mapping[str, str]


class RequestOptions(TypedDict, total=False):
    """
    Options of a request. `params` are added to the query, percent-encoded, and so are `secret_params`.

    These go into the query and nowhere else: no message, no file and no other host gets them.
    """

    params: Params | None
    headers: Headers | None
    secret_params: Params | None


def said_by(url: str, params: Params | None, posted: str = "") -> str:
    """What a request tells its service, to be read: address, parameters, body, decoded, without keys and logins."""
    said = "&".join(f"{name}={value}" for name, value in (params or {}).items())
    return one_line(f"{'?'.join(filter(None, (unquote(redacted_url(url)), said)))} {posted}".strip())
