"""Interstitials are recognized, and pages that only speak of them are not."""

from __future__ import annotations

import time

import pytest

from research_agent.documents.interstitials import interstitial
from research_agent.messages import file_failures
from research_agent_devtools.samples.wrong_bodies import CHECKS, CONSENTS, INNOCENT, Odd

CHECK, CONSENT = file_failures.A_BOT_CHECK(), file_failures.A_CONSENT_PAGE()


def by_name(*odd: Odd) -> list[object]:
    return [pytest.param(one, id=one.name) for one in odd]


@pytest.mark.parametrize("odd", by_name(*CHECKS))
def test_a_page_that_wants_a_human_is_told_apart(odd: Odd) -> None:
    assert interstitial(odd.body) == CHECK


@pytest.mark.parametrize("odd", by_name(*CONSENTS))
def test_a_page_that_wants_consent_is_told_apart(odd: Odd) -> None:
    assert interstitial(odd.body) == CONSENT


@pytest.mark.parametrize("odd", by_name(*INNOCENT))
def test_pages_that_only_speak_of_it_are_not(odd: Odd) -> None:
    assert interstitial(odd.body) == ""


@pytest.mark.parametrize(
    "piece", [b"<script", b"<", b"<!--", b"<meta ", b"<title>", b"<style>x", b"<!doctype html><!--"]
)
def test_looking_takes_no_longer_for_hostile_bytes(piece: bytes) -> None:
    """Linear: 256 KB of unclosed elements take what 256 KB of text take, not seconds."""
    start = time.process_time()
    interstitial(piece * (300_000 // len(piece)))
    assert time.process_time() - start < 1.0
