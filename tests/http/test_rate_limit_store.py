"""How often a service is asked, over all processes: simulated by the second, without waiting for one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import apsw
import pytest

from research_agent.http.rate_limit_store import OPEN_SECONDS, SCHEMA, VERSION, Decision, Permit, RateLimitStore
from research_agent.http.rate_limits import WIKIMEDIA, Limits, requested_pause
from research_agent.http.sqlite_file import open_file
from research_agent.sqlite import Connection


class Home:
    """Some processes of one home, each with a connection of its own, and one clock for all."""

    def __init__(self, path: Path) -> None:
        self.path = path / "network.db"
        self.now = 1_800_000_000.0
        self.open: list[Connection] = []

    def process(self) -> RateLimitStore:
        db = open_file(self.path, SCHEMA, version=VERSION)
        self.open.append(db)
        return RateLimitStore(db, lambda: self.now)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path)
    yield made
    for db in made.open:
        db.close()


def permit(
    ticket: int, limits: Limits | None = None, *, source: str = "s", host: str = "h", retry: bool = False
) -> Permit:
    return Permit(source=source, host=host, limits=limits or Limits(), ticket=ticket, retry=retry)


def acquire(store: RateLimitStore, home: Home, wish: Permit, left: float = 10.0) -> Decision:
    return store.acquire(wish, until=home.now + left)


def fail(store: RateLimitStore, home: Home, ticket: int, *, answered: bool = False) -> None:
    assert acquire(store, home, permit(ticket)).kind == "go"
    store.release(permit(ticket), answered=answered)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_the_limits_no_window_ever_holds_more(home: Home, seed: int) -> None:
    """Three processes ask at random for ten minutes and never wait less than they are told."""
    rng = random.Random(seed)
    limits = Limits(
        at_once=rng.randint(1, 4),
        spacing=rng.choice([0.0, 0.5, 3.0]),
        per_minute=rng.choice([None, 5, 20]),
        per_day=rng.choice([None, 40]),
    )
    processes = [home.process() for _ in range(3)]
    began, starts = home.now, list[float]()
    ends: dict[int, float] = {}
    wishes = [(home.now + rng.uniform(0, 600), rng.choice(processes), number) for number in range(1, 300)]
    flying = most = 0
    while wishes:
        wishes.sort(key=lambda wish: wish[0])
        home.now, process, number = wishes.pop(0)
        if number < 0:
            process.release(permit(-number, limits), answered=True)
            flying -= 1
            continue
        decision = acquire(
            process, home, permit(number, limits), left=ends.setdefault(number, home.now + 20) - home.now
        )
        if decision.kind == "go":
            starts.append(home.now)
            flying += 1
            most = max(most, flying)
            wishes.append((min(home.now + rng.uniform(0.1, 4), ends[number]), process, -number))
        elif decision.kind == "wait" and home.now < ends[number]:
            wishes.append((home.now + (decision.seconds or 0.2), process, number))
    assert starts
    assert most <= limits.at_once
    assert all(later - earlier >= limits.spacing for earlier, later in pairwise(starts))
    for most_of_it, seconds in ((limits.per_minute, 60), (limits.per_day, 86400)):
        if most_of_it is not None:
            assert all(sum(0 <= at - start < seconds for at in starts) <= most_of_it for start in starts)
    assert home.now >= began


def test_who_waits_is_told_its_time_and_the_next_one_the_time_after(home: Home) -> None:
    limits, one, other = Limits(at_once=4, spacing=3.0), home.process(), home.process()
    assert acquire(one, home, permit(1, limits)).kind == "go"
    decisions = [
        acquire(other, home, permit(2, limits)),
        acquire(one, home, permit(3, limits)),
        acquire(other, home, permit(2, limits)),
    ]
    assert [decision.kind for decision in decisions] == ["wait"] * 3
    assert [round(decision.seconds, 1) for decision in decisions] == [3.0, 6.1, 3.0]


def test_what_would_come_too_late_is_refused_at_once(home: Home) -> None:
    limits, store = Limits(per_minute=2), home.process()
    assert [acquire(store, home, permit(number, limits)).kind for number in (1, 2)] == ["go", "go"]
    home.now += 18
    refused = acquire(store, home, permit(3, limits), left=10)
    assert (refused.kind, refused.why, round(refused.seconds)) == ("no", "limit", 42)
    assert acquire(store, home, permit(4, limits), left=50).kind == "wait"


def test_the_slot_of_a_process_that_died_is_free_when_its_deadline_is_over(home: Home) -> None:
    limits, dead, alive = Limits(at_once=1), home.process(), home.process()
    assert acquire(dead, home, permit(1, limits), left=5).kind == "go"
    assert acquire(alive, home, permit(2, limits)).why == "slot"
    home.now += 5
    assert acquire(alive, home, permit(2, limits)).why == "slot"
    home.now += 1.1
    assert acquire(alive, home, permit(2, limits)).kind == "go"


def test_sources_of_one_pool_share_its_limit_and_others_do_not(home: Home) -> None:
    pool, store = Limits(at_once=1, pool="wikimedia"), home.process()
    assert acquire(store, home, permit(1, pool, source="wikipedia")).kind == "go"
    assert acquire(store, home, permit(2, pool, source="wikidata", host="other")).why == "slot"
    assert acquire(store, home, permit(3, Limits(at_once=1), source="arxiv")).kind == "go"


def test_wikimedias_hosts_are_asked_three_things_at_once_by_all_sources_together(home: Home) -> None:
    one, other = home.process(), home.process()
    for ticket, host in enumerate(("en.wikipedia.org:443", "commons.wikimedia.org:443", "wikidata.org:443"), 1):
        assert acquire(one, home, permit(ticket, source="web", host=host)).kind == "go"
    wikipedia = permit(4, WIKIMEDIA, source="wikipedia", host="de.wikipedia.org:443")
    assert acquire(other, home, wikipedia).why == "slot"
    assert acquire(other, home, permit(5, source="web", host="notwikipedia.org:443")).kind == "go"
    assert acquire(other, home, permit(6, source="web", host="en.wikipedia.org.example:443")).kind == "go"
    one.release(permit(1, source="web", host="en.wikipedia.org:443"), answered=True)
    assert acquire(other, home, wikipedia).kind == "go"


def test_a_pause_is_for_all_processes_and_for_that_host_only(home: Home) -> None:
    one, other = home.process(), home.process()
    assert acquire(one, home, permit(1)).kind == "go"
    one.release(permit(1), answered=True, pause=3600)
    refused = acquire(other, home, permit(2))
    assert (refused.kind, refused.why, refused.seconds) == ("no", "limit", 3600)
    assert acquire(other, home, permit(3, host="another")).kind == "go"
    home.now += 3600
    assert acquire(other, home, permit(4)).kind == "go"


def test_a_pause_of_a_pool_is_for_all_its_sources_and_is_never_made_shorter(home: Home) -> None:
    pool, store = Limits(pool="p"), home.process()
    for ticket, pause in ((1, 100.0), (2, 5.0)):
        store.release(permit(ticket, pool), answered=True, pause=pause)
    assert acquire(store, home, permit(3, pool, source="other", host="other")).seconds == 100


def test_five_failures_in_a_row_break_it_and_one_probe_decides(home: Home) -> None:
    one, other = home.process(), home.process()
    for ticket in range(5):
        fail(one, home, ticket)
    broken = acquire(other, home, permit(10))
    assert (broken.kind, broken.why, broken.seconds) == ("no", "broken", OPEN_SECONDS)

    home.now += OPEN_SECONDS
    assert acquire(other, home, permit(11)).kind == "go"
    assert acquire(one, home, permit(12)).why == "broken"  # while the probe is on its way
    other.release(permit(11), answered=False)
    assert acquire(one, home, permit(13)).seconds == OPEN_SECONDS

    home.now += OPEN_SECONDS
    fail(one, home, 14, answered=True)
    assert [acquire(one, home, permit(ticket)).kind for ticket in (15, 16)] == ["go", "go"]


def test_a_probe_whose_process_died_or_gave_up_does_not_keep_it_shut(home: Home) -> None:
    store = home.process()
    for ticket in range(5):
        fail(store, home, ticket)
    home.now += OPEN_SECONDS
    assert acquire(store, home, permit(10), left=5).kind == "go"
    home.now += 6.1
    assert acquire(store, home, permit(11)).kind == "go"
    store.release(permit(11), answered=None)
    assert acquire(store, home, permit(12)).kind == "go"


def test_what_fails_every_second_time_breaks_and_what_seldom_fails_does_not(home: Home) -> None:
    store = home.process()
    for number in range(100):
        fail(store, home, number, answered=number % 8 != 0)
        home.now += 1
    sent = 0
    while acquire(store, home, permit(100 + sent)).kind == "go" and sent < 100:
        store.release(permit(100 + sent), answered=sent % 2 == 0)
        home.now += 1
        sent += 1
    assert 5 <= sent <= 30


def test_retries_are_a_tenth_of_the_requests(home: Home) -> None:
    store, ticket, retries = home.process(), 0, 0
    for number in range(1, 201):
        ticket += 1
        fail(store, home, ticket, answered=True)
        ticket += 1
        if acquire(store, home, permit(ticket, retry=True)).kind == "go":
            store.release(permit(ticket, retry=True), answered=True)
            retries += 1
        assert retries <= number / 10
    assert retries == 20


def test_a_clock_that_was_put_back_stops_nobody(home: Home) -> None:
    limits, store = Limits(at_once=1, spacing=3.0, per_day=1), home.process()
    assert acquire(store, home, permit(1, limits)).kind == "go"
    store.release(permit(1, limits), answered=True, pause=3600)
    for ticket in range(10, 15):
        store.release(permit(ticket), answered=False)
    home.now -= 86400
    assert acquire(store, home, permit(2, limits)).kind == "go"


@pytest.mark.parametrize("write", [b"not a database at all" * 100, b""])
def test_a_file_that_is_no_database_is_begun_anew(home: Home, write: bytes) -> None:
    home.path.write_bytes(write)
    assert acquire(home.process(), home, permit(1)).kind == "go"
    assert home.path.stat().st_mode & 0o777 == 0o600


def test_a_file_of_another_version_is_begun_anew(home: Home) -> None:
    db = apsw.Connection(str(home.path))
    db.execute("CREATE TABLE starts (other TEXT); PRAGMA user_version = 99")
    db.close()
    assert acquire(home.process(), home, permit(1)).kind == "go"


NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"Retry-After": "30"}, 30),
        (503, {"Retry-After": "Fri, 15 Jan 2027 08:01:00 GMT"}, 60),
        (403, {"Retry-After": "5"}, 5),
        (200, {"Retry-After": "5"}, 0),
        (429, {"Retry-After": "0"}, 0),
        (429, {"Retry-After": "-1"}, 0),
        (429, {"Retry-After": "soon"}, 0),
        (429, {"Retry-After": "315360000"}, 86400),
        (429, {"Retry-After": "Fri, 15 Jan 2125 08:01:00 GMT"}, 86400),
        (429, {"Retry-After": "Fri, 15 Jan 1999 08:01:00 GMT"}, 0),
        (429, {}, 0),
        (200, {"Left": "0", "Full": "17"}, 17),
        (200, {"Left": "0.0", "Full": str(NOW + 17)}, 17),
        (200, {"Left": "-1", "Full": "nan"}, 0),
        (200, {"Left": "0"}, 0),
        (200, {"Left": "1", "Full": "17"}, 0),
        (200, {"Left": "many", "Full": "17"}, 0),
    ],
)
def test_how_long_a_service_wants_to_be_left_alone(status: int, headers: dict[str, str], seconds: float) -> None:
    assert requested_pause(status, headers, Limits(remaining="Left", reset="Full"), wall=NOW) == seconds
