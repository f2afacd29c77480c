"""
Screening of incoming messages: what is no message of JSON-RPC is answered with the right error.

The `mcp` library drops what it cannot read without a word, and its client then waits for ever.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any, NamedTuple

from mcp_types import INVALID_PARAMS, INVALID_REQUEST, PARSE_ERROR
from mcp_types.jsonrpc import jsonrpc_message_adapter
from pydantic import ValidationError

from research_agent.messages import agent_lines
from research_agent.text.sanitize import encodable

__all__ = ["RequestId", "Screened", "error_of", "screen"]

RequestId = str | int
NOTIFICATIONS = "notifications/"


class Screened(NamedTuple):
    """A message as `text` for the library, or an `error` to answer with; neither for what needs no answer."""

    text: str = ""
    error: Mapping[str, Any] | None = None
    request: RequestId | None = None  # the id of a request
    cancelled: RequestId | None = None  # the id of a request that this notification cancels


def error_of(code: int, message: str, key: object = None) -> Mapping[str, Any]:
    """An error response; `key` is the id of the message, which is left out when it cannot be sent back."""
    sent = None if isinstance(key, bool) or (isinstance(key, float) and not isfinite(key)) else key
    if isinstance(sent, str) and encodable(sent) != sent:
        sent = None
    sent = sent if isinstance(sent, str | int | float) else None
    return {"jsonrpc": "2.0", "id": sent, "error": {"code": code, "message": message}}


def screen(data: bytes) -> Screened:
    """Screen one message, in UTF-8 with or without a byte order mark; white space alone is none."""
    try:
        text = data.decode().lstrip("\ufeff").strip()
        value = json.loads(text, parse_constant=_refuse) if text else None
    except UnicodeDecodeError:
        return Screened(error=error_of(PARSE_ERROR, agent_lines.NOT_UTF()))
    except (ValueError, RecursionError) as error:
        place = f" (character {error.pos + 1})" if isinstance(error, json.JSONDecodeError) else ""
        return Screened(error=error_of(PARSE_ERROR, agent_lines.NOT_JSON(place=place)))
    if not text:
        return Screened()
    if not isinstance(value, dict):
        return Screened(error=error_of(INVALID_REQUEST, agent_lines.INVALID(fault=_shape(value))))
    return _screen_object(value, text)


def _screen_object(value: Mapping[str, Any], text: str) -> Screened:
    key, method = value.get("id"), value.get("method")
    if fault := _fault(value):
        return Screened(error=error_of(INVALID_REQUEST, agent_lines.INVALID(fault=fault), key))
    if not isinstance(value.get("params", {}), dict | None):
        if "id" not in value:  # a notification is never answered
            return Screened()
        return Screened(error=error_of(INVALID_PARAMS, agent_lines.PARAMS_NOT_OBJECT(), key))
    try:
        jsonrpc_message_adapter.validate_json(text, by_name=False)
    except ValidationError:
        return Screened(error=error_of(INVALID_REQUEST, agent_lines.NOT_A_MESSAGE(), key))
    cancels = value.get("params") or {} if method == f"{NOTIFICATIONS}cancelled" else {}
    return Screened(text, request=key if method is not None else None, cancelled=_id(cancels.get("requestId")))


def _fault(value: Mapping[str, Any]) -> str:
    """What is wrong with the fields of a message, "" when nothing is."""
    method = value.get("method")
    if value.get("jsonrpc") != "2.0":
        return agent_lines.JSONRPC_VERSION()
    if "method" not in value:
        return "" if "result" in value or "error" in value else agent_lines.METHOD_MISSING()
    if not isinstance(method, str):
        return agent_lines.METHOD_NOT_TEXT()
    if "id" in value and _id(value["id"]) is None:
        return agent_lines.ID_IS()
    if "id" not in value and not method.startswith(NOTIFICATIONS):
        return agent_lines.ID_MISSING()
    return ""


def _id(value: Any) -> RequestId | None:
    return value if isinstance(value, str | int) and not isinstance(value, bool) else None


def _shape(value: Any) -> str:
    return agent_lines.ONE_AT_A_TIME() if isinstance(value, list) else agent_lines.MESSAGE_IS()


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN and the infinities are no JSON
