"""The feed is a valid Atom document: RFC 4287, sections 4.1 and 4.2, by an XML parser."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from xml.etree import ElementTree as ET

import pytest

from helpers.stored_turns import HOSTILE
from research_agent.memory import Change, Quoted, Said, Watch
from research_agent.memory.watch_records import ChangeKind
from research_agent.watch.atom import atom_feed

ATOM = "{http://www.w3.org/2005/Atom}"
WATCH = Watch(
    id="ab12cd", session="watch:ab12cd", question="How long is the Lumen?", every=86400, sources=(),
    created="2026-03-01T12:00:00+00:00", due=0.0,
)  # fmt: skip


def said(text: str) -> Said:
    quote = Quoted(
        quote=text, title=text, url="https://a.example/?x=1&y=2", source="web", published="2026-03-02",
        retrieved="2026", document="d", start=0, end=1, turn=1,
    )  # fmt: skip
    return Said(text=text, quotes=(quote,))


def change(number: int, text: str = "The Lumen is 412 km long.", kind: ChangeKind = "changed") -> Change:
    return Change(
        kind=kind, old=said(text), new=said(text), was="380 km", now="412 km", watch=WATCH.id, number=number,
        turn=number, noticed=f"2026-03-{number:02}T12:00:00+00:00",
    )  # fmt: skip


def feed(*changes: Change, watches: tuple[Watch, ...] = (WATCH,), base: str = "http://127.0.0.1:1") -> ET.Element:
    data = atom_feed(
        watches, changes, title="What is new", name="all/x", base=base, itself="/watch.atom", page="/watch"
    )
    return ET.fromstring(data)


def text(element: ET.Element, tag: str) -> str:
    (found,) = element.findall(ATOM + tag)
    assert found.text
    return found.text


def check(element: ET.Element) -> None:
    """What a feed and an entry must have, each once."""
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", text(element, "id"))
    assert text(element, "title").strip()
    updated = datetime.fromisoformat(text(element, "updated"))
    assert updated.tzinfo is not None
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", text(element, "updated"))
    alternate = [link for link in element.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
    assert len(alternate) == 1, "a second of the same type would be wrong"
    assert str(alternate[0].get("href")).startswith("http://127.0.0.1:1/")


def test_a_feed_has_all_that_it_must_have() -> None:
    root = feed(change(2), change(1))
    assert root.tag == f"{ATOM}feed"
    check(root)
    assert [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"] == [
        "http://127.0.0.1:1/watch.atom"
    ]
    assert text(root, "updated") == "2026-03-02T12:00:00+00:00"
    assert text(root.findall(f"{ATOM}author")[0], "name") == "research-agent"
    entries = root.findall(f"{ATOM}entry")
    assert len({text(entry, "id") for entry in entries}) == 2
    for entry in entries:
        check(entry)
        content = entry.find(f"{ATOM}content")
        assert content is not None
        assert content.get("type") == "html"
        assert "<b>Before:</b>" in (content.text or "")


def test_an_entry_is_the_same_wherever_and_whenever_the_feed_is_read() -> None:
    before = feed(change(1)).findall(f"{ATOM}entry")[0]
    later = feed(change(2), change(1), base="http://127.0.0.1:1").findall(f"{ATOM}entry")[1]
    for tag in ("id", "updated", "published", "title"):
        assert text(before, tag) == text(later, tag)


def test_watches_of_one_id_at_two_times_have_other_entries() -> None:
    again = replace(WATCH, created="2027-03-01T12:00:00+00:00")
    ids = [text(feed(change(1), watches=(one,)).findall(f"{ATOM}entry")[0], "id") for one in (WATCH, again)]
    assert ids[0] != ids[1]


@pytest.mark.parametrize("watches", [(), (WATCH,)])
def test_an_empty_feed_is_one_too(watches: tuple[Watch, ...]) -> None:
    root = feed(watches=watches)
    check(root)
    assert root.findall(f"{ATOM}entry") == []


def test_what_pages_say_is_text_and_no_markup() -> None:
    root = feed(change(1, f"<b>]]></b> & {HOSTILE}"), watches=(replace(WATCH, question=HOSTILE),))
    check(root.findall(f"{ATOM}entry")[0])
    content = root.findall(f"{ATOM}entry/{ATOM}content")[0].text or ""
    assert "<script" not in content
    assert "&lt;script&gt;" in content


@pytest.mark.parametrize("kind", ["changed", "new", "document", "status"])
def test_no_text_breaks_it(kind: ChangeKind) -> None:
    every = [chr(code) for code in (*range(0x100), *range(0xD7F0, 0xE010), *range(0xFFF0, 0x1_0010), 0x10FFFF)]
    for words in ("", " ", "]]>", "<!--", "&#0;", "".join(every), HOSTILE):
        one = change(1, words, kind)
        root = feed(replace(one, was=words, now=words), watches=(replace(WATCH, question=words),))
        assert len(root.findall(f"{ATOM}entry")) == 1
