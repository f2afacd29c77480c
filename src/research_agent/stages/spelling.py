"""
Spelling: a question whose word no source knows is searched for again with the word it is one letter away from.

A word is only corrected when the encyclopedia's articles hold it in no inflection and it is none of the frequent words
of the language, and only by one that they hold: one letter left out, added, changed, or two swapped (Damerau, 1964). Of
several the most frequent is taken.
"""

from __future__ import annotations

import asyncio
import re
import string
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from research_agent.encoders.vocabulary import frequent_words
from research_agent.text.tokens import content_stems, content_words, stem
from research_agent.types import Evidence

__all__ = ["Correction", "Frequencies", "correct", "variants"]

SHORTEST = 5  # letters of a word that is corrected: of shorter ones too many are one letter apart
SHORT = 4  # letters of one that is corrected only where texts hold it beside its neighbour: "Isac Newton"
SHORTEST_CHANGED = 7  # letters of a word of which one is changed for another
MOST_WORDS = 3  # of a question

Frequencies = Callable[[Iterable[str]], Awaitable[Mapping[str, int]]]
"""How many known texts hold each word, in any inflection; {} when there are none."""


@dataclass(frozen=True, slots=True)
class Correction:
    """Misspelt words, in lower case, and what is put in their place."""

    replaced: Mapping[str, str]

    def apply(self, text: str) -> str:
        """The text with these words corrected, capitalised as they were."""
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, self.replaced))})\b", re.IGNORECASE)
        return pattern.sub(lambda match: self._as_written(match[0]), text)

    def _as_written(self, word: str) -> str:
        corrected = self.replaced[word.casefold()]
        return corrected.capitalize() if word[0].isupper() else corrected


async def correct(question: str, evidence: Sequence[Evidence], frequencies: Frequencies) -> Correction | None:
    """The correction of a question; None when its words are known, or the evidence speaks of them."""
    held = {one for item in evidence for one in content_stems(f"{item.passage.document.title} {item.passage.text}")}
    suspects = [word for word in content_words(question) if _is_plain(word) and stem(word) not in held]
    known = await frequencies(suspects)
    replaced = await _short_names(question, held, frequencies)
    unknown = [word for word in dict.fromkeys(suspects) if known.get(word) == 0]
    frequent = await asyncio.to_thread(frequent_words) if unknown else frozenset()
    for word in [word for word in unknown if word not in frequent][:MOST_WORDS]:
        counts = await frequencies(variants(word))
        best = max(counts, key=lambda one: (counts[one], one), default="")
        if best and counts[best]:
            replaced[word] = best
    return Correction(replaced) if replaced else None


async def _short_names(question: str, held: set[str], frequencies: Frequencies) -> dict[str, str]:
    """Short words that no text holds, each with the one that texts hold right beside the word next to it."""
    said = content_words(question)
    suspects = [word for word in said if len(word) == SHORT and word.isalpha() and stem(word) not in held]
    known = await frequencies(suspects) if suspects else {}
    replaced: dict[str, str] = {}
    for at, word in enumerate(said):
        if known.get(word) != 0 or len(replaced) == MOST_WORDS:
            continue
        pairs: dict[str, str] = {}
        for variant in (one for one in variants(word) if len(one) >= SHORT):
            pairs |= {f"{said[at - 1]} {variant}": variant} if at else {}
            pairs |= {f"{variant} {said[at + 1]}": variant} if at + 1 < len(said) else {}
        counts = await frequencies(pairs)
        best = max(counts, key=lambda one: (counts[one], one), default="")
        if best and counts[best]:
            replaced[word] = pairs[best]
    return replaced


def variants(word: str) -> list[str]:
    """The words that are one letter away; of short ones no letter is changed: Flask is no misspelt flank."""
    splits = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    long = len(word) >= SHORTEST_CHANGED
    made = [
        *(head + tail[1] + tail[0] + tail[2:] for head, tail in splits if len(tail) > 1),
        *(head + tail[1:] for head, tail in splits if tail),
        *(head + letter + tail for head, tail in splits for letter in string.ascii_lowercase),
        *(head + letter + tail[1:] for head, tail in splits if tail and long for letter in string.ascii_lowercase),
    ]
    return [one for one in dict.fromkeys(made) if one != word]


def _is_plain(word: str) -> bool:
    return len(word) >= SHORTEST and word.isascii() and word.isalpha()
