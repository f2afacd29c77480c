"""The status of a source in words, and of all sources without a request."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from research_agent.doctor.source_probe import SourceProbe
from research_agent.doctor.source_status import SourceStatus, source_statuses
from research_agent.http.rate_limit_status import RateLimitStatus
from research_agent.http.rate_limits import Limits
from research_agent.settings import Settings
from research_agent.sources.policy import KINDS, SourcePolicy

PROBE = SourceProbe(name="a", title="A", live=True, url="", asked=True, status="skipped", reason="It is broken.")


@pytest.mark.parametrize(
    ("fields", "summary"),
    [
        ({"state": "ready"}, "ready"),
        ({"state": "needs key"}, "needs its key"),
        ({"state": "not loaded"}, "It is broken."),
        ({"state": "resting", "usage": RateLimitStatus(rests=90.0)}, "resting for 90 s"),
        ({"state": "broken", "usage": RateLimitStatus(broken=5.0)}, "failed; resting for 5 s"),
        (
            {"state": "ready", "limits": Limits(per_day=100), "usage": RateLimitStatus(day=3)},
            "97 of 100 left today",
        ),
        (
            {"state": "ready", "limits": Limits(per_minute=20), "usage": RateLimitStatus(minute=30)},
            "0 of 20 left this minute",
        ),
    ],
)
def test_the_state_in_a_few_words(fields: dict[str, Any], summary: str) -> None:
    assert SourceStatus(source=PROBE, **fields).summary == summary


@pytest.mark.parametrize(
    ("named", "kinds", "scope"),
    [
        (None, KINDS, "any question"),
        (True, frozenset(), "any question"),
        (False, KINDS, "only when named"),
        (None, frozenset(), "only when named"),
        (None, frozenset({"general", "code"}), "general, code"),
    ],
)
def test_the_kinds_of_question_it_is_asked(named: bool | None, kinds: frozenset[Any], scope: str) -> None:
    status = SourceStatus(source=PROBE, state="ready", named=named, policy=SourcePolicy(kinds=kinds))
    assert status.scope == scope


def test_the_library_is_asked_every_question_where_there_is_one() -> None:
    library = replace(PROBE, name="library")
    assert SourceStatus(source=library, state="ready", named=None).scope == "any question"
    assert SourceStatus(source=library, state="ready", named=False).scope == "only when named"


def test_one_that_is_known_by_its_examples() -> None:
    policy = SourcePolicy(examples=("How do I bake bread?",), description="Recipes")
    assert SourceStatus(source=PROBE, state="ready", named=None, policy=policy).scope == "questions like its examples"
    assert SourceStatus(source=PROBE, state="ready", named=False, policy=policy).scope == "only when named"


def test_the_limits_in_words() -> None:
    limits = Limits(at_once=2, spacing=0.5, per_minute=30, per_day=1_000, pool="wikimedia")
    status = SourceStatus(source=PROBE, state="ready", limits=limits)
    assert status.pace == "2 at once, 0.5 s apart, 30 a minute, 1,000 a day (with all of wikimedia)"
    assert SourceStatus(source=PROBE, state="ready").pace == ""


def test_every_installed_source_has_a_status_and_so_has_one_that_is_only_named(tmp_path: Path) -> None:
    settings = Settings.of(home=tmp_path, sources=("wikipedia", "nowhere"), source_keys={"openalex": "canary"})
    statuses = {status.source.name: status for status in source_statuses(settings)}
    assert [statuses[name].state for name in ("wikipedia", "nowhere", "encyclopedia")] == [
        "ready", "not loaded", "not set up",
    ]  # fmt: skip
    assert [statuses[name].named for name in ("wikipedia", "openalex")] == [True, False]
    assert statuses["openalex"].key == "set"
    assert "canary" not in str([status.as_json() for status in statuses.values()])
