"""Names that a topic may mean, to be looked up: told by form, without a model."""

from __future__ import annotations

import re

from research_agent.text.tokens import content_words

__all__ = ["is_of_the_past", "names_in", "years_in"]

MAX_NAME = 250  # characters
CAPITAL = r"[A-ZÀ-ÖØ-Þ][^\W_]*(?:[.&-][^\W_]+|['’](?!s\b)[^\W_]+)*"
# "Vatican City", "Leonardo da Vinci", "University of Oxford"; a possessive ends it.
RUN = re.compile(rf"{CAPITAL}(?:\s(?:(?:of|the|de|da|di|du|van|von|der|la|le|al)\s){{0,2}}(?:{CAPITAL}|\d+\b))*")
OWNER = re.compile(r"(?P<owner>[^\W_][\w .-]*?)['’]s\s")
BEHIND = re.compile(r"\b(?:of|in)\s+(?:the\s+)?(?P<name>[^\W_].*)$", re.IGNORECASE)
YEAR = re.compile(r"(?<![\d.,])(?:1\d{3}|20\d{2})(?![\d,]|\.\d)")
PAST = re.compile(
    r"\b(?:was|were|did|had|former(?:ly)?|previous(?:ly)?|before|earlier|past|first|last|list|history|ever|all|ex)\b",
    re.IGNORECASE,
)
NOW = re.compile(r"\s*\b(?:(?:as of|in|since)\s+)?(?:right now|now|today|currently|\d{4})$", re.IGNORECASE)


def names_in(text: str) -> list[str]:
    """
    Distinct names to look up, the likeliest first: the topic itself, a name in it, what stands behind "of", the rest.

    "president of France now" -> "president of France", "France".
    """
    phrase = NOW.sub("", " ".join(text.split()).strip(" ?!.,")).strip()[:MAX_NAME]
    runs = sorted((run for run in RUN.findall(phrase) if content_words(run)), key=len, reverse=True)[:2]
    owner, behind = OWNER.search(f"{phrase} "), BEHIND.search(phrase)
    if owner:
        candidates = [f"{phrase[owner.end() :]} of {owner['owner']}", owner["owner"], *runs]
    else:
        candidates = [phrase, *runs, behind["name"] if behind else "" if runs else phrase.partition(" ")[2]]
    distinct: dict[str, str] = {}
    for name in filter(content_words, candidates):
        distinct.setdefault(name.casefold(), name)
    return list(distinct.values())


def is_of_the_past(text: str) -> bool:
    """Whether a question asks for what was, too: "Who was president before Macron?"."""
    return PAST.search(text) is not None


def years_in(text: str) -> frozenset[int]:
    """Years that a text names."""
    return frozenset(map(int, YEAR.findall(text)))
