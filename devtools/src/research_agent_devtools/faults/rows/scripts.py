"""G5, G6: text from outside runs nothing and loads nothing in a real browser; nor when only the policy is left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock
from urllib.parse import quote

from markdown_it import MarkdownIt
from markupsafe import Markup
from playwright.async_api import Page

from research_agent.rendering import answer_html
from research_agent.rendering.jinja import environment
from research_agent.text.sanitize import printable
from research_agent.types import Answer, Citation, Conflict, Document, SourceReport
from research_agent.web import middleware
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.harness import chromium, web_server
from research_agent_devtools.samples.script_payloads import COUNT, payloads

PLACES = ("title", "text", "answer", "question", "session", "href", "reason", "licence")
PAGE = "research_agent.web.page"
STRIDE = 37  # coprime to the number of payloads: a part of them is one of every kind
ARMED = """[...document.querySelectorAll("*")].filter((one) =>
  [...one.attributes].some(({ name, value }) => /^(on|hx-on|data-hx)/i.test(name)
    || (/^(href|src|action|data|formaction|xlink:href)$/i.test(name)
      && /^[\\s\\x00-\\x20]*(javascript|vbscript|data):/i.test(value)))
  || (one.localName === "script" && !(one.getAttribute("src") ?? "").startsWith("/static/"))
).map((one) => one.outerHTML.slice(0, 200))"""
TOUCH = """for (const one of document.querySelectorAll("main *"))
  for (const kind of ["mouseover", "focus", "error", "load", "toggle"]) one.dispatchEvent(new Event(kind));"""


def hostile(number: int, load: str) -> Answer:
    """A turn with the payload in every place; each place says its own name when it fires."""
    text = payloads()[number]
    at = {place: text.replace("FIRE", f"top.fired={{...top.fired,{place}:1}}").replace("LOAD", f"{load}/{place}")
          for place in PLACES}  # fmt: skip
    source = f"A source says it. {at['text']} It ends."
    document = Document(
        source="notes", title=at["title"], url=at["href"], text=source, retrieved="2026-01-02",
        licence=at["licence"], author=at["licence"], attribution=at["licence"],
    )  # fmt: skip
    said = f"It is said. [1]\n\n{at['answer']}"
    named: dict[str, Any] = {"document": document.id, "title": at["title"], "url": at["href"], "source": "notes"}
    cited = Citation(n=1, sentence=(0, 11), quote=source, start=0, end=len(source), score=1.0, **named)
    against = Conflict(sentence=(0, 11), ours=at["answer"], theirs=at["text"], quote=source, start=0, end=len(source),
                       **named)  # fmt: skip
    session = " ".join(printable(f"{number} {at['session']}").split())[:200]
    report = SourceReport(name="notes", status="failed", documents=0, ms=1, reason=at["reason"], why=at["reason"])
    return Answer(
        session=session, turn=0, question=at["question"], text=said, answer_from="model", status="partial",
        citations=(cited,), unsupported=((17, len(said)),), conflicts=(against,), sources=(report,),
        documents=(document,), notes=(at["reason"],), model=at["reason"],
    )  # fmt: skip


def watched(run: Run, **given: Any) -> None:
    """Open the pages of each payload and see what fires, what is armed, and what asks another origin."""
    with chromium.started() as browser:
        browser.run(lambda page, served: _try(run, page, served, **given), run.folder)


async def _try(run: Run, page: Page, served: web_server.Served, *, armed: bool) -> None:
    async with elsewhere() as (address, loaded):
        memory = await served.state.stores.memory("main")
        page.on("dialog", lambda dialog: dialog.dismiss())
        found: dict[str, set[str]] = {}
        for trial, _ in run.trials():
            number = trial // len(PLACES) * STRIDE % COUNT
            if trial % len(PLACES) == 0:
                answer = hostile(number, address)
                turn = await memory.remember(answer)
                found = await _look(page, served, replace(answer, turn=turn), loaded)
                await memory.delete(answer.session)
                if armed and found["armed"]:
                    run.fail(f"{payloads()[number]!r} stands in the page: {min(found['armed'])!r}")
            place = PLACES[trial % len(PLACES)]
            run.check(place not in found["fired"], f"{payloads()[number]!r} ran from the {place}")
            run.check(place not in found["loaded"], f"{payloads()[number]!r} loaded from the {place}")


async def _look(page: Page, served: web_server.Served, answer: Answer, loaded: list[str]) -> dict[str, set[str]]:
    """The answer, its source, the list of sessions and the question whether to delete, one after another."""
    loaded.clear()
    session = quote(answer.session, safe="")
    source = f"/source?id={session}&turn={answer.turn}&n=1&document={answer.documents[0].id}"
    fired: set[str] = set()
    armed: set[str] = set()
    for path in (f"/session?id={session}", source, "/sessions", f"/session/delete?id={session}"):
        await page.goto(served.url + path, wait_until="load")
        await page.evaluate(TOUCH)
        fired |= set(await page.evaluate("Object.keys(top.fired ?? {})"))
        armed |= set(await page.evaluate(ARMED))
    return {"fired": fired, "armed": armed, "loaded": {path.strip("/").split("/")[-1] for path in loaded}}


@asynccontextmanager
async def elsewhere() -> AsyncIterator[tuple[str, list[str]]]:
    """Another origin, and the paths it was asked for."""
    asked: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = (await reader.readline()).decode("latin-1").split()
        asked.append(line[1] if len(line) > 1 else "")
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked


@contextmanager
def raw() -> Iterator[None]:
    """No escaping, no cleaning, Markdown with HTML: what a page is whose authors forgot all three."""
    made = environment(PAGE)
    markdown = MarkdownIt("commonmark", {"html": True})
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(made, "autoescape", False))
        stack.enter_context(mock.patch.object(made, "cache", None))
        stack.enter_context(mock.patch.object(answer_html, "clean_html", Markup))
        stack.enter_context(mock.patch.object(answer_html, "escape", str))
        stack.enter_context(mock.patch.object(answer_html, "_markdown", return_value=markdown))
        stack.enter_context(mock.patch.dict(made.filters, {"safe_link": str, "name": str, "line": str}))
        stack.enter_context(mock.patch(f"{PAGE}.routes.safe_link", str))
        yield


@contextmanager
def without_policy() -> Iterator[None]:
    """No Content-Security-Policy."""
    left = tuple(pair for pair in middleware.HEADERS if pair[0] != b"content-security-policy")
    with mock.patch.object(middleware, "HEADERS", left):
        yield


def cleaned(run: Run) -> None:
    """As it is, but for the policy: the cleaning holds without it."""
    with without_policy():
        watched(run, armed=True)


def policy_alone(run: Run) -> None:
    """With nothing but the policy."""
    with raw():
        watched(run, armed=False)


def neither(run: Run) -> None:
    """The twin of both."""
    with raw(), without_policy():
        watched(run, armed=False)


ROWS = (
    Row(
        id="G5",
        fault=f"{COUNT} payloads in titles, texts, answers, questions, names of sessions, addresses, reasons, licences",
        guarantee="shown in Chromium, without the page's policy, nothing runs, loads, or could",
        quick=80,
        full=COUNT * len(PLACES),
        try_it=cleaned,
        twin=neither,
        twin_is="templates that do not escape, Markdown with HTML, no policy",
        twin_trials=40,
        unit="payloads in a place",
        needs=chromium.missing,
    ),
    Row(
        id="G6",
        fault="the same with escaping and cleaning switched off",
        guarantee="the policy alone lets nothing run and nothing load from elsewhere",
        quick=80,
        full=COUNT * len(PLACES),
        try_it=policy_alone,
        twin=neither,
        twin_is="the same without the policy",
        twin_trials=40,
        unit="payloads in a place",
        needs=chromium.missing,
    ),
)
