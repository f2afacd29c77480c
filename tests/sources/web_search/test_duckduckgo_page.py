"""DuckDuckGo's page: what it is asked for; how it is read is held by its recorded pages in tests/sources."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from helpers.engine_server import ask_engine
from helpers.source_server import as_body
from research_agent.sources.web_search.duckduckgo_page import DuckDuckGoPage

pytestmark = pytest.mark.anyio

NOTHING = '<!doctype html><title>x</title><div class="no-results">No results.</div>'


async def sent(**topic: Any) -> dict[str, str]:
    seen = await ask_engine(DuckDuckGoPage, as_body(NOTHING), **topic)
    assert seen.error is None
    assert seen.targets[0].path == "/html/"
    return dict(seen.targets[0].query)


@pytest.mark.parametrize(("days", "period"), [(0, "d"), (1, "d"), (6, "w"), (20, "m"), (200, "y")])
async def test_a_first_day_is_asked_for_by_the_period_that_holds_it(days: int, period: str) -> None:
    since = (datetime.now(UTC) - timedelta(days=days)).date().isoformat()
    assert (await sent(since=since))["df"] == period


async def test_two_days_or_one_long_ago_are_asked_for_as_a_range() -> None:
    assert (await sent(since="2019-05-01", until="2019-06-01"))["df"] == "2019-05-01..2019-06-01"
    assert (await sent(until="2019-06-01"))["df"] == "1990-01-01..2019-06-01"
    assert (await sent(since="2019-05-01"))["df"] == f"2019-05-01..{datetime.now(UTC).date()}"


async def test_sites_and_the_region_of_a_language_are_asked_for() -> None:
    assert await sent(sites=("a.example",), excluded=("b.a.example",), lang="de") == {
        "q": "low tide site:a.example -site:b.a.example", "kl": "de-de",
    }  # fmt: skip
    assert await sent(lang="ja") == await sent() == {"q": "low tide"}
    assert (await sent(text="word " * 300, sites=("a.example",)))["q"].endswith(" site:a.example")
