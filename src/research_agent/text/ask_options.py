"""Options of one question, read from what a request or a form says; what they name is looked up when it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable

from research_agent.errors import UsageError
from research_agent.messages import restriction_lines, setting_failures
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
        raise UsageError(restriction_lines.NOT_A_MODEL(model=model[:80]), hint=restriction_lines.MODEL_LIKE())
    if lang and not is_language_code(lang):
        raise UsageError(restriction_lines.NOT_A_LANGUAGE(lang=lang[:20]), hint=setting_failures.LANGUAGE_LIKE())
    if len(names) > MOST_SOURCES:
        raise UsageError(
            restriction_lines.TOO_MANY_SOURCES(n=len(names)), hint=restriction_lines.NAME_AT_MOST(n=MOST_SOURCES)
        )
    if replaces < 0:
        raise UsageError(restriction_lines.NOTHING_TO_REPLACE(number=replaces), hint=restriction_lines.COUNT_FROM_ONE())
    return AskOptions(model=model, sources=names, offline=offline, strict=strict, lang=lang, replaces=replaces)
