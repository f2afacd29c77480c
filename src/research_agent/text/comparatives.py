"""Questions that compare, by form: what is asked of each side ("Which is longer, a or b?": "How long is a?")."""

from __future__ import annotations

import re

from research_agent.text.plurals import is_plural

__all__ = ["side_question"]

COMPARATIVES = {
    "longer": "long", "taller": "tall", "higher": "high", "deeper": "deep", "bigger": "big", "larger": "large",
    "smaller": "small", "older": "old", "younger": "old", "faster": "fast", "slower": "fast", "heavier": "heavy",
    "lighter": "heavy", "hotter": "hot", "colder": "cold", "wider": "wide",
}  # fmt: skip
"""Comparatives of what is measured, and the word that asks for the measure."""
COMPARED = re.compile(rf"\b(?P<word>{'|'.join(COMPARATIVES)})\b", re.IGNORECASE)


def side_question(question: str, side: str) -> str:
    """What a comparison asks of one of its sides: the measure that is compared, else what it is."""
    verb = "are" if side[:1].islower() and is_plural(side) else "is"
    compared = COMPARED.search(question)
    asked = f"How {COMPARATIVES[compared['word'].casefold()]}" if compared else "What"
    return f"{asked} {verb} {side}?"
