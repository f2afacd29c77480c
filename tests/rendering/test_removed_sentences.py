"""Sentences that were taken out: in every format struck through, or listed with the reason, never with a mark."""

from __future__ import annotations

import io
import re
from typing import Any

from rich.console import Console

from helpers.exported_turn import INFO
from helpers.stored_turns import pdf_text
from research_agent.cli.terminal import print_answer
from research_agent.mcp.formatting import as_text
from research_agent.rendering import export
from research_agent.rendering.answer_html import answer_html
from research_agent.rendering.text import as_plain, plain
from research_agent.rendering.view import AnswerView
from research_agent.types import Answer, Quotation, Removed, Turn
from research_agent.web.openai.completion import compose
from research_agent.web.page.views import turn_view
from research_agent_devtools.harness.scripted_engine import RIVER, answer

QUOTE = Quotation(
    document=RIVER.id, title="Lumen", url=RIVER.url, source="notes", quote=RIVER.text[:33], start=0, end=33
)
PLACE = (23, 33)


def taken_out(*, kept: bool) -> Answer:
    """The sample answer, of whose draft one sentence was contradicted and, when nothing is kept, another not said."""
    old = Removed(text="It is old.", verdict="contradicted", quotes=(QUOTE,), sentence=PLACE if kept else None)
    sung = Removed(text="It sings.", verdict="unsupported")
    fields: dict[str, Any] = {"removed": (old,) if kept else (old, sung)}
    if not kept:
        fields |= {"text": "The Lumen is long. [1]", "unsupported": (), "citations": answer().citations[:1]}
    return answer(**fields)


def turns(told: Answer) -> list[Turn]:
    return [Turn(number=1, question=told.question, answer=told)]


def test_text_strikes_through_what_was_kept() -> None:
    struck = "~~It is old.~~ [taken out: a source says otherwise] It does not freeze. [1]"
    told = taken_out(kept=True)
    assert struck in plain(told, {})
    assert struck in as_plain(turns(told))
    assert struck in as_text(told)
    assert struck in export("markdown", INFO, turns(told)).decode()
    assert "No source was found" not in as_plain(turns(told))


def test_a_completion_strikes_it_through_and_its_places_stand() -> None:
    done = compose(taken_out(kept=True), {})
    assert "~~It is old.~~ [taken out: a source says otherwise] It does" in done.text
    places = [one["url_citation"] for one in done.annotations]
    said = [done.text[place["start_index"] : place["end_index"]] for place in places]
    assert said == ["The Lumen is long.", "It does not freeze."]


def test_a_terminal_strikes_it_through_and_says_why() -> None:
    stream = io.StringIO()
    print_answer(Console(file=stream, force_terminal=True, width=100), taken_out(kept=True), {})
    assert re.search(r"\x1b\[2;9mIt is old\.", stream.getvalue())
    assert "[taken out: a source says otherwise]" in re.sub(r"\x1b\[[\d;]*m", "", stream.getvalue()).replace("\n", " ")


def test_html_strikes_it_through() -> None:
    html = str(answer_html(taken_out(kept=True), lambda _: "/x", prefix="t1"))
    assert '<span class="sentence removed" id="t1s2"><del>It is old.</del></span>' in html
    assert '<span class="verdict">taken out: a source says otherwise</span>' in html


def test_text_lists_what_is_not_there() -> None:
    told = taken_out(kept=False)
    line = "Taken out, a source says otherwise: It is old."
    assert line in as_plain(turns(told))
    assert line in as_text(told)
    assert line in export("markdown", INFO, turns(told)).decode()
    assert "It is old." not in plain(told, {})


def test_the_html_export_has_it_behind_a_toggle_with_the_words_that_say_otherwise() -> None:
    html = export("html", INFO, turns(taken_out(kept=False))).decode()
    toggle = html[html.index("<details") : html.index("</details>")]
    assert "<summary>2 sentences taken out</summary>" in toggle
    for part in ("<del>It is old.</del>", "<del>It sings.</del>", "no source says it", QUOTE.quote, RIVER.url):
        assert part in toggle
    assert "<details" not in export("html", INFO, turns(answer())).decode()


def test_a_pdf_has_it() -> None:
    for told in (taken_out(kept=True), taken_out(kept=False)):
        text = pdf_text(export("pdf", INFO, turns(told)))
        assert "It is old." in text
        assert "a source says otherwise" in text


def test_the_page_links_the_words_that_say_otherwise() -> None:
    (turn,) = turns(taken_out(kept=False))
    (old, quotes), (sung, none) = turn_view(turn, {})["removed"]
    assert (old.text, old.reason, sung.reason, none) == (
        "It is old.",
        "a source says otherwise",
        "no source says it",
        [],
    )
    assert [(quote, "/source?" in href and RIVER.id in href) for quote, href in quotes] == [(QUOTE, True)]


def test_json_has_the_contradiction_and_what_was_removed() -> None:
    whole = taken_out(kept=False).as_json()
    assert whole["contradicted"] == [
        {
            "sentence": "It is old.", "document": RIVER.id, "title": "Lumen", "url": RIVER.url, "source": "notes",
            "quote": QUOTE.quote, "start": 0, "end": 33,
        }
    ]  # fmt: skip
    assert [(one["text"], one["verdict"], one["sentence"]) for one in whole["removed"]] == [
        ("It is old.", "contradicted", None),
        ("It sings.", "unsupported", None),
    ]
    assert taken_out(kept=True).as_json()["contradicted"][0]["sentence"] == [23, 33]


def test_what_went_with_what_it_refers_to_says_so() -> None:
    gone = Removed(text="It is long.", verdict="supported", points_back=True)
    assert AnswerView(answer(removed=(gone,))).taken_out[0].reason == "what it refers to is not there"
