from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from inline_snapshot import snapshot
from markdown_it import MarkdownIt

from research_agent.errors import UsageError
from research_agent.memory import SessionInfo
from research_agent.rendering.markdown import as_markdown
from research_agent.rendering.session_json import as_json
from research_agent.rendering.text import as_plain
from research_agent.types import Answer, Citation, Document, SourceReport, Turn

INFO = SessionInfo(
    id="20261123-ab12cd",
    title="What do plants do?",
    turns=1,
    created="2026-11-23T10:00:00+00:00",
    updated="2026-11-23T10:05:00+00:00",
    summary="They spoke of plants.",
)
DOCUMENT = Document(
    source="wikipedia",
    title="Photosynthesis",
    url="https://en.wikipedia.org/wiki/Photosynthesis",
    text="Plants make sugar from light.\nThe rest is chemistry.",
    retrieved="2026-11-23",
    licence="CC BY-SA 4.0",
    details={"points": 3},
)


def cite(document: Document, start: int, end: int, n: int = 1) -> Citation:
    return Citation(
        n=n,
        sentence=(0, 21),
        document=document.id,
        title=document.title,
        url=document.url,
        source=document.source,
        quote=document.text[start:end],
        start=start,
        end=end,
        score=0.5,
    )


def make_turn(document: Document = DOCUMENT, number: int = 1, **fields: Any) -> Turn:
    answer = Answer(
        session=INFO.id,
        turn=number,
        question="What do\nplants do?",
        text="They make sugar. [1] They also sing.",
        answer_from="model",
        status="partial",
        citations=(cite(document, 0, 29), cite(document, 30, 52), cite(document, 0, 29)),
        unsupported=((21, 36),),
        model="llamacpp:smollm2",
        documents=(document, replace(DOCUMENT, text="Not cited.", url="https://example.org")),
        notes=("1 of 2 sources answered",),
    )
    answer = replace(answer, **fields)
    return Turn(number=number, question=answer.question, answer=answer)


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


def test_plain_text_has_question_answer_and_sources() -> None:
    assert as_plain([make_turn()]) == snapshot("""\
1. What do plants do?

They make sugar. [1] They also sing.

No source was found to say: They also sing.
[1] Photosynthesis, https://en.wikipedia.org/wiki/Photosynthesis, wikipedia, CC BY-SA 4.0, retrieved 2026-11-23
(partial; written by llamacpp:smollm2)
""")


def test_json_holds_the_contract_of_ask_and_text_to_check_every_quote_against() -> None:
    turns = [make_turn(), make_turn(number=2)]
    exported = json.loads(as_json(INFO, turns))
    assert list(exported) == ["session", "title", "created", "summary", "turns", "documents"]
    assert exported["turns"] == [json.loads(json.dumps(turn.answer.as_json())) for turn in turns]
    assert len(exported["documents"]) == 2, "each document once"
    texts = {document["id"]: document["text"] for document in exported["documents"]}
    citations = [citation for turn in exported["turns"] for citation in turn["citations"]]
    assert len(citations) == 6
    for citation in citations:
        assert texts[citation["document"]][citation["start"] : citation["end"]] == citation["quote"]


HOSTILE = (
    "<script>alert(1)</script> <img src=https://evil.example/x> ![x](https://evil.example/y) [go](https://evil.example)"
    "\n\n[1]: https://evil.example/ref\n\n`code` [a][1] \x1b[2J\x07\0\ud800"
)


def test_json_is_refused_for_text_that_it_would_change() -> None:
    """Read back, the two would be one character, and each offset after them one too high."""
    with pytest.raises(UsageError, match="no JSON can hold"):
        as_json(INFO, [make_turn(notes=("\ud83d\ude00",)), make_turn(text="a\ud83d\ude00b")])


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
        SourceReport(name=name, status=status, documents=1, ms=9, why=why)
        for name, status, why in (
            ("wikipedia", "ok", "asked for every question"),
            ("arxiv", "failed", "a question of science"),
            ("openalex", "empty", "a question of science"),
            ("feed", "skipped", "asked for every question"),
        )
    )
    shown = as_markdown(INFO, [make_turn(sources=reports)])
    assert (
        "*Searched: wikipedia (asked for every question); arxiv, openalex (a question of science)*"
        in shown.splitlines()
    )
    assert "Searched" not in as_markdown(INFO, [make_turn(sources=(replace(reports[0], why=""),))])
