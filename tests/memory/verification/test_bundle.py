"""The hash of a bundle."""

from __future__ import annotations

import json

from helpers import altered_bundles
from research_agent.memory.verification.bundle import digest_of
from research_agent.memory.verification.bundle_reader import parse_bundle

ANSWER = altered_bundles.answer_from(altered_bundles.DOCUMENTS[:3])


def test_the_hash_is_of_the_canonical_json_whatever_the_layout() -> None:
    found = altered_bundles.bundle(ANSWER)
    again = json.loads(json.dumps(found, sort_keys=True, indent=7))
    assert digest_of(again) == found["sha256"]
    assert parse_bundle(again, "b").faults == ()
