"""Antecedents: what a source's pronoun stands for, and whether a sentence of an answer names something else."""

from __future__ import annotations

import re

from research_agent.text.pointing import points_back, subject
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import content_stems

__all__ = ["antecedent", "names_another"]

REACH = 1_200  # characters of a source before a pronoun among which its sentence is
ENDED = re.compile(r"[.!?…][\"'”’»)\]]*$")
# A sentence with a pronoun goes on about what was named before it.
WITHIN = re.compile(r"\b(?:he|she|it|they|him|his|hers?|its|them|their)\b", re.IGNORECASE)
# "Founded in 1850, ...", "However, ...", "According to NASA, ...": the first word is no subject.
LEADING = re.compile(
    r"\W*[\w'’-]+(?:,|\s+(?:in|on|at|of|by|from|with|to|as|for|near|under|over|along|between|after|before)\b)"
)


def antecedent(text: str, start: int) -> str:
    """The latest sentence before `start` that names its subject: what "It ..." at `start` points back at; or ""."""
    first = max(0, start - REACH)
    before = text[first:start]
    for begin, end in reversed(sentence_spans(before)):
        sentence = before[begin:end]
        if (begin or not first) and ENDED.search(sentence) and not points_back(sentence):
            return sentence
    return ""


def names_another(named: str, title: str, text: str, start: int, end: int) -> bool:
    """
    Whether the subject of `named` is another than the one that the source's sentence `text[start:end]` is about.

    Its names are looked for in that sentence, in the one that it points back at, and in the title and the opening of
    the text, unless what it points back at is about something else than the text. In doubt it is the same.
    """
    stems, is_name = subject(named)
    if not stems or not is_name or LEADING.match(named):
        return False
    said = text[start:end]
    source = antecedent(text, start) if points_back(said) else ""
    mine, of_name = subject(source)
    of_its_own = of_name and not (LEADING.match(source) or WITHIN.search(source) or mine & set(content_stems(title)))
    if not of_its_own:
        opening = sentence_spans(text[:REACH])[:1]
        said = " ".join((title, *(text[slice(*span)] for span in opening), said))
    return not stems & set(content_stems(f"{source} {said}"))
