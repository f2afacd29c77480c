"""Scripted replies of a chat model that is asked for a second opinion or a repair."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from research_agent.stages.second_opinion import FALSE, TRUE

__all__ = ["asked_pairs", "asked_sentences", "judging", "rewriting", "turncoat"]

PAIR = re.compile(r"^(\d+)\. Source: (.*)\n\1\. Sentence: (.*)$", re.MULTILINE)
SENTENCE = re.compile(r"^(\d+)\. (.*)$", re.MULTILINE)


def asked_pairs(prompt: str) -> list[tuple[str, str]]:
    """The (sentence, source) pairs of a prompt, without the two whose verdict is known."""
    pairs = [(sentence, source) for _, source, sentence in PAIR.findall(prompt)]
    return [pair for pair in pairs if pair not in {FALSE, TRUE}]


def asked_sentences(prompt: str) -> list[str]:
    """The sentences of a prompt for a repair."""
    return [sentence for _, sentence in SENTENCE.findall(prompt.rpartition("Sentences:\n")[2])]


def judging(verdict: Callable[[str, str], str]) -> Callable[[str], str]:
    """A model that reads: `verdict(sentence, source)` for each pair, and right about those whose verdict is known."""

    def reply(prompt: str) -> str:
        known = {FALSE: "no", TRUE: "yes"}
        verdicts = {n: known.get((sentence, source)) or verdict(sentence, source)
                    for n, source, sentence in PAIR.findall(prompt)}  # fmt: skip
        return json.dumps(verdicts)

    return reply


def turncoat(word: str) -> Callable[[str], str]:
    """A model that does not read: the same word for every pair."""
    return lambda prompt: json.dumps({n: word for n, _, _ in PAIR.findall(prompt)})


def rewriting(rewritings: Mapping[str, str | None]) -> Callable[[str], str]:
    """A model that rewrites the sentences of `rewritings`, and has nothing for others."""

    def reply(prompt: str) -> str:
        sentences = SENTENCE.findall(prompt.rpartition("Sentences:\n")[2])
        return json.dumps({n: rewritings.get(sentence) for n, sentence in sentences})

    return reply
