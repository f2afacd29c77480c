"""Check of the language that is set: how well evidence is chosen in it, as it was measured (docs/models.md)."""

from __future__ import annotations

from collections.abc import Mapping

from research_agent.doctor.checks import Check
from research_agent.messages import diagnostics
from research_agent.settings import Settings
from research_agent.text.languages import base_language

__all__ = ["MEASURED", "check_language"]

MEASURED: Mapping[str, float] = {
    "en": 0.85, "pt": 0.82, "tr": 0.92, "fi": 0.63, "ja": 0.82, "zh": 0.73, "id": 0.50, "sw": 0.63, "ar": 0.88,
    "ko": 0.53,
}  # fmt: skip
"""Share of 60 questions a language whose answer is the sentence that fits best by vectors and words."""

WEAK = 0.5
"""Of the share in English: a language below it is said to be weak."""


def check_language(settings: Settings, measured: Mapping[str, float] = MEASURED) -> Check:
    """Check that the language of the settings is none that is weak; without one, name those that are."""
    lang = base_language(settings.search.lang)
    weak = sorted(code for code, share in measured.items() if share < WEAK * measured["en"])
    if settings.search.lang and lang in weak:
        text = diagnostics.WEAK_LANGUAGE(lang=lang, share=f"{measured[lang]:.0%}", english=f"{measured['en']:.0%}")
        return Check(ok=False, text=text, hint=diagnostics.ASK_IN_ENGLISH())
    lines = [settings.search.lang] if settings.search.lang else []
    lines.append(diagnostics.MEASURED_LANGUAGES(languages=", ".join(sorted(measured))))
    if weak:
        lines.append(diagnostics.WEAK_ONES(languages=", ".join(weak)))
    return Check(ok=True, text="; ".join(lines))
