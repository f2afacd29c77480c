"""Queries: words and operators for sites, cut to what an engine takes; and which hits are within them."""

from __future__ import annotations

import pytest

from research_agent.sources.protocol import Hit
from research_agent.sources.web_search.search_query import is_within, language_of, query_of, words_of
from research_agent.types import Topic


def topic(text: str = "low  tide", **more: object) -> Topic:
    return Topic(text=text, question=text, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "query"),
    [
        (topic(), "low tide"),
        (topic(sites=("a.example",)), "low tide site:a.example"),
        (topic(sites=("a.example", "b.example")), "low tide site:a.example OR site:b.example"),
        (topic(excluded=("c.example", "d.example")), "low tide -site:c.example -site:d.example"),
        (topic(sites=("a.example",), excluded=("b.a.example",)), "low tide site:a.example -site:b.a.example"),
        (topic("  ", sites=("a.example",)), ""),
    ],
)
def test_sites_are_named_by_operators(asked: Topic, query: str) -> None:
    assert query_of(asked, most=400) == query


def test_words_are_cut_and_operators_are_not() -> None:
    query = query_of(topic("word " * 200, sites=("a.example",)), most=100)
    assert len(query) <= 100
    assert query.endswith(" site:a.example")
    many = query_of(topic(excluded=tuple(f"host-{number}.example" for number in range(50))), most=200)
    assert len(many) <= 200
    assert all(part.endswith(".example") for part in many.split()[2:])
    assert words_of(topic("a b  c"), most=3) == "a b"
    long = query_of(topic(sites=tuple(f"{'host' * 15}-{number}.example" for number in range(6))), most=200)
    assert len(long) <= 200
    assert long.startswith("low tide site:host")


@pytest.mark.parametrize(
    ("lang", "of_user", "code"), [("en", "", ""), ("de", "", "de"), ("en", "en", "en"), ("de", "pt-br", "pt")]
)
def test_the_users_language_goes_first_and_english_is_no_choice(lang: str, of_user: str, code: str) -> None:
    assert language_of(topic(lang=lang), of_user) == code


WITHIN = topic(since="2026-11-01", until="2026-11-30", sites=("A.example",), excluded=("bad.a.example",))


@pytest.mark.parametrize(
    ("url", "published", "expected"),
    [
        ("https://a.example/x", "", True),
        ("https://www.a.example/x", "2026-11-01", True),
        ("https://deep.sub.a.example/x", "2026-11-30T23:59:00Z", True),
        ("https://a.example/x", "2026-10-31", False),
        ("https://a.example/x", "2026-12-01", False),
        ("https://bad.a.example/x", "", False),
        ("https://very.bad.a.example/x", "", False),
        ("https://nota.example/x", "", False),
        ("https://a.example.evil.example/x", "", False),
        ("http://[", "", False),
    ],
)
def test_hits_are_held_to_sites_and_days(url: str, published: str, expected: bool) -> None:
    assert is_within(Hit(url=url, title="x", published=published), WITHIN) is expected


def test_what_the_settings_block_is_left_out_and_told_to_no_service() -> None:
    topic = Topic(text="low tide", question="low tide", excluded=("a.example",), blocked=("pills.example",))
    assert query_of(topic, most=200) == "low tide -site:a.example"
    hits = [Hit(url=f"https://{host}/x", title="x") for host in ("a.example", "shop.pills.example", "b.example")]
    assert [is_within(hit, topic) for hit in hits] == [False, False, True]
