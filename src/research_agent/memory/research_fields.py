"""Fields of a run of deep research, and of its rows, as the JSON that is stored of them, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from research_agent.memory.mapping import pack, unpack
from research_agent.memory.research_records import (
    Candidate,
    Disagreement,
    Gap,
    LedgerEntry,
    ModelCall,
    Request,
    ResearchRun,
    SectionRecord,
    Step,
)

__all__ = ["KINDS", "NAMES", "definition_of", "packed", "state_of", "step_of", "unpacked", "with_tuples"]

KINDS: Mapping[str, type[Any]] = {
    "request": Request,
    "ledger": LedgerEntry,
    "gap": Gap,
    "disagreement": Disagreement,
    "section": SectionRecord,
    "call": ModelCall,
}
NAMES = {kind: name for name, kind in KINDS.items()}
STATE = ("budget", "state", "spent", "stopping", "turn", "reports", "note", "served", "resumed")
"""Fields of a run that change; the others are its definition."""


def definition_of(run: ResearchRun) -> dict[str, Any]:
    """The fields of a run that never change."""
    return {name: getattr(run, name) for name in ("question", "shape", "created", "options")}


def state_of(run: ResearchRun) -> dict[str, Any]:
    """The fields of a run that change."""
    return {name: value for name, value in asdict(run).items() if name in STATE}


def step_of(content: dict[str, Any]) -> Step:
    """The step of its stored fields."""
    candidates = tuple(Candidate(**one) for one in content.pop("candidates"))
    return Step(**with_tuples(content), candidates=candidates)


def with_tuples(content: dict[str, Any]) -> dict[str, Any]:
    """The fields with tuples in place of JSON's arrays."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in content.items()}


def packed(value: object) -> bytes:
    """A value as the bytes of its JSON."""
    return pack(json.dumps(value, ensure_ascii=False))


def unpacked(blob: bytes) -> dict[str, Any]:
    """The inverse of `packed`, of an object. Raises `ValueError`."""
    fields: dict[str, Any] = json.loads(unpack(blob))
    return fields
