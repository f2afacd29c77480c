"""
Is every class of falsehood refused, and every true rewording accepted?

Sentences of leads that nothing was trained on (split "eval"), made false in one way, or reworded and still true, are
judged by the article they were made from, with an article beside it that says something else.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from research_agent.stages.cite import judge
from research_agent.stages.split import split
from research_agent.types import Document, Evidence
from research_agent_devtools.evals.opened import Models
from research_agent_devtools.kernel.statistics import wilson
from research_agent_devtools.samples.falsehoods import FALSEHOODS
from research_agent_devtools.samples.leads import Lead, usable
from research_agent_devtools.samples.places import Alteration, Place
from research_agent_devtools.samples.rewordings import REWORDINGS

__all__ = ["EACH", "Changed", "Tally", "changed", "shares", "tally"]

EACH = 100  # sentences of a class


@dataclass(frozen=True, slots=True)
class Changed:
    """A sentence made from one of a lead by a class of change; `other` is the lead beside it."""

    kind: str
    lead: Lead
    other: Lead
    text: str

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The passages of both leads."""
        documents = [
            Document(source="encyclopedia", title=lead.title, url="", text=lead.text, retrieved="")
            for lead in (self.lead, self.other)
        ]
        passages = split(documents, question=self.lead.title)
        return tuple(Evidence(f"e{n}", passage, 1.0) for n, passage in enumerate(passages, 1))


@dataclass(frozen=True, slots=True)
class Tally:
    """Verdicts by class: of the false, and of the true rewordings."""

    false: Mapping[str, Sequence[str]]
    true: Mapping[str, Sequence[str]]

    @property
    def wrongly_accepted(self) -> tuple[int, int]:
        """Of the false sentences those that are supported, and how many there are."""
        said = [verdict for verdicts in self.false.values() for verdict in verdicts]
        return said.count("supported"), len(said)

    @property
    def wrongly_refused(self) -> tuple[int, int]:
        """Of the true sentences those that are not supported, and how many there are."""
        said = [verdict for verdicts in self.true.values() for verdict in verdicts]
        return len(said) - said.count("supported"), len(said)

    def groups(self) -> dict[str, dict[str, float]]:
        """A row of each class."""
        rows: dict[str, dict[str, float]] = {}
        for kind, said in self.false.items():
            rows[f"class: {kind}"] = {"n": len(said), "wrongly_accepted": said.count("supported")}
        for kind, said in self.true.items():
            rows[f"rewording: {kind}"] = {"n": len(said), "wrongly_refused": len(said) - said.count("supported")}
        return rows


async def tally(leads: Sequence[Lead], models: Models, seed: int, *, each: int = EACH) -> Tally:
    """Judge sentences of every class, `each` of it where so many can be made."""
    return Tally(
        await _judged(changed(leads, FALSEHOODS, each, seed), models),
        await _judged(changed(leads, REWORDINGS, each, seed + 1), models),
    )


def changed(leads: Sequence[Lead], kinds: Mapping[str, Alteration], each: int, seed: int) -> Iterator[Changed]:
    """Up to `each` sentences of each kind, one an article; the same for the same seed."""
    for kind, change in kinds.items():
        rng = random.Random(f"{seed} {kind}")  # noqa: S311 - no secret
        made = 0
        for lead in rng.sample(leads, len(leads)):
            other = rng.choice(leads)
            place = _place(lead, other, rng)
            text = change(place, rng) if place else None
            if text and text not in lead.text:
                yield Changed(kind, lead, other, text)
                made += 1
            if made == each:
                break


def shares(tallied: Tally) -> dict[str, dict[str, Any]]:
    """By class, in JSON: n, how many were wrongly accepted or refused, the share and its 95 % interval (Wilson)."""
    found: dict[str, dict[str, Any]] = {}
    for name, row in tallied.groups().items():
        n, wrong = int(row["n"]), int(row.get("wrongly_accepted", row.get("wrongly_refused", 0)))
        found[name] = {**row, "share": wrong / n, "ci95": wilson(wrong, n)}
    return found


def _place(lead: Lead, other: Lead, rng: random.Random) -> Place | None:
    """A whole sentence of the lead; None where it has none, or where both leads are the same."""
    at = [number for number, sentence in enumerate(lead.sentences) if usable(sentence)]
    strange = [sentence for sentence in other.sentences if usable(sentence)]
    names = [word for word in other.title.split() if word.istitle() and word.isalpha() and len(word) > 3]
    if not at or not strange or not names or names[0] in f"{lead.title} {lead.text}":
        return None
    chosen = rng.choice(at)
    following = lead.sentences[chosen + 1] if chosen + 1 in at else ""
    return Place(
        lead.sentences[chosen], lead.title, lead.text, names[0], description=lead.description, following=following,
        other=strange[0], other_title=other.title,
    )  # fmt: skip


async def _judged(sentences: Iterator[Changed], models: Models) -> dict[str, list[str]]:
    verdicts: dict[str, list[str]] = {}
    for sentence in sentences:
        (judgement,) = await judge([sentence.text], sentence.evidence, embed=models.embed, entail=models.entail)
        verdicts.setdefault(sentence.kind, []).append(judgement.verdict)
    return verdicts
