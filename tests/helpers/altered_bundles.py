"""Kept turns to check: real answers over the fake world's articles, their bundle, and a thousand ways to alter it."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

from research_agent.memory.verification.bundle import digest_of
from research_agent.memory.verification.bundle_writer import pack_bundle
from research_agent.stages.cite import cite
from research_agent.text.sentences import sentence_spans
from research_agent.types import Answer, Document, Evidence, Passage, Turn
from research_agent_devtools.world.articles import ARTICLES

Bundle = dict[str, Any]
Alter = Callable[[random.Random, Bundle, dict[str, Any]], bool]
"""Alters the bundle in place, one of its citations above all; False when this citation has nothing to alter so."""

DOCUMENTS = tuple(
    Document(
        source="wikipedia",
        title=title,
        url=f"https://en.wikipedia.org/wiki/{title.replace(' ', '_')}",
        text=text,
        retrieved="2026-11-23T10:00:00Z",
        revision="1001",
        licence="CC BY-SA 4.0",
    )
    for title, text in ARTICLES.items()
)


def answer_from(documents: Sequence[Document], turn: int = 1, invented: str = "Whales sing opera.") -> Answer:
    """A checked answer: the first sentences of each document, and one that no source says."""
    evidence = tuple(
        Evidence(f"e{number}", Passage(document, 0, len(document.text)), 1.0)
        for number, document in enumerate(documents, 1)
    )
    said = [document.text[slice(*span)] for document in documents for span in sentence_spans(document.text)[:3]]
    checked = asyncio.run(cite(" ".join([*said, invented]), evidence, keep_unsupported=True))
    return Answer(
        session="s",
        turn=turn,
        question="What is said?",
        text=checked.text,
        answer_from="model",
        status="complete",
        citations=checked.citations,
        unsupported=checked.unsupported,
        documents=tuple(documents),
        timings={"total": 1.5},
        settings={"version": "0.1.0", "offline": True},
    )


def turns(*answers: Answer) -> list[Turn]:
    return [Turn(number=answer.turn, question=answer.question, answer=answer) for answer in answers]


def bundle(*answers: Answer) -> Bundle:
    found: Bundle = json.loads(pack_bundle("s", turns(*answers)))
    return found


def resealed(found: Bundle) -> Bundle:
    """With the hash of what it is now: what a forger does, so that the file's own hash cannot be what catches it."""
    found["sha256"] = digest_of(found)
    return found


def _source(found: Bundle, cited: dict[str, Any]) -> dict[str, Any]:
    held: dict[str, Any] = next(one for one in found["documents"] if one["sha256"] == cited["document"])
    return held


def _put(cited: dict[str, Any], quote: str) -> bool:
    changed = bool(quote) and quote != cited["quote"]
    cited["quote"] = quote
    return changed


def one_character(rng: random.Random, found: Bundle, cited: dict[str, Any]) -> bool:
    quote = cited["quote"]
    at = rng.randrange(len(quote))
    return _put(cited, quote[:at] + rng.choice("abcdefghijklmnopqrstuvwxyz0123456789") + quote[at + 1 :])


def other_case(rng: random.Random, found: Bundle, cited: dict[str, Any]) -> bool:
    at = rng.choice([at for at, char in enumerate(cited["quote"]) if char.isalpha()])
    return _put(cited, cited["quote"][:at] + cited["quote"][at].swapcase() + cited["quote"][at + 1 :])


def digit_swap(rng: random.Random, found: Bundle, cited: dict[str, Any]) -> bool:
    digits = [at for at, char in enumerate(cited["quote"]) if char.isdigit()]
    if not digits:
        return False
    at = rng.choice(digits)
    other = rng.choice([digit for digit in "0123456789" if digit != cited["quote"][at]])
    return _put(cited, cited["quote"][:at] + other + cited["quote"][at + 1 :])


def joined(rng: random.Random, found: Bundle, cited: dict[str, Any]) -> bool:
    text = _source(found, cited)["text"]
    other = text[slice(*rng.choice(sentence_spans(text)))]
    one, two = cited["quote"].split(), other.split()
    return _put(cited, " ".join(one[: rng.randint(1, len(one))] + two[rng.randrange(len(two)) :]))


OTHER_WORDS = {
    "is": "remains", "the": "that", "a": "one", "and": "plus", "of": "from", "in": "within", "was": "had been",
    "by": "through", "that": "which", "to": "towards", "for": "on behalf of", "it": "this", "are": "were",
    "with": "alongside", "from": "out of",
}  # fmt: skip
GERMAN = {
    "is": "ist", "the": "die", "a": "ein", "and": "und", "of": "von", "in": "in", "was": "war", "by": "durch",
    "that": "dass", "to": "zu", "for": "für", "it": "es", "are": "sind", "with": "mit", "from": "aus",
}  # fmt: skip


def paraphrase(rng: random.Random, found: Bundle, cited: dict[str, Any]) -> bool:
    words = cited["quote"].split(" ")
    known = [at for at, word in enumerate(words) if word in OTHER_WORDS]
    for at in rng.sample(known, rng.randint(1, len(known))) if known else []:
        words[at] = OTHER_WORDS[words[at]]
    return _put(cited, " ".join(words))


def translation(rng: random.Random, found: Bundle, cited: dict[str, Any]) -> bool:
    words = [GERMAN.get(word, f"{word[:1]}{word[:0:-1]}") for word in cited["quote"].split()]
    return _put(cited, " ".join(words[: rng.randint(2, len(words))]))


def offsets_shifted(rng: random.Random, found: Bundle, cited: dict[str, Any]) -> bool:
    by = rng.choice([-3, -2, -1, 1, 2, 3, len(cited["quote"]), 10**9, -(10**9)])
    cited["start"], cited["end"] = cited["start"] + by, cited["end"] + by
    return True


def length_changed(rng: random.Random, found: Bundle, cited: dict[str, Any]) -> bool:
    cited[rng.choice(["start", "end"])] += rng.choice([-1, 1])
    return True


def whitespace(rng: random.Random, found: Bundle, cited: dict[str, Any]) -> bool:
    at = rng.choice([at for at, char in enumerate(cited["quote"]) if char == " "])
    other = rng.choice(["  ", "\n", "\t", "\u00a0", "\u2009", " \u200b", ""])
    return _put(cited, cited["quote"][:at] + other + cited["quote"][at + 1 :])


LOOK_ALIKES = {"a": "а", "e": "е", "o": "о", "p": "р", "c": "с", "x": "х", "i": "ｉ", "1": "１", ",": "，", "-": "‐"}


def look_alike(rng: random.Random, found: Bundle, cited: dict[str, Any]) -> bool:
    at = rng.choice([at for at, char in enumerate(cited["quote"]) if char in LOOK_ALIKES])
    return _put(cited, cited["quote"][:at] + LOOK_ALIKES[cited["quote"][at]] + cited["quote"][at + 1 :])


def source_text(rng: random.Random, found: Bundle, cited: dict[str, Any]) -> bool:
    """One character of the source that no quote holds, or that one does, with the old hash."""
    held = _source(found, cited)
    at = rng.randrange(len(held["text"]))
    other = rng.choice([char for char in "aeiou0123456789" if char != held["text"][at]])
    held["text"] = held["text"][:at] + other + held["text"][at + 1 :]
    return True


def source_and_quote(rng: random.Random, found: Bundle, cited: dict[str, Any]) -> bool:
    """A digit or letter changed in the source and in the quote alike, with the old hash."""
    held = _source(found, cited)
    at = rng.randrange(cited["start"], cited["end"])
    other = rng.choice([char for char in "aeiou0123456789" if char != held["text"][at]])
    held["text"] = held["text"][:at] + other + held["text"][at + 1 :]
    for one in (one for turn in found["turns"] for one in turn["answer"]["citations"]):
        if one["document"] == held["sha256"]:
            one["quote"] = held["text"][one["start"] : one["end"]]
    return True


def hash_altered(rng: random.Random, found: Bundle, cited: dict[str, Any]) -> bool:
    """The hash of the document, and of its citations too: it is still not that of the text."""
    held = _source(found, cited)
    old, at = held["sha256"], rng.randrange(64)
    new = old[:at] + rng.choice([digit for digit in "0123456789abcdef" if digit != old[at]]) + old[at + 1 :]
    held["sha256"] = new
    if rng.random() < 0.5:
        for one in (one for turn in found["turns"] for one in turn["answer"]["citations"]):
            one["document"] = new if one["document"] == old else one["document"]
    return True


ALTERATIONS: tuple[Alter, ...] = (
    one_character, other_case, digit_swap, joined, paraphrase, translation, offsets_shifted, length_changed,
    whitespace, look_alike, source_text, source_and_quote, hash_altered,
)  # fmt: skip


def altered(original: Bundle, count: int, seed: int) -> list[tuple[str, Bundle]]:
    """`count` bundles, each with one thing altered and its own hash made right again; the kinds take turns."""
    rng = random.Random(seed)
    made: list[tuple[str, Bundle]] = []
    for _ in range(100 * count):
        if len(made) == count:
            return made
        alter = ALTERATIONS[len(made) % len(ALTERATIONS)]
        found = deepcopy(original)
        cited = rng.choice([one for turn in found["turns"] for one in turn["answer"]["citations"]])
        text = _source(found, cited)["text"]
        if not alter(rng, found, cited):
            continue
        same_sources = found["documents"] == original["documents"]
        if same_sources and cited["start"] >= 0 and text[cited["start"] : cited["end"]] == cited["quote"]:
            continue  # other words, but the source's own at that place: a true quote
        made.append((alter.__name__, resealed(found)))
    raise ValueError("some kind of alteration fits no quote of this bundle")
