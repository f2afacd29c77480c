"""Restriction to sites and days: what the user may write, and which documents it admits."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.errors import UsageError
from research_agent.text.question import YOUR_TEXT
from research_agent.text.restriction import Refusal, is_of_site, read_restriction, refusal, told, told_by, with_lists
from research_agent.types import UNRESTRICTED, Document, Restriction
from research_agent.types.topic import split_names

TODAY = date(2026, 11, 29)


def read(**given: Any) -> Restriction:
    return read_restriction(today=TODAY, **given)


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("nasa.gov", "nasa.gov"),
        ("NASA.gov.", "nasa.gov"),
        ("www.nasa.gov", "nasa.gov"),
        ("https://www.nasa.gov/", "nasa.gov"),
        ("*.nasa.gov", "nasa.gov"),
        (".gov", "gov"),
        ("müller.de", "xn--mller-kva.de"),
        ("localhost:8080", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
    ],
)
def test_a_site_is_written_in_many_ways(written: str, host: str) -> None:
    assert read(sites=[written]).sites == (host,)


@pytest.mark.parametrize(
    ("since", "day"),
    [
        ("2026-11-22", "2026-11-22"),
        ("2026-10", "2026-10-01"),
        ("2025", "2025-01-01"),
        ("7d", "2026-11-22"),
        ("1w", "2026-11-22"),
        ("2M", "2026-09-29"),
        ("9m", "2026-02-28"),
        ("1y", "2025-11-29"),
        (" 0d ", "2026-11-29"),
        ("9999y", "0001-01-01"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_day_is_a_date_or_how_long_ago(since: str | None, day: str) -> None:
    assert read(since=since).since == day


def test_until_is_the_last_day_of_what_is_written() -> None:
    assert read(until="2026-02").until == "2026-02-28"
    assert read(until="2025").until == "2025-12-31"


@pytest.mark.parametrize(
    "given",
    [
        {"sites": ["nasa"]},
        {"sites": ["nasa.gov/artemis"]},
        {"sites": ["nasa.gov?x=1"]},
        {"sites": [""]},
        {"sites": ["a b.gov"]},
        {"sites": ["[::1"]},
        {"sites": ["-.gov"]},
        {"excluded": ["http://"]},
        {"sites": [f"a{n}.example" for n in range(21)]},
        {"sites": ["nasa.gov"], "excluded": ["gov.", ".gov"]},
        {"since": "yesterday-ish"},
        {"since": "2026-13"},
        {"since": "22.11.2026"},
        {"since": "7"},
        {"since": "2027"},
        {"since": "2026-11-20", "until": "2026-11-19"},
    ],
)
def test_what_cannot_be_meant_is_an_error_that_says_what_to_write(given: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as caught:
        read(**given)
    assert caught.value.hint


def test_what_is_refused_is_told_in_part() -> None:
    with pytest.raises(UsageError) as caught:
        read_restriction(since="x" * 10_000)
    assert len(caught.value.message) < 100


@given(st.text(max_size=40))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    for written in ({"sites": [text]}, {"since": text}, {"until": text}):
        try:
            read(**written)
        except UsageError:
            continue


def document(url: str = "https://www.nasa.gov/a", **more: Any) -> Document:
    fields = {"source": "web", "title": "", "text": "x", "retrieved": "2026-11-29T10:00:00+00:00", **more}
    return Document(url=url, **fields)


ONLY_NASA = Restriction(sites=("nasa.gov",), excluded=("old.nasa.gov",))
WEEK = Restriction(since="2026-11-22", until="2026-11-28")


@pytest.mark.parametrize(
    ("restriction", "given", "why"),
    [
        (ONLY_NASA, document(), ""),
        (ONLY_NASA, document("https://Science.NASA.gov:443/a"), ""),
        (ONLY_NASA, document("https://old.nasa.gov/a"), "site"),
        (ONLY_NASA, document("https://very.old.nasa.gov/a"), "site"),
        (ONLY_NASA, document("https://notnasa.gov/a"), "site"),
        (ONLY_NASA, document("https://nasa.gov.evil.example/"), "site"),
        (ONLY_NASA, document("https://evil.example/?nasa.gov"), "site"),
        (ONLY_NASA, document("https://nasa.gov@evil.example/"), "site"),
        (ONLY_NASA, document("http://[::"), "site"),
        (ONLY_NASA, document("", source=YOUR_TEXT), ""),
        (Restriction(excluded=("nasa.gov",)), document(), "site"),
        (Restriction(excluded=("nasa.gov",)), document(""), ""),
        (WEEK, document(published="2026-11-22"), ""),
        (WEEK, document(published="2026-11-28T23:59:59Z"), ""),
        (WEEK, document(published="2026-11-29"), "day"),
        (WEEK, document(published="2026-11-21"), "day"),
        (WEEK, document(published="2026-11"), ""),  # it may be of that week
        (WEEK, document(published="2025"), "day"),
        (WEEK, document(), "no date"),
        (WEEK, document(published="lately"), "no date"),
        (WEEK, document("", source=YOUR_TEXT), ""),
        (UNRESTRICTED, document(), ""),
    ],
)
def test_what_is_admitted(restriction: Restriction, given: Document, why: Refusal) -> None:
    assert refusal(given, restriction, is_kept_current=False) == why


@pytest.mark.parametrize(("retrieved", "why"), [("2026-11-25", ""), ("2026-11-29", "day"), ("2024-01-01", "day")])
def test_an_encyclopedia_is_of_the_day_when_it_was_read(retrieved: str, why: Refusal) -> None:
    assert refusal(document(retrieved=retrieved), WEEK, is_kept_current=True) == why


def test_it_is_told_in_one_line() -> None:
    whole = Restriction(sites=("nasa.gov", "esa.int"), excluded=("x.example",), since="2026-11-22", until="2026-11-28")
    assert told(whole) == (
        "Only texts of nasa.gov or esa.int, not of x.example, since 2026-11-22, until 2026-11-28 were used,"
        " as you asked."
    )
    assert told(UNRESTRICTED) == ""


LISTED = [
    (Restriction(), Restriction(sites=("nhs.uk",), blocked=("pills.example",))),
    (Restriction(since="2026-01-01"), Restriction(sites=("nhs.uk",), blocked=("pills.example",), since="2026-01-01")),
    (Restriction(sites=("who.int",)), Restriction(sites=("who.int",), blocked=("pills.example",))),
    (
        Restriction(excluded=("a.example",)),
        Restriction(sites=("nhs.uk",), excluded=("a.example",), blocked=("pills.example",)),
    ),
]


@pytest.mark.parametrize(("asked", "together"), LISTED)
def test_the_lists_of_the_settings_join_what_the_question_asks(asked: Restriction, together: Restriction) -> None:
    assert with_lists(asked, blocked=("pills.example",), allowed=("nhs.uk",)) == together
    assert with_lists(asked, blocked=(), allowed=()) == asked


def test_what_is_blocked_cannot_be_asked_for() -> None:
    with pytest.raises(UsageError, match="blocked by your settings"):
        with_lists(Restriction(sites=("shop.pills.example",)), blocked=("pills.example",), allowed=())


@pytest.mark.parametrize(
    ("url", "of"),
    [
        ("https://evil.example\\@nhs.uk/", False),
        ("https://nhs.uk.evil.example/", False),
        ("https://www.NHS.uk:443/x", True),
        ("https://web.archive.org/web/2020/https://www.nhs.uk/x", True),
        ("https://web.archive.org/web/2020/https://evil.example/nhs.uk", False),
    ],
)
def test_a_page_is_of_the_site_that_a_browser_would_reach(url: str, of: bool) -> None:
    assert is_of_site(url, "nhs.uk") is of


def test_what_was_stored_of_it_is_told_again() -> None:
    whole = Restriction(sites=("nasa.gov", "esa.int"), excluded=("x.example",), since="2026-11-22")
    assert told_by({**whole.as_settings(), "lang": "en"}) == (told(whole),)
    assert told_by({"lang": "en"}) == told_by({"site": 7, "since": None}) == ()


@pytest.mark.parametrize(
    "files",
    [
        ("a.txt",),
        ("a.txt", "/own/b c.pdf"),
        ("Smith, J., 2018.pdf", "b.txt"),
        ("/own/a, b", 'the "final", one.txt', '"quoted".txt', 'in "the" middle.txt', '",", ","'),
    ],
)
def test_files_with_commas_are_told_again_as_they_were_named(files: tuple[str, ...]) -> None:
    restriction = Restriction(files=files)
    assert told_by(restriction.as_settings()) == (told(restriction),)
    assert split_names(restriction.as_settings()["only"]) == files


def test_files_that_were_stored_without_quotes_are_read_as_before() -> None:
    assert split_names('a.txt,b "c".txt,"open') == ("a.txt", 'b "c".txt', '"open')
