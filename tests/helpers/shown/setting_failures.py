"""Rows of `messages.setting_failures`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "NOT_A_LANGUAGE": ("--lang english", {"lang": "xx"}, "lang = 'xx' is not a language code."),
    "LANGUAGE_LIKE": ("the same: what to do", {}, "Use one such as en, de or pt-br."),
    "BAD_CONTACT": ('contact = "Jörg"', {"contact": "CONTACT"}, "contact = 'CONTACT' cannot be used."),
    "CONTACT_IS": ("the same: what to do", {}, "Use your email address or a URL, in plain letters."),
    "MAKE_PRIVATE": (
        "a secret in a file that others may read: what to do",
        {"file": "notes.pdf"},
        "Run: chmod 600 notes.pdf",
    ),
}
