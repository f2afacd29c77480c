"""Feeds: RSS of all versions and Atom, whatever is missing in them, matched to the topic by words."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from helpers.in_process_reader import Reading
from helpers.source_server import Asked, as_body, asked
from research_agent.documents.reader import Node
from research_agent.errors import BodyError, SourceError, SourceNotReadyError
from research_agent.sources import Source, SourceSettings
from research_agent.sources.feed import Feed
from research_agent.types import Document

pytestmark = pytest.mark.anyio

RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>Sea news</title><link>https://sea.example/</link><atom:link rel="self" href="https://sea.example/rss"/>
<item><title>Tides &amp;amp; the Moon</title><link>/tides</link><media:title>wrong</media:title>
  <description>Short.</description>
  <content:encoded><![CDATA[<p>The Moon moves the <b>tides</b>.</p><p>Twice a day.</p>]]></content:encoded>
  <dc:creator>Ada</dc:creator><pubDate>Tue, 03 Mar 2026 10:00:00 +0100</pubDate></item>
<item><title>No date, no link</title><description>About tides &lt;i&gt;too&lt;/i&gt;.</description></item>
<item><description>Only words about tides.</description><guid>https://sea.example/3</guid><pubDate>soon</pubDate></item>
<item><title>Bread</title><link>https://sea.example/bread</link><guid isPermaLink="false">x</guid></item>
<item/>
</channel></rss>"""

ATOM = """<?xml version='1.0'?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://base.example/blog/"><title>Notes</title>
<entry><title type="html">On &lt;em&gt;tides&lt;/em&gt;</title><link rel="edit" href="no"/><link href="2026/tides"/>
  <author><name>Bo</name></author><published>2026-03-04T00:00:00Z</published><updated>2026-03-05T00:00:00Z</updated>
  <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
  <p>Low tide.</p><p>High <b>tide</b> &amp; foam.</p></div></content>
</entry>
<entry><title>1 &lt; 2 tides</title>
  <summary>Plain a &lt; b, not markup.</summary><updated>2026-03-06T00:00:00Z</updated></entry>
</feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Old</title></channel>
<item rdf:about="x"><title>Tides of old</title><link>https://old.example/1</link><dc:date>2004-01-02</dc:date>
<description>Words.</description></item></rdf:RDF>"""


async def ask(feed: str = RSS, text: str = "tides", **more: Any) -> Asked:
    return await asked(Feed, {"/feed": as_body(feed, "application/xml")}, text, path="/feed", **more)


def by_title(seen: Asked) -> dict[str, Document]:
    return {document.title: document for document in seen.found.documents}


def test_it_is_a_source() -> None:
    assert isinstance(Feed(SourceSettings()), Source)


async def test_without_feeds_it_is_not_ready_and_says_which_setting_is_missing() -> None:
    seen = await asked(lambda settings: Feed(SourceSettings()), {})
    assert isinstance(seen.error, SourceNotReadyError)
    assert "RESEARCH_AGENT_FEED_URL" in seen.error.message


async def test_an_rss_entry_is_its_longest_text_with_its_own_title_author_date_and_link() -> None:
    seen = await ask()
    entry = by_title(seen)["Tides & the Moon"]
    assert entry.text == "Tides & the Moon\n\nThe Moon moves the tides.\n\nTwice a day."
    assert entry.url.startswith("http://127.0.0.1:")
    assert entry.url.endswith("/tides")
    assert (entry.author, entry.published) == ("Ada", "2026-03-03T10:00:00+01:00")
    assert entry.details["feed"] == "Sea news"


async def test_what_an_entry_lacks_is_not_made_up() -> None:
    found = by_title(await ask())
    bare = found["No date, no link"]
    assert (bare.text, bare.published, bare.author) == ("No date, no link\n\nAbout tides too.", None, None)
    assert bare.url.endswith("/feed")
    nameless = found["Sea news"]
    assert (nameless.text, nameless.url, nameless.published) == (
        "Only words about tides.",
        "https://sea.example/3",
        None,
    )


async def test_an_atom_entry_in_markup_of_three_kinds() -> None:
    newest, first = (await ask(ATOM)).found.documents
    assert newest.text == "1 < 2 tides\n\nPlain a < b, not markup."
    assert first.text == "On tides\n\nLow tide.\n\nHigh tide & foam."
    assert first.url == "https://base.example/blog/2026/tides"
    assert (first.author, first.published) == ("Bo", "2026-03-04T00:00:00Z")


async def test_rss_1_has_its_items_beside_the_channel() -> None:
    (entry,) = (await ask(RDF)).found.documents
    assert (entry.url, entry.published) == ("https://old.example/1", "2004-01-02")


async def test_entries_are_matched_by_words() -> None:
    assert [document.title for document in (await ask(text="bread")).found.documents] == ["Bread"]
    assert (await ask(text="volcano")).found.documents == []
    assert len((await ask(limit=2)).found.documents) == 2


async def test_several_feeds_each_asked_and_one_that_fails_is_said() -> None:
    def two(settings: SourceSettings) -> Feed:
        return Feed(SourceSettings(url=f"{settings.url}/feed, {settings.url}/gone\n{settings.url}/feed"))

    seen = await asked(two, {"/feed": as_body(ATOM, "application/atom+xml")}, "tides")
    assert sorted(target.path for target in seen.targets) == ["/feed", "/gone"]
    assert len(seen.found.documents) == 2
    assert "/gone did not accept the request (HTTP 404)" in seen.found.problems[0]


async def test_the_key_of_a_private_feed_is_in_no_document_and_no_problem() -> None:
    def private(settings: SourceSettings) -> Feed:
        return Feed(SourceSettings(url=f"{settings.url}/feed?key=canary {settings.url}/gone?key=canary"))

    seen = await asked(private, {"/feed": as_body(RSS, "application/xml")}, "tides")
    assert seen.targets[0].query["key"] == "canary"
    assert len(seen.found.documents) == 3
    assert seen.found.problems
    assert "canary" not in repr(seen.found)


@pytest.mark.parametrize(
    "body", ["", "<rss><channel>", "not xml", "<html><p>x</p></html>", "<rss/>", "<opml/>", "{}", "<a xmlns:b=''/>"]
)
async def test_what_is_no_feed_is_a_failure_not_an_empty_result(body: str) -> None:
    assert isinstance((await ask(body)).error, BodyError)


async def test_a_feed_without_entries_is_an_empty_result() -> None:
    seen = await ask("<rss><channel><title>x</title></channel></rss>")
    assert (seen.found.documents, seen.error) == ([], None)


async def test_a_page_in_place_of_the_feed_is_a_failure() -> None:
    seen = await asked(Feed, {"/feed": lambda request: web.Response(text="x", status=503)}, "tides", path="/feed")
    assert isinstance(seen.error, SourceError)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "http://[", "mailto:a@b.example", ""])
async def test_a_link_that_is_no_web_address_becomes_that_of_the_feed(link: str) -> None:
    feed = f"<rss><channel><item><title>tides</title><link>{link}</link></item></channel></rss>"
    assert (await ask(feed)).found.documents[0].url.endswith("/feed")


TAGS = st.sampled_from(
    "rss feed RDF channel item entry title link guid description content summary author name published pubDate".split()
).flatmap(lambda tag: st.sampled_from([tag, f"{{http://www.w3.org/2005/Atom}}{tag}", f"{{x}}{tag}"]))
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["type", "href", "rel", "isPermaLink", "{http://www.w3.org/XML/1998/namespace}base"]),
    st.sampled_from(["html", "xhtml", "text", "alternate", "http://[", "x", "//", ""]),
    max_size=3,
)
TEXTS = st.sampled_from(["tides", "", "\ud800", "&lt;", "<b>", "http://[", "Tue, 99 Foo 2026", "2026-99-99"])
NODES = st.recursive(
    st.builds(Node, TAGS, ATTRIBUTES, st.tuples(TEXTS)),
    lambda inner: st.builds(Node, TAGS, ATTRIBUTES, st.lists(inner | TEXTS, max_size=4).map(tuple)),
    max_leaves=12,
)


@profile(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(NODES)
def test_no_tree_however_odd_is_more_than_a_source_error(root: Node) -> None:
    try:
        entries = Feed(SourceSettings(url="https://a.example/feed")).read_entries(root, url="https://a.example/feed")
    except SourceError:
        return
    assert all(entry.url.startswith(("http://", "https://")) for entry in entries)


async def test_a_deep_entry_is_read_to_its_end() -> None:
    deep = Node("p", {}, ("low tide",))
    for _ in range(300):
        deep = Node("div", {}, (deep,))
    item = Node("item", {}, (Node("title", {}, ("tides",)), Node("description", {}, (deep,))))
    root = Node("rss", {}, (Node("channel", {}, (item,)),))
    (entry,) = Feed(SourceSettings(url="https://a.example/feed")).read_entries(root, url="https://a.example/feed")
    assert (await Reading().plain([entry.text])) == ["low tide"]


async def test_the_key_of_a_private_feed_is_in_no_entrys_address() -> None:
    feed = RSS.replace("<link>/tides</link>", "<link>#tides</link>")
    routes = {"/feed": as_body(feed, "application/xml")}
    seen = await asked(Feed, routes, "tides", path="/feed?token=canary")
    assert len(seen.found.documents) == 3
    assert not [document for document in seen.found.documents if "canary" in f"{document.url} {document.attribution}"]
