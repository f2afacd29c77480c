"""A draft as a middling chat model writes it: sentences of the evidence, some of them in other words."""

from __future__ import annotations

import random
import re

from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import content_stems
from research_agent_devtools.samples.places import Place
from research_agent_devtools.samples.rewordings import OPENERS, REWORDINGS

__all__ = ["scripted"]

EVIDENCE = re.compile(r"^\[(e\d+)\] (.+)$", re.MULTILINE)
ASKED = re.compile(r"^Question: (.+)$", re.MULTILINE)
SENTENCES = 3


def scripted(prompt: str) -> str:
    """The sentences that share most words with the question, with their keys; nothing without evidence."""
    lines, asked = EVIDENCE.findall(prompt), ASKED.findall(prompt)
    if not lines or not asked:
        return ""
    wanted = set(content_stems(asked[-1]))
    told = [(key, text[start:end]) for key, text in lines for start, end in sentence_spans(text)]
    told.sort(key=lambda pair: -len(wanted.intersection(content_stems(pair[1]))))
    rng = random.Random(asked[-1])
    return " ".join(f"{_reworded(said, rng).rstrip('.!?')} [{key}]." for key, said in told[:SENTENCES])


def _reworded(sentence: str, rng: random.Random) -> str:
    """The sentence, or in half of the cases what it says in other words."""
    if rng.random() < 0.5:
        return sentence
    place = Place(sentence, title="", text=sentence, stranger="")
    for change in rng.sample(list(REWORDINGS.values()), len(REWORDINGS)):
        if other := change(place, rng):
            return other
    return f"{rng.choice(OPENERS)}{sentence[:1].lower()}{sentence[1:]}"
