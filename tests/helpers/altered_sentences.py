"""True sentences of the encyclopedia and altered copies of them, made by rule with a seed."""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import STOP_WORDS, words
from research_agent.types import Document, Evidence, Passage

__all__ = ["ALTERED", "JOINED", "Pair", "pairs"]

ALTERED = ("digit", "year", "name", "negation", "quantity", "direction")
JOINED = ("halves", "clauses")
YEAR = re.compile(r"\b[12]\d{3}\b")
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*")
PLAIN = re.compile(r"\b[a-z]{5,}\b")
AUXILIARY = re.compile(r"\b(?:is|was|are|were|has|had|have|can|could|will|would|may)\b(?! not)")
QUANTITY = dict(
    item.split(":")
    for item in """most:all some:all many:few all:some several:two first:second second:third third:fourth two:three
    three:four four:five five:six every:some both:neither few:many only:mostly always:sometimes""".split()
)
DIRECTION = dict(
    item.split(":")
    for item in """largest:smallest northern:southern southern:northern eastern:western western:eastern north:south
    south:north east:west west:east before:after after:before highest:lowest oldest:youngest early:late late:early
    increased:decreased longest:shortest larger:smaller higher:lower""".split()
)


class Pair(NamedTuple):
    """A sentence, how it came about ("verbatim" is true), and the evidence: its article and the three beside it."""

    kind: str
    sentence: str
    evidence: tuple[Evidence, ...]


def pairs(home: Path, count: int, seed: int) -> Iterator[Pair]:
    """A sentence of each of `count` articles, and its altered copies: as many as the sentence lends itself to."""
    rng = random.Random(seed)
    with closing(sqlite3.connect(home / "parts" / "encyclopedia" / "encyclopedia.db")) as base:
        articles = base.execute("SELECT title, text FROM article ORDER BY id").fetchall()
    places = [at for at, (_, text) in enumerate(articles) if len(text) > 600]
    for at in rng.sample(places, count):
        near = [articles[(at + step) % len(articles)] for step in range(4)]
        documents = [Document(source="e", title=title, url="", text=text, retrieved="") for title, text in near]
        evidence = tuple(Evidence(f"e{i}", Passage(doc, 0, len(doc.text)), 1.0) for i, doc in enumerate(documents))
        text = documents[0].text
        sentences = [text[start:end] for start, end in sentence_spans(text) if 6 <= len(text[start:end].split()) <= 45]
        if len(sentences) < 3:
            continue
        sentence = rng.choice(sentences)
        yield Pair("verbatim", sentence, evidence)
        others = [other for other in sentences if other != sentence]
        for kind in (*ALTERED, "word", *JOINED):
            altered = _alter(kind, sentence, others, rng)
            if altered and not any(altered.strip(".") in item.passage.document.text for item in evidence):
                yield Pair(kind, altered, evidence)


def _alter(kind: str, sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    if kind in JOINED:
        return _join(kind, sentence, rng.choice(others))
    if kind == "negation":
        verb = AUXILIARY.search(sentence)
        return f"{sentence[: verb.end()]} not{sentence[verb.end() :]}" if verb else None
    found = {
        "digit": re.finditer(r"\d", sentence),
        "year": YEAR.finditer(sentence),
        "name": NAME.finditer(sentence),
        "word": (match for match in PLAIN.finditer(sentence) if match[0] not in STOP_WORDS),
        "quantity": (match for match in re.finditer(r"\b[a-z]+\b", sentence) if match[0] in QUANTITY),
        "direction": (match for match in re.finditer(r"\b[a-z]+\b", sentence) if match[0] in DIRECTION),
    }[kind]
    places = list(found)
    if not places:
        return None
    place = rng.choice(places)
    fitting = _fitting(kind, place[0], sentence, others)
    return sentence[: place.start()] + rng.choice(fitting) + sentence[place.end() :] if fitting else None


def _fitting(kind: str, old: str, sentence: str, others: Sequence[str]) -> list[str]:
    """What could stand there: names, years and words of the article's other sentences."""
    if kind in {"quantity", "direction"}:
        return [{**QUANTITY, **DIRECTION}[old] if kind == "direction" else QUANTITY[old]]
    if kind == "digit":
        return [digit for digit in "123456789" if digit != old]
    pattern = {"year": YEAR, "name": NAME, "word": PLAIN}[kind]
    mine = set(words(sentence)) | STOP_WORDS
    found = {match for other in others for match in pattern.findall(other) if not set(words(match)) & mine}
    return sorted(found) or ([str(int(old) + 10)] if kind == "year" else [])


def _join(kind: str, one: str, other: str) -> str | None:
    """The first half of one sentence and the second of another; or cut at the first comma of each."""
    if kind == "halves":
        first, second = one.split(), other.split()
        return " ".join([*first[: len(first) // 2], *second[len(second) // 2 :]])
    if ", " not in one or ", " not in other:
        return None
    return one[: one.index(", ")] + other[other.index(", ") :]
