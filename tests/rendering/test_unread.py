"""Pages that were seen and not read: told in every format, with the reason, and never a source."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from research_agent.cli.profile_output import print_profile
from research_agent.mcp.formatting import as_text
from research_agent.memory import SessionInfo, open_memory
from research_agent.rendering.html import as_html
from research_agent.rendering.jinja import environment
from research_agent.rendering.markdown import as_markdown
from research_agent.rendering.session_json import as_json
from research_agent.rendering.text import as_plain, plain
from research_agent.rendering.view import AnswerView
from research_agent.types import Answer, SourceReport, Turn, Unread
from research_agent.web.openai.completion import compose
from research_agent.web.page.views import turn_view
from research_agent_devtools.harness.scripted_engine import answer

PAGES = (
    Unread(url="https://a.example/tides", title="Tides\x1b[2J <b>now</b>", why="did not arrive within 6.9 s"),
    Unread(url="javascript:alert(1)", title="", why="was not read: its robots.txt forbids it"),
)
INFO = SessionInfo(
    id="s", title="Tides", turns=1, created="2026-01-02T00:00:00+00:00", updated="2026-01-02T00:00:00+00:00"
)


def told(pages: tuple[Unread, ...] = PAGES) -> Answer:
    web = SourceReport(name="web", status="ok", documents=1, ms=10, engines=("Mojeek",), unread=pages)
    return answer(sources=(web, replace(web, name="searxng", unread=pages[:1])))


def turn(of: Answer) -> list[Turn]:
    return [Turn(number=1, question="What moves the tides?", answer=of)]


FORMATS: dict[str, Callable[[Answer], str]] = {
    "text": lambda one: plain(one, {}),
    "stored": lambda one: as_plain(turn(one)),
    "markdown": lambda one: as_markdown(INFO, turn(one)),
    "html": lambda one: as_html(INFO, turn(one)),
    "mcp": as_text,
    "chat": lambda one: compose(one, {}).text,
}


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_tells_them_and_none_makes_them_a_source(name: str) -> None:
    text = FORMATS[name](told())
    assert "Seen, not read" in text
    assert "a.example" in text
    assert "\x1b" not in text
    assert "[2]" not in text
    assert "Seen, not read" not in FORMATS[name](told(()))
    if name not in ("text", "chat"):
        assert text.count("6.9 s") == 1  # once, though two searches found it
        assert "its robots.txt forbids it" in text
    if name == "html":
        assert 'href="https://a.example/tides" rel="noreferrer"' in text
        assert "<b>now" not in text
        assert "javascript:" not in text.partition('href="')[2].partition('"')[0]


def test_the_line_names_three_hosts_at_most() -> None:
    pages = tuple(Unread(url=f"https://{host}.example/", title="x", why="y") for host in "abcde")
    line = "Seen, not read: 5 pages, which are no evidence (a.example, b.example, c.example and 2 more)"
    assert AnswerView(told(pages)).ledger[-1] == line
    assert AnswerView(told(PAGES[:1])).unread_line == "Seen, not read: 1 page, which is no evidence (a.example)"


def test_the_profile_lists_each_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    print_profile(told())
    assert "<b>now</b> (https://a.example/tides) did not arrive within 6.9 s" in capsys.readouterr().err


def test_they_are_stored_and_exported_as_they_were_told(tmp_path: Path) -> None:
    async def stored() -> Answer:
        async with open_memory(tmp_path / "sessions.db") as memory:
            await memory.remember(told())
            return (await memory.turns("s"))[0].answer

    again = asyncio.run(stored())
    assert again.sources[0].unread == PAGES
    assert '"why": "did not arrive within 6.9 s"' in as_json(INFO, turn(again))


def test_the_page_folds_them_below_the_sources() -> None:
    view = turn_view(turn(told())[0], {})
    html = environment("research_agent.web.page").get_template("turn.html").render(turn=view, formats={}, asset=str)
    assert "<summary>Seen, not read: 2</summary>" in html
    assert '<a class="who" href="https://a.example/tides" rel="noreferrer">' in html
    assert "a.example · did not arrive within 6.9 s" in html
    assert "<b>now" not in html
    assert 'href="javascript:' not in html
