"""Tokens of a text (words, English stems, numbers, names), and similarity of token sets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from research_agent.text.sentences import sentence_spans

__all__ = [
    "NUMBER",
    "STOP_WORDS",
    "WORD",
    "content_stems",
    "content_words",
    "is_negated",
    "is_yes_no_question",
    "jaccard",
    "names",
    "numbers",
    "shingles",
    "stem",
    "without_urls",
    "words",
]

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
NUMBER = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?:[\s-]?(thousand|million|billion|trillion|percent|per cent|%))?",
    re.IGNORECASE,
)
SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
YES_NO_OPENING = re.compile(
    r"\s*(?:is|are|was|were|am|do|does|did|can|could|has|have|had|will|would|should|may|might|must)\b", re.IGNORECASE
)
URL = re.compile(r"\bhttps?://\S+", re.IGNORECASE)
NEGATIONS = frozenset({"not", "no", "never", "neither", "nor", "none", "without", "cannot"})
STOP_WORDS = frozenset(
    """a about above after again all also am an and any are as at be because been before being below between both but by
    can could did do does doing down during each either else ever every few for from further had has have having he
    her here hers herself him himself his how i if in into is it its itself just let like many may me might more most
    much must my myself no nor not now of off on once one only or other ought our ours out over own per please same
    shall she should so some such tell than that the their theirs them themselves then there these they this those
    through to too under until up upon us very was we were what whatever when where whether which while who whom
    whose why will with would yes yet you your yours explain describe give show know mean means main define""".split()
)


def is_yes_no_question(question: str) -> bool:
    """Whether a question begins as those do whose answer is yes or no."""
    return YES_NO_OPENING.match(question) is not None


def words(text: str) -> list[str]:
    """Words in order, case-folded, compatibility forms normalized, without a possessive "'s"."""
    folded = unicodedata.normalize("NFKC", text).replace("’", "'").casefold()
    return [word.removesuffix("'s") for word in WORD.findall(folded)]


def content_words(text: str) -> list[str]:
    """Words that carry meaning: `words` without stop words and single letters."""
    return [word for word in words(text) if word not in STOP_WORDS and (len(word) > 1 or word.isdigit())]


@lru_cache(maxsize=1)
def _stemmer():  # type: ignore[no-untyped-def]
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """English stem of one lower-case word (Porter's "Snowball", 2001)."""
    return str(_stemmer().stemWord(word))


def content_stems(text: str) -> list[str]:
    """Stems of the content words, in order, with repeats."""
    return [stem(word) for word in content_words(text)]


def numbers(text: str) -> frozenset[str]:
    """Numbers, each spelled in one way: "600 million", "600,000,000" -> "600000000" (not "600"); "5 %" -> "5%"."""
    spellings = set()
    for match in NUMBER.finditer(unicodedata.normalize("NFKC", text)):
        digits, fraction, unit = match[1].replace(",", ""), match[2] or "", (match[3] or "").lower()
        value = float(digits + fraction)
        percent = "%" if unit in {"%", "percent", "per cent"} else ""
        spellings.add(f"{value * SCALES.get(unit, 1.0):.12g}{percent}")
    return frozenset(spellings)


def names(text: str) -> frozenset[str]:
    """Proper names: capitalised words that do not open a sentence, and all-capital ones anywhere, in lower case."""
    lowered: set[str] = set()
    for start, end in sentence_spans(text):
        for position, match in enumerate(WORD.finditer(text, start, end)):
            word = match[0]
            acronym = len(word) > 1 and word.isupper()
            if acronym or (position > 0 and word[0].isupper()):
                lowered.update(words(word))
    return frozenset(lowered - STOP_WORDS)


def is_negated(text: str) -> bool:
    """Whether a text holds a negation."""
    return any(word in NEGATIONS or word.endswith("n't") for word in words(text))


def shingles(text: str, size: int = 4) -> frozenset[tuple[str, ...]]:
    """Shingles: runs of `size` words (Broder, 1997); a shorter text is one."""
    tokens = words(text)
    if len(tokens) <= size:
        return frozenset({tuple(tokens)})
    return frozenset(tuple(tokens[at : at + size]) for at in range(len(tokens) - size + 1))


def jaccard(one: Iterable[object], other: Iterable[object]) -> float:
    """Jaccard similarity of two sets, 0 to 1; 0 when both are empty."""
    left, right = frozenset(one), frozenset(other)
    return len(left & right) / len(left | right) if left or right else 0.0


def without_urls(text: str) -> str:
    """Text without its URLs, whose parts are no words of it; unchanged when it has no other content words."""
    remainder = URL.sub(" ", text)
    return remainder if content_words(remainder) else text
