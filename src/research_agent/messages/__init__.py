"""
Catalogue of the lines that a user meets, a module a room: one constant a line, in English, with its fields.

A line is said once, in plain words: what happened, then what to do. Translations are a module a language in
`messages.languages`, keyed by the constants; `speaking` says which is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

__all__ = ["Message", "speak", "speaking", "texts_of", "wordings"]

FIELD = re.compile(r"\\{.*?\\}")  # in an escaped text
LANGUAGE = ContextVar("LANGUAGE", default="en")


class Message:
    """
    A line of the catalogue; calling it with the values of its `{fields}` gives the text.

    `one` is the wording when the field `n` is 1.
    """

    def __init__(self, text: str, *, one: str = "") -> None:
        self.text = text
        self.one = one

    def __call__(self, **fields: object) -> str:
        """The line in the language that is spoken, in English where it is not translated."""
        text, one = texts_of(LANGUAGE.get()).get(self, (self.text, self.one))
        return (one if one and fields.get("n") == 1 else text).format_map(fields)

    def is_in(self, text: str) -> bool:
        """Whether `text` holds the line, as it is said now, with whatever values."""
        said = filter(None, texts_of(LANGUAGE.get()).get(self, (self.text, self.one)))
        return any(re.search(FIELD.sub(".+?", re.escape(one)), text) for one in said)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Context in which lines are said in `language` ("pt", "pt-BR"), as far as they are translated."""
    token = LANGUAGE.set(language.lower().partition("-")[0])
    try:
        yield
    finally:
        LANGUAGE.reset(token)


def speak(language: str) -> None:
    """Say lines in `language` from here on, until the context of `speaking` ends."""
    LANGUAGE.set(language.lower().partition("-")[0])


@cache
def wordings(message: Message) -> tuple[str, ...]:
    """The text of a line in every language, English first, for who reads what was said."""
    return (message.text, *(texts_of(name)[message][0] for name in _languages() if message in texts_of(name)))


@cache
def _languages() -> tuple[str, ...]:
    found = import_module(f"{__name__}.languages")
    return tuple(sorted(module.name for module in iter_modules(found.__path__)))


@cache
def texts_of(language: str) -> Mapping[Message, tuple[str, str]]:
    """Translated lines by message: the text, and the wording for one, or ""; empty for a language without any."""
    name = f"{__name__}.languages.{language}"
    if not language.isalpha() or language == "en" or find_spec(name) is None:
        return {}
    texts: Mapping[Message, str | tuple[str, str]] = import_module(name).TEXTS
    return {key: (text, "") if isinstance(text, str) else text for key, text in texts.items()}
