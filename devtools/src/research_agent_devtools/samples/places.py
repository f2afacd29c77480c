"""A sentence in its article, and what alters or rewords it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Alteration", "Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """
    A sentence in its article; `stranger` is a name that the article does not hold.

    `following` is the next sentence of the article, `other` one of another article, opening with `other_title`; what
    needs one that is empty changes nothing.
    """

    sentence: str
    title: str
    text: str
    stranger: str
    description: str = ""
    following: str = ""
    other: str = ""
    other_title: str = ""


Alteration = Callable[[Place, random.Random], str | None]
"""Gives the changed sentence, or None where there is nothing to change."""
