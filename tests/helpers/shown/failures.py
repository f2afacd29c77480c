"""Rows of `messages.failures`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "NOT_JSON": ("a service answers with plain text", {}, "answered with something that is not JSON"),
    "EMPTY_BODY": ("a service answers with nothing", {}, "answered with an empty body"),
    "CUT_JSON": ("a connection that ends in the middle of JSON", {}, "answered with JSON that is cut or broken"),
    "WENT_TO": ("a service fails: which host it was", {"host": "example.org"}, "The request went to example.org."),
}
