"""Merging by reciprocal rank: each page once, what two engines found before what one did."""

from __future__ import annotations

from itertools import permutations

from research_agent.sources.protocol import Hit
from research_agent.sources.web_search.merge_hits import merge_hits


def hit(name: str, engine: str = "e", **more: str) -> Hit:
    return Hit(url=more.pop("url", f"https://{name}.example/"), title=name, engines=(engine,), **more)


def test_what_two_engines_found_goes_first() -> None:
    one, two = [hit("a", "x"), hit("b", "x"), hit("c", "x")], [hit("d", "y"), hit("c", "y")]
    assert [one.title for one in merge_hits([one, two])] == ["c", "a", "d", "b"]
    assert merge_hits([one, two])[0].engines == ("x", "y")


def test_one_ranking_keeps_its_order_and_none_gives_nothing() -> None:
    one = [hit(name) for name in "cab"]
    assert merge_hits([one]) == one
    assert merge_hits([]) == merge_hits([[], []]) == []


def test_a_page_that_an_engine_names_twice_counts_once() -> None:
    twice = [hit("a"), hit("a", url="http://www.a.example/?utm_source=x"), hit("b")]
    assert [one.title for one in merge_hits([twice, [hit("b")]])] == ["b", "a"]


def test_the_address_by_https_and_what_either_knows_is_kept() -> None:
    plain = hit("a", "x", url="http://a.example/?utm_source=x", published="2026-01-01")
    secure = hit("a", "y", url="https://www.a.example/", snippet="Words.")
    for pair in permutations([[plain], [secure]]):
        (merged,) = merge_hits(pair)
        assert (merged.url, merged.snippet, merged.published) == ("https://www.a.example/", "Words.", "2026-01-01")


def test_the_naive_merge_would_show_a_page_twice() -> None:
    """The broken twin: one list after the other, by the address as it stands."""
    rankings = [[hit("a", url="https://a.example/?fbclid=1")], [hit("a", url="https://amp.a.example/")]]
    naive = {one.url: one for hits in rankings for one in hits}
    assert (len(naive), len(merge_hits(rankings))) == (2, 1)
