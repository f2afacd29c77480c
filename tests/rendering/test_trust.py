"""What every format says of the sites behind an answer."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import get_args

import pytest

from research_agent.mcp.formatting import as_text
from research_agent.memory.protocol import SessionInfo
from research_agent.rendering import FORMATS, export
from research_agent.rendering.text import plain
from research_agent.rendering.trust import KINDS, single_lines, site_line
from research_agent.rendering.view import AnswerView
from research_agent.types import Answer, Citation, Document, Matter, SingleSite, SiteKind, Turn
from research_agent_devtools.harness.scripted_engine import RIVER, answer

INFO = SessionInfo(
    id="s", title="Rivers", turns=1, created="2026-01-02T00:00:00+00:00", updated="2026-01-02T00:00:00+00:00"
)
SHOP = replace(RIVER, url="http://www.lumen-pills.example/p/1", published="2025-03-04T10:00:00+00:00")


def sold(about: Matter = "health", sentences: tuple[tuple[int, int], ...] = ((0, 18),)) -> Answer:
    """An answer from one page of a shop, which came unencrypted."""
    first = answer()
    cited = tuple(replace(one, url=SHOP.url, site="lumen-pills.example", site_kind="shop") for one in first.citations)
    single = tuple(
        SingleSite(sentence=sentence, site="lumen-pills.example", site_kind="shop", about=about)
        for sentence in sentences
    )
    return replace(first, citations=cited, documents=(SHOP,), sites=1, single_site=single)


def test_each_kind_has_its_word() -> None:
    assert set(KINDS) == set(get_args(SiteKind))


@pytest.mark.parametrize("form", [name for name in FORMATS if name not in ("pdf", "docx", "bibtex", "csl")])
def test_every_format_says_site_connection_and_that_one_site_says_it(form: str) -> None:
    exported = export(form, INFO, (Turn(number=2, question="Is it long?", answer=sold()),)).decode()
    exported = exported.replace("\N{NO-BREAK SPACE}", " ")
    for said in ("shop", "lumen-pills.example", "2025-03-04" if form in ("text", "markdown", "json") else "4 Mar 2025"):
        assert said in exported
    if form != "json":
        assert "not https" in exported
        assert "Only one site says this: lumen-pills.example (shop)" in exported


@pytest.mark.parametrize("show", [as_text, lambda told: plain(told, {})])
def test_agents_and_pipes_are_told_too(show: object) -> None:
    assert callable(show)
    text = show(sold())
    assert "shop, not https, CC BY-SA 4.0, published 2025-03-04" in text
    assert 'Only one site says this: lumen-pills.example (shop): "The Lumen is long"' in text


def test_the_json_holds_site_kind_date_and_sentences() -> None:
    told = json.loads(json.dumps(sold().as_json()))
    assert {(one["site"], one["site_kind"], one["published"]) for one in told["citations"]} == {
        ("lumen-pills.example", "shop", SHOP.published)
    }
    assert told["single_site"] == [
        {"sentence": [0, 18], "site": "lumen-pills.example", "site_kind": "shop", "about": "health"}
    ]
    assert told["analysis"]["support"]["sites"] == 1


@pytest.mark.parametrize(
    ("url", "kind", "line"),
    [
        ("https://www.gov.uk/x", "official", "gov.uk · official · https"),
        ("http://Example.ORG:80/x", "unknown", "example.org · unknown kind · not https"),
        ("https://gοv.uk/", "unknown", "xn--gv-jbc.uk · unknown kind · https"),
        ("", "unknown", ""),
        ("file:///x", "unknown", ""),
    ],
)
def test_the_line_about_a_site(url: str, kind: SiteKind, line: str) -> None:
    assert site_line(url, kind).replace("\N{NO-BREAK SPACE}", " ") == line


def test_sites_are_counted_beside_sources() -> None:
    assert AnswerView(sold()).coverage == "2 of 3 sentences supported by 1 source on 1 site"
    assert AnswerView(answer()).coverage == "2 of 3 sentences supported by 1 source"


def test_the_line_repeats_no_sentence_when_they_are_the_whole_answer() -> None:
    [line] = single_lines(sold(sentences=((0, 18), (34, 53))))
    assert line == "Only one site says this: lumen-pills.example (shop). Look for a second site before you act on it."
    [line] = single_lines(sold("figure"))
    assert line == 'Only one site says this: lumen-pills.example (shop): "The Lumen is long"'
    assert list(single_lines(answer())) == []


def test_many_sentences_of_one_site_are_one_line() -> None:
    text = " ".join(
        f"Item {n} weighs {n} kilograms and a good deal more than was ever thought of it before." for n in range(4)
    )
    size = (len(text) + 1) // 4
    singles = tuple(
        SingleSite(sentence=(at, at + size - 1), site="a.example", site_kind="press", about="figure")
        for at in range(0, 4 * size, size)
    )
    [line] = single_lines(answer(text=text, single_site=singles))
    assert line.count('"') == 4
    assert line.endswith(" and 2 more")


def test_what_only_contradicts_is_told_by_its_address() -> None:
    document = Document(source="web", title="t", url="https://www.bbc.co.uk/x", text="x", retrieved="2026-01-02")
    assert AnswerView(answer()).site_kind(document) == "press"
    said = Citation(
        n=1, sentence=(0, 1), document=document.id, title="t", url=document.url, source="web", quote="x", start=0,
        end=1, score=1.0, site="bbc.co.uk", site_kind="official",
    )  # fmt: skip
    assert AnswerView(answer(citations=(said,))).site_kind(document) == "official"


def test_what_to_do_is_said_once() -> None:
    first = sold(sentences=((0, 18),)).single_site[0]
    others = (
        replace(first, sentence=(34, 53), site="b.example", about="money"),
        replace(first, sentence=(23, 33), site="c.example", about="figure"),
    )
    lines = list(single_lines(replace(sold(), single_site=(first, *others))))
    assert [line.endswith("before you act on it.") for line in lines] == [False, True, False]
