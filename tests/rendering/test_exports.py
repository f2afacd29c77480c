from __future__ import annotations

import builtins
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from click.testing import CliRunner
from inline_snapshot import snapshot

from research_agent.errors import UsageError
from research_agent.memory import SessionInfo, open_memory
from research_agent.rendering import FORMATS, export
from research_agent.rendering.timeline import WIDTH, waterfall
from research_agent.rendering.view import facts, safe_link, when
from research_agent.types import Document, Span, Turn
from research_agent_devtools.harness.scripted_engine import RIVER, answer

INFO = SessionInfo(
    id="s", title="How long?", turns=1, created="2026-11-23T10:00:00+00:00", updated="2026-11-23T10:05:00+00:00"
)
HOSTILE = '#eval("1") #image("/etc/passwd") $x$ <script>alert(1)</script> \\input{x} }\n@misc{y, \u202e\x00\ud800'


def turn(**changes: Any) -> Turn:
    told = answer(**changes)
    return Turn(number=2, question=told.question, answer=told)


def hostile() -> Turn:
    document = replace(RIVER, title=HOSTILE, url="javascript:alert(1)", licence=HOSTILE, author=HOSTILE)
    cited = tuple(replace(one, title=HOSTILE, url=document.url) for one in answer().citations)
    return turn(question=HOSTILE, notes=(HOSTILE,), citations=cited, documents=(document,))


def pdf_text(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document).replace("\r\n", "\n")


def test_html_is_one_file_that_runs_and_loads_nothing() -> None:
    html = export("html", INFO, [turn()]).decode()
    assert "default-src 'none'; style-src 'sha256-" in html
    assert not re.search(r"<script|<img|<link|\ssrc=|url\(|\son\w+=", html)
    target = re.search(r'class="mark" href="#([^"]+)"', html)
    assert target
    assert f'<blockquote id="{target[1]}">The Lumen is 412 kilometres long.</blockquote>' in html


def test_pdf_holds_question_answer_marks_and_words() -> None:
    text = pdf_text(export("pdf", INFO, [turn()]))
    for part in (
        "How long is the river Lumen?",
        "It is old.",
        "unsupported",
        "It does not freeze in winter.",
        "CC BY-SA 4.0",
    ):
        assert part in text


def test_the_same_session_is_the_same_pdf() -> None:
    assert export("pdf", INFO, [turn()]) == export("pdf", INFO, [turn()])


def test_bibtex() -> None:
    paper = replace(
        RIVER,
        title="The Lumen & its {bed}",
        author="A. Weir, B. Ford",
        published="2024-05-01",
        details={"doi": "10.1/x_y"},
    )
    cited = tuple(replace(one, title=paper.title) for one in answer().citations)
    assert export("bibtex", INFO, [turn(documents=(paper,), citations=cited)]).decode() == snapshot("""\
@article{lumen-its-bed2024,
  title = {{The Lumen \\& its \\{bed\\}}},
  author = {{A. Weir} and {B. Ford}},
  year = {2024},
  date = {2024-05-01},
  doi = {10.1/x_y},
  url = {https://notes.example/lumen},
  urldate = {2026-01-02},
  note = {notes; CC BY-SA 4.0},
  annote = {sha256 of the text: 1106def71af0a85948d0bf1005c7e2a468ffaf8e6536c64c77a2a221d773a978},
}
""")


@pytest.mark.parametrize("form", ["html", "pdf", "bibtex", "markdown"])
def test_hostile_text_is_text_in_every_format(form: str) -> None:
    data = export(form, replace(INFO, title=HOSTILE), [hostile()])
    text = pdf_text(data) if form == "pdf" else data.decode()
    assert "\u202e" not in text
    if form == "pdf":
        assert '#image("/etc/passwd")' in text
        assert b"/JavaScript" not in data
        assert b"javascript:" not in data
    if form == "html":
        assert "<script" not in text
        assert 'href="javascript' not in text
    if form == "bibtex":
        assert text.count("\n@") == 0
        assert "{" * 2 in text
        assert text.count("{") - text.count("\\{") == text.count("}") - text.count("\\}")


@pytest.mark.parametrize(("form", "gone"), [("html", "jinja2"), ("html", "nh3"), ("pdf", "typst")])
def test_without_the_extra_it_says_what_to_install(form: str, gone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    real = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == gone:
            raise ModuleNotFoundError(f"No module named {gone!r}", name=gone)
        return real(name, *rest)

    for name in [name for name in sys.modules if name.startswith("research_agent.rendering.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(UsageError, match=gone) as raised:
        export(form, INFO, [turn()])
    assert 'pip install "research-agent[serve]"' in raised.value.hint


@pytest.mark.anyio
async def test_the_command_line_exports_every_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from research_agent.cli.sessions import command

    async with open_memory(tmp_path / "sessions.db") as memory:
        await memory.remember(answer(turn=0))
    monkeypatch.setenv("RESEARCH_AGENT_HOME", str(tmp_path))
    begins: Mapping[str, bytes] = {
        "markdown": b"# ",
        "json": b"{",
        "html": b"<!doctype html>",
        "pdf": b"%PDF",
        "bibtex": b"@misc{",
    }
    import asyncio

    for form in FORMATS:
        made = await asyncio.to_thread(CliRunner().invoke, command, ["export", "s", "--format", form])
        assert made.stdout_bytes.startswith(begins[form]), made.output


def test_the_waterfall_shows_every_span_within_its_axis() -> None:
    picture = waterfall(answer().spans)
    assert picture is not None
    assert [(row.name, row.nested) for row, _ in picture.rows] == [("plan", False), ("fetch", False), ("notes", True)]
    assert picture.wall == 1.5
    assert picture.parts == 1.5  # a stage is not counted beside what ran inside it
    tiny = waterfall([Span("a", 0, 10), Span("b", 10, 10)])
    assert tiny is not None
    assert all(bar.width > 0 and bar.x + bar.width <= WIDTH for _, bars in tiny.rows for bar in bars)
    assert waterfall([]) is None


@pytest.mark.parametrize(
    ("stamp", "said"),
    [
        ("2026-11-23T10:05:00+00:00", "23 Nov 2026, 10:05 UTC"),
        ("2026-11-23", "23 Nov 2026"),
        ("last year", "last year"),
    ],
)
def test_dates_are_said_as_people_say_them(stamp: str, said: str) -> None:
    assert when(stamp) == said


@pytest.mark.parametrize(
    "url", ["javascript:x", "data:text/html,x", "//x.example", "ftp://x.example", "x", "", "http://", "http://["]
)
def test_only_web_addresses_are_links(url: str) -> None:
    assert safe_link(url) == ""


def test_what_a_document_does_not_carry_is_not_said() -> None:
    assert facts(Document(source="a", title="b", url="c", text="d", retrieved="2026-01-02")) == [("Read", "2 Jan 2026")]
