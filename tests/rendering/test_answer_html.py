from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from research_agent.rendering.answer_blocks import blocks
from research_agent.rendering.answer_html import answer_html
from research_agent.text.sanitize import printable
from research_agent.text.sentences import sentence_spans
from research_agent.types import Answer, Citation, Conflict
from research_agent_devtools.harness.scripted_engine import RIVER, answer


def shown(told: Answer, prefix: str = "t1") -> str:
    return str(answer_html(told, lambda cited: f"/source?n={cited.n}#w{cited.start}-{cited.end}", prefix=prefix))


def words(html: str) -> str:
    import html as entities

    return entities.unescape(re.sub(r"<[^>]*>", "", html)).replace("\u2060", "")


def written(text: str, **fields: object) -> Answer:
    return replace(answer(), text=text, citations=(), unsupported=(), **fields)  # type: ignore[arg-type]


def test_each_sentence_is_a_span_and_its_mark_leads_to_its_own_words() -> None:
    html = shown(answer())
    assert '<span class="sentence" id="t1s1">The Lumen is long.</span><a class="mark" href="/source?n=1#w0-33"' in html
    assert (
        '<span class="sentence" id="t1s3">It does not freeze.</span><a class="mark" href="/source?n=1#w34-63"' in html
    )
    assert 'aria-label="Source 1: Lumen"' in html


def test_what_is_not_supported_says_so_in_words() -> None:
    unsupported = shown(answer())
    assert (
        'class="sentence unsupported" id="t1s2">It is old.</span> <span class="verdict">unsupported</span>'
        in unsupported
    )
    partly = shown(answer(partly=((23, 33),)))
    assert 'class="sentence partly" id="t1s2">It is old.</span> <span class="verdict">partly supported</span>' in partly


def test_a_conflict_is_marked_at_its_sentence() -> None:
    about: dict[str, Any] = {"document": RIVER.id, "title": "x", "url": "y", "source": "notes", "quote": RIVER.text[:3]}
    against = Conflict(sentence=(0, 18), ours="412", theirs="380", start=0, end=3, **about)
    link = '<a class="disagree" href="#t1x1" rel="noreferrer">sources disagree</a>'
    assert link in shown(answer(conflicts=(against,)))


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![a](http://x.example/i.png)", "[a](http://x.example)",
     "[a](javascript:alert(1))", "<http://x.example>", "[a][b]\n\n[b]: http://x.example", "http://x.example/a"],
)  # fmt: skip
def test_html_links_and_images_of_an_answer_are_text(text: str) -> None:
    html = shown(written(text))
    assert not re.search(r"<(?!/?p>)", html), html


def test_markdown_that_a_model_writes_is_set() -> None:
    html = shown(written("# Rivers\n\n- **The Lumen** is *long*\n- It is old\n\n```\na < b\n```"))
    assert "<h3>Rivers</h3>" in html
    assert "<li><strong>The Lumen</strong> is <em>long</em></li>" in html
    assert "a &lt; b" in html


@pytest.mark.parametrize("written_as", ["#", "##", "###"])
def test_headings_begin_below_the_question_and_skip_no_level(written_as: str) -> None:
    html = shown(written(f"{written_as} Rivers\n\nIt is long.\n\n{written_as}# The Lumen\n\nIt is old."))
    assert "<h3>Rivers</h3>" in html
    assert "<h4>The Lumen</h4>" in html


def test_words_of_the_sources_are_shown_as_they_stand() -> None:
    text = "2 * 3 * 4 is *not* &amp; bold, and \\* stays."
    assert words(shown(written(text, answer_from="floor"))).strip() == text


def test_a_number_in_brackets_that_is_no_mark_stays_text() -> None:
    assert "[7]" in words(shown(replace(answer(), text="The Lumen is long. [7] It is old. It does not freeze. [1]")))


@given(st.text(st.sampled_from("ab *_`#>-.\n[]()!1<&\\\u202e\U0001bc9fé"), max_size=60), st.booleans())
def test_whatever_the_text_its_sentences_come_out_whole_and_nothing_else_is_a_tag(text: str, model: bool) -> None:
    spans = sentence_spans(text)
    cited = tuple(
        Citation(
            n=1, sentence=span, document=RIVER.id, title="x", url="y", source="notes", quote="", start=0, end=0, score=1
        )
        for span in spans[::2]
    )
    told = replace(
        answer(), text=text, citations=cited, unsupported=tuple(spans[1::2]), answer_from="model" if model else "floor"
    )
    html = shown(told)
    tags = set(re.findall(r"</?([a-z0-9]+)", html))
    assert tags <= {
        "p",
        "ul",
        "ol",
        "li",
        "strong",
        "em",
        "code",
        "pre",
        "blockquote",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "br",
        "span",
        "a",
    }
    assert html.count('class="verdict"') == len(spans[1::2])
    letters = [char for char in printable(text) if char.isalpha()]
    said = words(re.sub(r'<span class="verdict">.*?</span>', "", html))
    assert [char for char in said if char.isalpha()] == letters


def test_the_same_as_runs_for_paper() -> None:
    (paragraph,) = blocks(answer())
    told = [(run.text, run.mark, run.verdict) for run in paragraph.runs if run.text != " "]
    assert told == [
        ("The Lumen is long.", 0, ""),
        ("", 1, ""),
        ("It is old.", 0, ""),
        ("", 0, "unsupported"),
        ("It does not freeze.", 0, ""),
        ("", 1, ""),
    ]
    assert [run.text for run in paragraph.runs if run.state] == ["It is old."]


def test_the_words_that_answer_are_bold_in_the_page_and_where_runs_are_laid_out() -> None:
    told = answer(answer_span=(4, 9))
    assert told.text[4:9] == "Lumen"
    html = shown(told)
    assert '<span class="sentence" id="t1s1">The </span>' in html
    assert "<strong>Lumen</strong>" in html
    assert words(html) == words(shown(answer()))
    assert [run.text for block in blocks(told) for run in block.runs if run.strong] == ["Lumen"]
    assert "<strong>" not in shown(answer())
