"""All rows of a split: each false one beside its true twin, claims without their source, questions for evidence."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from research_agent_devtools.samples.falsehoods import FALSEHOODS, NOT_SAID
from research_agent_devtools.samples.leads import Lead, usable
from research_agent_devtools.samples.places import Place
from research_agent_train.rows.claims import JOINED, reword
from research_agent_train.rows.evidence import Neighbours, gather, without

__all__ = ["ABSENT", "QUESTION", "Row", "build"]

Label = Literal["supported", "refuted", "nei"]
ABSENT, QUESTION = "absent", "question"
KINDS = (*FALSEHOODS, ABSENT, QUESTION)
SHARES = {ABSENT: 3.0, QUESTION: 0.7, "foreign subject": 0.7, "mixed": 0.6, "scale": 0.6, "unit": 0.5, "month": 0.4}
"""How many rows of a kind there are beside the others, where the language has them."""
ROUNDS = 6
VISIBLE = frozenset({"mixed", "invented", "foreign subject", "foreign name"})
"""Classes made of two leads: half of their rows show both."""


@dataclass(frozen=True, slots=True)
class Row:
    """A claim, what it is held against, and what that says of it; `pair` is the same for a false row and its twin."""

    claim: str
    evidence: str
    label: Label
    kind: str
    title: str
    pair: int


def build(leads: Sequence[Lead], seed: int, limit: int) -> Iterator[Row]:
    """About `limit` rows, the same for the same seed: half of them supported, of each kind at most its share."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    near = Neighbours(leads)
    topics: defaultdict[str, list[Lead]] = defaultdict(list)
    for lead in leads:
        if lead.sentences and usable(lead.sentences[0]):
            topics[lead.topic].append(lead)
    spots = [(lead, at) for lead in leads for at, text in enumerate(lead.sentences) if usable(text)]
    total = sum(SHARES.get(kind, 1.0) for kind in KINDS)
    shares = {kind: max(1, round(limit / 2 * SHARES.get(kind, 1.0) / total)) for kind in KINDS}
    counts: Counter[str] = Counter()
    made: set[tuple[str, str]] = set()
    for _ in range(ROUNDS):
        rng.shuffle(spots)
        for lead, at in spots:
            other = rng.choice(topics[lead.topic] or leads)
            for kind in _wanted(counts, shares, rng):
                rows = _pair(lead, at, other, kind, near, rng, counts.total())
                if rows and (kind, rows[0].claim) not in made:
                    made.add((kind, rows[0].claim))
                    counts[kind] += 1
                    yield from rows
                    break
        if counts.total() >= limit // 2:
            return


def _wanted(counts: Counter[str], shares: Mapping[str, int], rng: random.Random) -> list[str]:
    """Kinds to try at a sentence until one can be made: those first that lack most of their share."""
    lacking = [kind for kind in KINDS if counts[kind] < shares[kind]]
    return sorted(lacking, key=lambda kind: counts[kind] / shares[kind] + 0.05 * rng.random())


def _pair(lead: Lead, at: int, other: Lead, kind: str, near: Neighbours, rng: random.Random, number: int) -> list[Row]:
    place = _place(lead, at, other)
    if kind == ABSENT:
        return _absent(lead, at, place, near, rng, number)
    if kind == QUESTION:
        return _question(lead, at, place, near, rng, number)
    false = FALSEHOODS[kind](place, rng)
    if not false or false == place.sentence or false in lead.text:
        return []
    (true, wrong), steps = reword([place, replace(place, sentence=false)], rng)
    if true == wrong or wrong in lead.text:
        return []
    needed = [at, at + 1] if JOINED & set(steps) else [at]
    shown = kind in VISIBLE and rng.random() < 0.5
    stranger = (other.title, other.sentences[0]) if shown else near.nearest(place.sentence, lead.title)
    text = gather(lead, needed, rng, stranger, shown=shown)
    label: Label = "nei" if kind in NOT_SAID else "refuted"
    return [
        Row(wrong, text, label, kind, lead.title, number),
        Row(true, text, "supported", "+".join(steps) or "verbatim", lead.title, number),
    ]


def _absent(lead: Lead, at: int, place: Place, near: Neighbours, rng: random.Random, number: int) -> list[Row]:
    (claim,), steps = reword([place], rng)
    needed = [at, at + 1] if JOINED & set(steps) else [at]
    stranger = near.nearest(place.sentence, lead.title)
    missing = without(lead, needed, claim, rng, stranger)
    if not missing:
        return []
    return [
        Row(claim, missing, "nei", ABSENT, lead.title, number),
        Row(claim, gather(lead, needed, rng, stranger), "supported", "+".join(steps) or "verbatim", lead.title, number),
    ]


def _question(lead: Lead, at: int, place: Place, near: Neighbours, rng: random.Random, number: int) -> list[Row]:
    """A claim against its sentence as a question or heading, and against the sentence itself."""
    asked = _asked(place.sentence, rng)
    (claim,), steps = reword([place], rng)
    if not asked or JOINED & set(steps):
        return []
    questioned = replace(lead, sentences=(*lead.sentences[:at], asked, *lead.sentences[at + 1 :]))
    state = rng.getstate()
    missing = gather(questioned, [at], rng, None)
    rng.setstate(state)
    return [
        Row(claim, missing, "nei", QUESTION, lead.title, number),
        Row(claim, gather(lead, [at], rng, None), "supported", "+".join(steps) or "verbatim", lead.title, number),
    ]


def _asked(sentence: str, rng: random.Random) -> str | None:
    match = re.match(r"(?P<one>[^,;:()]{2,60}?) (?P<be>is|was|are|were|can|has) (?P<rest>[^;:]{10,160})\.$", sentence)
    if not match or re.search(r"\b(?:that|which|who|and)\b", match["one"]):
        return None
    first = match["one"].split(" ")[0]
    one = (
        match["one"][0].lower() + match["one"][1:]
        if first in {"The", "A", "An", "It", "He", "She", "They", "Its", "This"}
        else match["one"]
    )
    be, rest = match["be"], match["rest"]
    plain = f"{one} {be} {rest}"
    asked = f"Does {one} have {rest}?" if be == "has" else f"{be.capitalize()} {one} {rest}?"
    others = (f"Is it true that {plain}?", f"Myth or fact: {plain}?", f"Some ask whether {plain}.")
    return rng.choice([asked, asked, *others])


def _place(lead: Lead, at: int, other: Lead) -> Place:
    following = lead.sentences[at + 1] if at + 1 < len(lead.sentences) and usable(lead.sentences[at + 1]) else ""
    name = other.title.split()[0]
    first = other.sentences[0] if other.title != lead.title and other.sentences else ""
    stranger = name if name.isalpha() and name.istitle() and len(name) > 3 and name not in lead.text else ""
    return Place(lead.sentences[at], lead.title, lead.text, stranger, lead.description, following, first, other.title)
