"""What the shared file tells of a source is what its next request would meet."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.http.rate_limit_status import Standing, standings
from research_agent.http.rate_limit_store import FILE, OPEN_SECONDS, SCHEMA, VERSION, Ask, Ledger
from research_agent.http.rate_limits import Limits
from research_agent.http.sqlite_file import open_file

NOW = 1_790_000_000.0
DAILY = Limits(at_once=9, per_minute=10, per_day=100)


def ask(source: str = "papers", ticket: int = 0, host: str = "papers.example:443", limits: Limits = DAILY) -> Ask:
    return Ask(source=source, host=host, limits=limits, ticket=ticket)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(open_file(tmp_path / FILE, SCHEMA, version=VERSION), lambda: NOW)


def test_without_a_file_nothing_is_known_and_none_is_made(tmp_path: Path) -> None:
    assert standings(tmp_path, [ask()]) == [Standing()]
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_tells_of_nothing(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 100)
    assert standings(tmp_path, [ask()]) == [Standing()]


def test_what_was_asked_is_left_of_the_limit_no_more(ledger: Ledger, tmp_path: Path) -> None:
    for ticket in range(1, 4):
        ledger.enter(ask(ticket=ticket), until=NOW + 9)
        ledger.leave(ask(ticket=ticket), answered=True)
    found, other = standings(tmp_path, [ask(), ask("other")], wall=NOW)
    assert (found.left(DAILY), other.left(DAILY), found.left(Limits())) == ((7, 97), (10, 100), (None, None))
    (later,) = standings(tmp_path, [ask()], wall=NOW + 61)
    assert later.left(DAILY) == (10, 97)


def test_sources_of_one_pool_use_it_up_together(ledger: Ledger, tmp_path: Path) -> None:
    pooled = Limits(per_minute=10, pool="wiki")
    ledger.enter(ask("one", 1, limits=pooled), until=NOW + 9)
    assert standings(tmp_path, [ask("two", limits=pooled)], wall=NOW)[0].minute == 1


def test_pauses_and_breakers_are_told_for_as_long_as_they_last(ledger: Ledger, tmp_path: Path) -> None:
    ledger.enter(ask(ticket=1), until=NOW + 9)
    ledger.leave(ask(ticket=1), answered=False, pause=42.0)
    for ticket in range(10, 15):
        ledger.leave(ask("broken", ticket), answered=False)
    found, broken, elsewhere = standings(tmp_path, [ask(), ask("broken"), ask(host="b.example:443")], wall=NOW)
    assert (found.rests, broken.broken, elsewhere.rests) == (42.0, OPEN_SECONDS, 0.0)
    assert standings(tmp_path, [ask(), ask("broken")], wall=NOW + 43) == [Standing(minute=1, day=1), Standing()]
