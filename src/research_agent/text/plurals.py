"""Plurals, by their form."""

from __future__ import annotations

import re

__all__ = ["is_plural", "singular"]


def is_plural(noun: str) -> bool:
    """Whether a noun has the form of a plural."""
    if re.search(r"(?:mat|et|nom|ist|ys|nam)ics$|^\w{1,3}$", noun, re.IGNORECASE):  # "physics", "gas"
        return False
    return re.search(r"(?:[^siu]s|(?:[^aeiou]|e)es|children|people|men)$", noun, re.IGNORECASE) is not None


def singular(noun: str) -> str:
    """A plural noun in the singular, by its form: "capitals" -> "capital", "countries" -> "country"."""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("s", "")):
        if noun.endswith(ending) and len(noun) > len(ending) + 1:
            return noun.removesuffix(ending) + instead
    return noun
