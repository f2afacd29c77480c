"""The hash of a bundle."""

from __future__ import annotations

import json

import kept
from research_agent.memory.verification.bundle import digest_of
from research_agent.memory.verification.bundle_reader import parse_bundle

ANSWER = kept.answer_from(kept.DOCUMENTS[:3])


def test_the_hash_is_of_the_canonical_json_whatever_the_layout() -> None:
    found = kept.bundle(ANSWER)
    again = json.loads(json.dumps(found, sort_keys=True, indent=7))
    assert digest_of(again) == found["sha256"]
    assert parse_bundle(again, "b").faults == ()
