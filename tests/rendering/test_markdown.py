from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest
from inline_snapshot import snapshot
from markdown_it import MarkdownIt

from helpers.exported_turn import DOCUMENT, INFO, cite, make_turn
from research_agent.rendering.markdown import as_markdown
from research_agent.rendering.text import as_plain
from research_agent.types import SourceReport


def test_markdown_has_question_answer_and_numbered_sources_with_quotes() -> None:
    assert as_markdown(INFO, [make_turn()]) == snapshot("""\
# What do plants do?

Session 20261123-ab12cd, 2026-11-23T10:00:00+00:00 to 2026-11-23T10:05:00+00:00.

## 1. What do plants do?

They make sugar. [1] They also sing.

No source was found to say: They also sing.

*1 of 2 sources answered*

*partial; written by llamacpp:smollm2*

### Sources

1. Photosynthesis, <https://en.wikipedia.org/wiki/Photosynthesis>, wikipedia, CC BY-SA 4.0, retrieved 2026-11-23
   > Plants make sugar from light.

   > The rest is chemistry.
""")


HOSTILE = (
    "<script>alert(1)</script> <img src=https://evil.example/x> ![x](https://evil.example/y) [go](https://evil.example)"
    "\n\n[1]: https://evil.example/ref\n\n`code` [a][1] \x1b[2J\x07\0\ud800"
)


def test_hostile_text_loads_and_links_nothing_in_markdown() -> None:
    document = replace(DOCUMENT, title=HOSTILE, text=HOSTILE, url='javascript:alert(1)"> <b>', licence=HOSTILE)
    turn = make_turn(document, question=HOSTILE, text=HOSTILE, citations=(cite(document, 0, len(HOSTILE)),))
    html = MarkdownIt("commonmark").render(as_markdown(INFO, [turn]))
    for mark in ("<script", "<img", "<b>", 'href="https://evil', "<code"):
        assert mark not in html
    assert 'href="javascript' not in html
    assert "evil.example/y" in html, "it can still be read"


@pytest.mark.parametrize("render", [lambda turn: as_markdown(INFO, [turn]), lambda turn: as_plain([turn])])
def test_nothing_that_steers_a_terminal_is_printed(render: Any) -> None:
    turn = make_turn(replace(DOCUMENT, title=HOSTILE, url=HOSTILE), question=HOSTILE, text=HOSTILE, citations=())
    printed = render(turn)
    assert all(char.isprintable() or char == "\n" for char in printed)
    printed.encode()


def test_an_address_in_a_quote_is_text_and_only_a_web_page_is_linked() -> None:
    """The broken twin prints the quote as it is: readers of Markdown make a link of a bare address."""
    text = "Write to win@evil.example or see https://evil.example/win and www.evil.example now."
    document = replace(DOCUMENT, text=text, url="javascript:alert(1)", title="T ![i](https://evil.example/i.png)")
    shown = as_markdown(INFO, [make_turn(document, citations=(cite(document, 0, len(text)),))])
    assert "<javascript:" not in shown
    assert not [link for link in ("https://evil", "www.evil", "win@evil", "![i]") if link in shown]
    html = MarkdownIt("commonmark").render(shown)
    assert "https://evil.example/win" in html  # a person still reads it
    assert "<a " not in html
    assert "https://evil" in text


def test_what_was_asked_and_why_is_one_line() -> None:
    reports = tuple(
        SourceReport(name=name, status=cast(Any, status), documents=1, ms=9, why=why)
        for name, status, why in (
            ("wikipedia", "ok", "asked for every question"),
            ("arxiv", "failed", "question about science"),
            ("openalex", "empty", "question about science"),
            ("feed", "skipped", "asked for every question"),
        )
    )
    shown = as_markdown(INFO, [make_turn(sources=reports)])
    assert (
        "*Searched: wikipedia (asked for every question); arxiv, openalex (question about science)*"
        in shown.splitlines()
    )
    assert "Searched" not in as_markdown(INFO, [make_turn(sources=(replace(reports[0], why=""),))])
