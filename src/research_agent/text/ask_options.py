"""Options of one question, read from what a request or a form says; what they name is looked up when it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable

from research_agent.errors import UsageError
from research_agent.text.language_codes import is_language_code
from research_agent.types import AskOptions

__all__ = ["read_options"]

MODEL = re.compile(r"[a-z]+:\S[^\x00-\x1f]{0,198}")
MOST_SOURCES = 40


def read_options(
    *,
    model: str | None = None,
    sources: Iterable[str] = (),
    offline: bool = False,
    strict: bool = False,
    lang: str | None = None,
    replaces: int = 0,
) -> AskOptions:
    """
    The options that the user wrote; what is empty is the default. Raises `UsageError` for what cannot be one.

    Whether a model and a source are there is only known where the question is asked.
    """
    model, lang = (model or "").strip(), (lang or "").strip().lower()
    names = tuple(dict.fromkeys(name.strip() for name in sources if name.strip()))
    if model and not MODEL.fullmatch(model):
        raise UsageError(f"{model[:80]!r} is not a model's name.", hint="It looks like ollama:llama3.2.")
    if lang and not is_language_code(lang):
        raise UsageError(f"{lang[:20]!r} is not a language code.", hint="Use one like en, de or pt-br.")
    if len(names) > MOST_SOURCES:
        raise UsageError(f"{len(names)} sources are too many.", hint=f"Name {MOST_SOURCES} at most.")
    if replaces < 0:
        raise UsageError(f"There is no question {replaces} to replace.", hint="Questions count from 1.")
    return AskOptions(model=model, sources=names, offline=offline, strict=strict, lang=lang, replaces=replaces)
