"""What the shared file tells of a source is what its next request would meet."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.http.rate_limit_status import RateLimitStatus, rate_limit_statuses
from research_agent.http.rate_limit_store import FILE, OPEN_SECONDS, SCHEMA, VERSION, Permit, RateLimitStore
from research_agent.http.rate_limits import Limits
from research_agent.http.sqlite_file import open_file

NOW = 1_790_000_000.0
DAILY = Limits(at_once=9, per_minute=10, per_day=100)


def permit(source: str = "papers", ticket: int = 0, host: str = "papers.example:443", limits: Limits = DAILY) -> Permit:
    return Permit(source=source, host=host, limits=limits, ticket=ticket)


@pytest.fixture
def store(tmp_path: Path) -> RateLimitStore:
    return RateLimitStore(open_file(tmp_path / FILE, SCHEMA, version=VERSION), lambda: NOW)


def test_without_a_file_nothing_is_known_and_none_is_made(tmp_path: Path) -> None:
    assert rate_limit_statuses(tmp_path, [permit()]) == [RateLimitStatus()]
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_tells_of_nothing(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 100)
    assert rate_limit_statuses(tmp_path, [permit()]) == [RateLimitStatus()]


def test_what_was_asked_is_left_of_the_limit_no_more(store: RateLimitStore, tmp_path: Path) -> None:
    for ticket in range(1, 4):
        store.acquire(permit(ticket=ticket), until=NOW + 9)
        store.release(permit(ticket=ticket), answered=True)
    status, other = rate_limit_statuses(tmp_path, [permit(), permit("other")], wall=NOW)
    assert (status.left(DAILY), other.left(DAILY), status.left(Limits())) == ((7, 97), (10, 100), (None, None))
    (later,) = rate_limit_statuses(tmp_path, [permit()], wall=NOW + 61)
    assert later.left(DAILY) == (10, 97)


def test_sources_of_one_pool_use_it_up_together(store: RateLimitStore, tmp_path: Path) -> None:
    pooled = Limits(per_minute=10, pool="wiki")
    store.acquire(permit("one", 1, limits=pooled), until=NOW + 9)
    assert rate_limit_statuses(tmp_path, [permit("two", limits=pooled)], wall=NOW)[0].minute == 1


def test_pauses_and_breakers_are_told_for_as_long_as_they_last(store: RateLimitStore, tmp_path: Path) -> None:
    store.acquire(permit(ticket=1), until=NOW + 9)
    store.release(permit(ticket=1), answered=False, pause=42.0)
    for ticket in range(10, 15):
        store.release(permit("broken", ticket), answered=False)
    status, broken, elsewhere = rate_limit_statuses(
        tmp_path, [permit(), permit("broken"), permit(host="b.example:443")], wall=NOW
    )
    assert (status.rests, broken.broken, elsewhere.rests) == (42.0, OPEN_SECONDS, 0.0)
    assert rate_limit_statuses(tmp_path, [permit(), permit("broken")], wall=NOW + 43) == [
        RateLimitStatus(minute=1, day=1),
        RateLimitStatus(),
    ]
