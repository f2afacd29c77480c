"""A restricted turn: the topics carry it, the sources that can meet it are asked, and it is told."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from research_agent.sources import Source, SourceSettings
from research_agent.sources.arxiv import Arxiv
from research_agent.sources.duckduckgo import DuckDuckGo
from research_agent.sources.hackernews import HackerNews
from research_agent.sources.web import Web
from research_agent.sources.wikipedia import Wikipedia
from research_agent.stages.restrict import restrict_sources, restrict_topics, restriction_notes
from research_agent.testing import FakeSource
from research_agent.text.restriction import Refusal
from research_agent.types import UNRESTRICTED, Restriction, Topic

SETTINGS = SourceSettings()
SOURCES: list[Source] = [
    Wikipedia(SETTINGS), HackerNews(SETTINGS), Arxiv(SETTINGS), Web(SETTINGS), DuckDuckGo(SETTINGS), FakeSource("notes")
]  # fmt: skip
SELECTED = [(SOURCES[0], "x"), (SOURCES[1], "x"), (SOURCES[5], "x")]


@pytest.mark.parametrize(
    ("restriction", "names"),
    [
        (UNRESTRICTED, ["wikipedia", "hackernews", "notes"]),
        (Restriction(since="2026-01-01"), ["wikipedia", "hackernews", "notes"]),
        (Restriction(sites=("nasa.gov",)), ["web"]),
        (Restriction(sites=("en.wikipedia.org",)), ["wikipedia", "web"]),
        (Restriction(sites=("org",)), ["wikipedia", "arxiv", "web"]),
        (Restriction(excluded=("wikipedia.org",)), ["hackernews", "notes"]),
        (Restriction(excluded=("nasa.gov",)), ["wikipedia", "hackernews", "notes"]),
    ],
)
def test_the_sources_that_can_meet_it_are_asked(restriction: Restriction, names: list[str]) -> None:
    asked = restrict_sources(SELECTED, SOURCES, restriction)
    assert [source.name for source, _ in asked] == names
    assert all(why for _, why in asked)


def test_what_the_user_named_is_asked_in_any_case_and_the_site_is_in_the_reason() -> None:
    site = Restriction(sites=("nasa.gov",))
    assert restrict_sources(SELECTED, SOURCES, site, named=["wikipedia"]) == SELECTED
    ((_, why),) = restrict_sources(SELECTED, SOURCES, site)
    assert why == "you asked for nasa.gov, and it searches sites"


def test_topics_carry_it_beside_the_days_that_the_question_asks_for() -> None:
    restriction = Restriction(sites=("a.example",), excluded=("b.example",), since="2026-01-01", until="2026-02-01")
    older, newer = restrict_topics(
        [Topic(text="x", question="x"), Topic(text="y", question="y", since="2026-01-20")], restriction
    )
    assert (older.since, older.until, older.sites, older.excluded) == (
        "2026-01-01", "2026-02-01", ("a.example",), ("b.example",)
    )  # fmt: skip
    assert newer.since == "2026-01-20"
    assert restrict_topics([newer], UNRESTRICTED) == (newer,)


def test_what_was_left_out_is_counted_those_without_a_date_by_themselves() -> None:
    left_out = MappingProxyType({"a": "no date", "b": "no date", "c": "no date", "d": "site", "e": "day"})
    assert restriction_notes(Restriction(since="2026-01-01"), left_out) == (  # type: ignore[arg-type]
        "Only texts since 2026-01-01 were used, as you asked.",
        "3 pages without a date were left out.",
        "2 texts of other sites or days were left out.",
    )
    assert restriction_notes(UNRESTRICTED, {}) == ()


def test_the_lists_of_the_settings_are_spoken_of_only_when_nothing_is_found() -> None:
    left_out: dict[str, Refusal] = {"a": "site", "b": "site"}
    assert restriction_notes(Restriction(), left_out) == ()
    (line,) = restriction_notes(Restriction(), left_out, by_lists=True)
    assert line.endswith("(block_sites, allow_sites). 2 texts were left out.")
    assert restriction_notes(Restriction(), {}, by_lists=True) == (line.removesuffix(" 2 texts were left out."),)
    told, others, listed = restriction_notes(Restriction(sites=("a.example",)), left_out, by_lists=True)
    assert told == "Only texts of a.example were used, as you asked."
    assert others == "2 texts of other sites or days were left out."
    assert line.startswith(listed)
