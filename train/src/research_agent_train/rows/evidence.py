"""What a claim is held against: sentences as the runtime picks them, the ones it came from among others like them."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence

from research_agent.text.tokens import content_stems
from research_agent_devtools.samples.leads import Lead, usable

__all__ = ["Neighbours", "gather", "recall", "without"]

MOST_WORDS = 110
ALONE, TITLED, STRANGE = 1 / 3, 1 / 2, 1 / 4
RARE = 40  # sentences that a word may stand in to count as rare
TOO_LIKE = 0.5  # share of a claim's stems that evidence without it may hold


class Neighbours:
    """Finds the sentence of another lead that shares the most rare words with a sentence."""

    def __init__(self, leads: Sequence[Lead]) -> None:
        self.leads = leads
        self._sentences = [(at, s) for at, lead in enumerate(leads) for s in lead.sentences if usable(s)]
        self._stems = [frozenset(content_stems(sentence)) for _, sentence in self._sentences]
        held: defaultdict[str, list[int]] = defaultdict(list)
        for at, stems in enumerate(self._stems):
            for stem in sorted(stems):
                held[stem].append(at)
        self._rare = {stem: at for stem, at in held.items() if 2 <= len(at) <= RARE}

    def nearest(self, sentence: str, title: str) -> tuple[str, str] | None:
        """Title and sentence of the lead, another than `title`, that shares the most rare stems."""
        counts: Counter[int] = Counter()
        for stem in dict.fromkeys(content_stems(sentence)):
            for at in self._rare.get(stem, ()):
                counts[at] += 1
        for at, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:8]:
            lead, found = self._sentences[at]
            if self.leads[lead].title != title:
                return self.leads[lead].title, found
        return None


def recall(claim: str, text: str) -> float:
    """Share of the claim's content stems that a text holds, 0 to 1."""
    asked = set(content_stems(claim))
    return len(asked & set(content_stems(text))) / len(asked) if asked else 0.0


def gather(
    lead: Lead, needed: Sequence[int], rng: random.Random, stranger: tuple[str, str] | None, *, shown: bool = False
) -> str:
    """
    Text of one to four sentences that holds those `needed`, in the order of the lead.

    A `stranger`, title and sentence of another lead, stands with its title before or behind, always when `shown`.
    """
    chosen = set(needed)
    if rng.random() >= ALONE:
        for step in rng.sample((-1, 1, -2, 2), rng.randint(1, 3)):
            at = (min(needed) if step < 0 else max(needed)) + step
            if 0 <= at < len(lead.sentences) and len(chosen) < 4:
                chosen.add(at)
    while len(chosen) > len(set(needed)) and sum(len(lead.sentences[at].split()) for at in chosen) > MOST_WORDS:
        chosen.discard(max(chosen - set(needed), key=lambda at: len(lead.sentences[at])))
    text = " ".join(lead.sentences[at] for at in sorted(chosen))
    text = _titled(lead.title, text, rng)
    if stranger and (shown or rng.random() < STRANGE) and (shown or len(f"{text} {stranger[1]}".split()) <= MOST_WORDS):
        parts = [text, f"{stranger[0]}: {stranger[1]}" if ": " in text[: len(lead.title) + 2] else stranger[1]]
        rng.shuffle(parts)
        text = " ".join(parts)
    return text


def without(
    lead: Lead, needed: Sequence[int], claim: str, rng: random.Random, stranger: tuple[str, str] | None
) -> str | None:
    """Evidence that does not hold the sentence: its neighbours, or the nearest one of another lead, or both."""
    around = [
        at for at in range(min(needed) - 2, max(needed) + 3) if at not in needed and 0 <= at < len(lead.sentences)
    ]
    own = [lead.sentences[at] for at in sorted(rng.sample(around, min(len(around), rng.randint(1, 2))))]
    texts = [_titled(lead.title, " ".join(own), rng)] if own and rng.random() < 0.75 else []
    if stranger and (not texts or rng.random() < 0.4):
        texts.append(_titled(stranger[0], stranger[1], rng))
    text = " ".join(texts)
    return (
        text
        if text and recall(claim, text.removeprefix(f"{lead.title}: ")) < TOO_LIKE and len(text.split()) <= MOST_WORDS
        else None
    )


def _titled(title: str, text: str, rng: random.Random) -> str:
    return f"{title}: {text}" if rng.random() < TITLED else text
