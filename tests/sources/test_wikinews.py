"""Wikinews: an archive that ends in May 2026, its reports with their day; and that it is not asked for later."""

from __future__ import annotations

import pytest

from helpers.open_services import REPORTS, SERVICES, ask, replies
from research_agent.errors import OutOfScopeError
from research_agent.http.rate_limits import is_wikimedia
from research_agent.sources import SourceSettings, limits_of
from research_agent.sources.wikinews import Wikinews

pytestmark = pytest.mark.anyio

SERVICE = SERVICES["wikinews"]


async def test_a_report_has_its_day_and_plain_text() -> None:
    found, _, requests = await ask(SERVICE, replies(SERVICE))
    (document,) = found.documents
    assert document.text == "Thursday, April 15, 2010\n\nA volcano in Iceland closed airports."
    assert document.published == "2010-04-15"
    assert (document.licence, document.attribution) == ("CC BY", 'Wikinews, "Volcano closes airports" (en)')
    assert requests[0].query["gsrsearch"] == "volcano in Iceland 2010"


@pytest.mark.parametrize(("since", "asked"), [("", 1), ("2026-01-01", 1), ("2026-11-28", 0)])
async def test_it_is_not_asked_for_a_time_after_its_end(since: str, asked: int) -> None:
    _, error, requests = await ask(SERVICE, replies(SERVICE), since=since)
    assert len(requests) == asked
    assert isinstance(error, OutOfScopeError) is (asked == 0)


@pytest.mark.parametrize(
    ("lang", "url", "base"),
    [
        ("en", None, "https://en.wikinews.org"),
        ("de", None, "https://de.wikinews.org"),
        ("pt-br", None, "https://pt.wikinews.org"),
        ("eu", None, "https://en.wikinews.org"),
        ("de", "http://127.0.0.1:9", "http://127.0.0.1:9"),
    ],
)
def test_the_edition_of_the_questions_language_is_asked(lang: str, url: str | None, base: str) -> None:
    assert Wikinews(SourceSettings(url=url))._edition(lang) == base


def test_it_is_one_of_wikimedias_sites() -> None:
    assert is_wikimedia("https://en.wikinews.org/")
    assert limits_of(Wikinews(SourceSettings())).per_minute == 10
    assert limits_of(Wikinews(SourceSettings(contact="me@example.org"))).pool == "wikimedia"


@pytest.mark.parametrize("line", ["<p>A volcano in Iceland.</p>", "<p>April 31, 2010</p>", "<p>April 15, 1810</p>"])
def test_without_a_day_at_its_head_a_report_has_none(line: str) -> None:
    page = {**REPORTS["query"]["pages"][0], "extract": line}  # type: ignore[index]
    (document,) = Wikinews(SourceSettings()).read_pages({"query": {"pages": [page]}})
    assert document.published is None
