"""
The bundle: a session, or one turn of it, as one file that another machine can check (answers, source texts, hashes).

JSON in UTF-8. `sha256` is taken over the canonical JSON of everything else: keys sorted, no whitespace, everything
outside ASCII escaped, numbers as Python writes them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from research_agent.memory.verification.verify import Fault, TurnRecord

__all__ = ["FORMAT", "LARGEST", "PROGRAM", "VERSION", "Bundle", "canonical", "digest_of"]

FORMAT, VERSION = "research-agent-bundle", 1
PROGRAM = "research-agent"
LARGEST = 64 * 1024 * 1024
"""Largest file in bytes that is read or written: parsing a larger one takes gigabytes of memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A parsed file, as records to check. `faults` are those of the file as a whole."""

    session: str
    program: str
    sha256: str
    records: tuple[TurnRecord, ...]
    faults: tuple[Fault, ...]


def digest_of(bundle: Mapping[str, Any]) -> str:
    """The sha256 of everything in the bundle but its own `sha256`."""
    covered = {name: value for name, value in bundle.items() if name != "sha256"}
    return hashlib.sha256(canonical(covered).encode()).hexdigest()


def canonical(value: Any) -> str:
    """The JSON text that hashes are taken over."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
