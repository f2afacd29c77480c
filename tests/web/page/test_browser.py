"""The page as a person meets it: real Chromium, the real server, the real pipeline over fake sources."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from research_agent.engine import load_engine
from research_agent.errors import ChatResponseError
from research_agent.testing import FakeChat, FakeSource
from research_agent.types import Answer
from research_agent_devtools.harness import web_server
from research_agent_devtools.harness.chromium import Chromium
from research_agent_devtools.harness.scripted_engine import QUESTION, RIVER, answer

SAID = "The Lumen is 412 kilometres long [e1]. It was dug by giants in one night [e1]."
LAST = "It does not freeze in winter, as those who have their boats on it all year long say [e1]."
NAMES = "amber birch cedar delta ember fjord grove heath inlet jetty knoll ledge marsh north ocean pines quarry ridge"
# No two sentences alike: a model that repeats itself is cut short.
SLOW = "The Lumen is 412 kilometres long. " + " ".join(
    f"Sentence {number} tells of the {first} {second} and the {third}."
    for number, (first, second, third) in enumerate(itertools.permutations(NAMES.split(), 3))
    if number % 50 == 0
)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
WEIGHT = 150 * 1024


def chat(*replies: Any, delay: float = 0.005) -> FakeChat:
    return FakeChat(replies=("Lumen", *(replies or (SAID,))), delay=delay)


async def ask(page: Page, question: str = QUESTION) -> None:
    """Ask, and wait for the turn: streamed, or there already when the run has ended before the page is loaded."""
    turns = page.locator(".turn:not(.running)")
    before = await turns.count()
    await page.locator("#question").fill(question)
    await page.keyboard.press("Enter")
    await turns.nth(before).wait_for()


def two_sources() -> Answer:
    first = answer(turn=0)
    lake = replace(RIVER, title="Umbra", url="https://notes.example/umbra", text="It does not freeze. It is deep.")
    words = replace(
        first.citations[1], n=2, document=lake.id, url=lake.url, title="Umbra", quote=lake.text[:19], end=19
    )
    cited = (first.citations[0], replace(words, start=0))
    return replace(first, text=first.text[:-3] + "[2]", citations=cited, documents=(RIVER, lake))


PLACES = """(() => {
  const first = document.querySelector(".answer .sentence");
  return [document.querySelector(".turn h2"), document.querySelector(".cards"), first].map((one) =>
    Math.round(one.getBoundingClientRect().top + scrollY));
})()"""


async def shifts(page: Page) -> list[Any]:
    """What moved without anybody having asked for it; the sum of their values is the page's CLS."""
    found: list[Any] = await page.evaluate("window.shifts")
    return found


def test_an_answer_is_checked_where_it_streams_and_its_marks_open_the_very_words(
    chromium: Chromium, tmp_path: Path
) -> None:
    async def flow(page: Page, _: web_server.Served) -> None:
        await page.locator("#question").fill(QUESTION)
        await page.keyboard.press("Enter")
        await expect(page.locator("#draft .todo").first).to_contain_text("The Lumen")
        await expect(page.locator("#cards .card")).to_contain_text(["notes.example"])
        await expect(page.locator("#draft .sentence")).to_have_text(["The Lumen is 412 kilometres long."])
        await expect(page.locator("#draft .mark")).to_have_text(["\u2060[1]"])
        await expect(page).to_have_title(re.compile(r"^Writing… · "))
        await expect(page.locator("#draft .gone-text")).to_have_text(["It was dug by giants in one night."])
        await expect(page.locator("#draft .fell button").first).to_have_text("taken out")
        await page.locator("#draft .fell button").first.dispatch_event("click")
        await expect(page.locator("#draft .gone-text").first).to_have_text("It was dug by giants in one night.")
        places = await page.evaluate(PLACES)
        await page.locator(".turn.fresh").wait_for()
        assert await page.evaluate(PLACES) == places, "the answer stands where it was written"
        await expect(page).to_have_title(f"{QUESTION} · research-agent")
        assert await shifts(page) == []
        question, button = [await page.locator(one).bounding_box() for one in ("#question", ".follow .ask > button")]
        assert question
        assert button
        assert (question["y"], question["height"]) == (button["y"], button["height"]), "else the later moves the other"
        await expect(page.locator("#draft")).to_have_count(0)
        await page.locator(".mark").first.click()
        await expect(page.locator("#reader .stored mark")).to_have_text(["The Lumen is 412 kilometres long."])
        await expect(page.locator("#reader .stored")).to_have_text(RIVER.text)
        assert "".join(await page.locator(".answer .shown").all_text_contents()) == RIVER.text[:33]
        await expect(page.locator("#reader .stored mark")).to_be_in_viewport()
        for fact in ("CC BY-SA 4.0", "2 Jan 2026", RIVER.id, RIVER.url):
            await expect(page.locator("#reader")).to_contain_text(fact)
        await page.keyboard.press("Escape")
        await expect(page.locator("#reader")).to_be_hidden()
        await expect(page.locator(".shown")).to_have_count(0)
        await expect(page.locator(".mark").first).to_be_focused()

    chromium.run(flow, tmp_path, chat=chat(f"{SAID} {LAST}", delay=0.15))


def test_what_no_source_says_is_behind_a_toggle_with_the_reason(chromium: Chromium, tmp_path: Path) -> None:
    async def flow(page: Page, _: web_server.Served) -> None:
        await ask(page)
        await expect(page.locator(".answer")).not_to_contain_text("giants")
        await expect(page.locator(".removed del")).to_be_hidden()
        await page.locator(".removed summary").click()
        await expect(page.locator(".removed del")).to_have_text("It was dug by giants in one night.")
        await expect(page.locator(".removed .verdict")).to_have_text("no source says it")

    river = "The Lumen is 412 kilometres long. It rises in the Grey Hills. It ends in the Quiet Bay."
    said = "The Lumen is 412 kilometres long [e1]. It rises in the Grey Hills [e1]. It was dug by giants in one night."
    chromium.run(flow, tmp_path, chat=chat(said), sources=[FakeSource("notes", [river])])


def test_follow_up_reload_search_and_delete(chromium: Chromium, tmp_path: Path) -> None:
    async def flow(page: Page, served: web_server.Served) -> None:
        await ask(page)
        await ask(page, "And does the Lumen freeze in winter?")
        await expect(page.locator(".turn")).to_have_count(2)
        await page.reload()
        await expect(page.locator(".turn h2")).to_have_text([QUESTION, "And does the Lumen freeze in winter?"])
        await page.goto(f"{served.url}/sessions")
        await page.locator("#search").press_sequentially("nothing like it")
        await expect(page.locator("#results")).to_contain_text("No session contains")
        await page.locator("#search").fill("lumen")
        await page.locator("#results .title").click()
        await page.locator(".about").get_by_text("Delete").click()
        await page.get_by_role("button", name="Delete").click()
        await expect(page.locator("main")).to_contain_text("Nothing has been asked yet.")

    chromium.run(flow, tmp_path, chat=chat())


def test_escape_stops_and_what_was_written_is_kept(chromium: Chromium, tmp_path: Path) -> None:
    async def flow(page: Page, _: web_server.Served) -> None:
        await page.locator("#question").fill(QUESTION)
        await page.keyboard.press("Enter")
        await expect(page.locator("#draft")).to_contain_text("Sentence 100 ")
        await page.keyboard.press("Escape")
        await page.locator(".turn.fresh").wait_for()
        await expect(page.locator(".turn .state")).to_have_text("Stopped")

    chromium.run(flow, tmp_path, chat=chat(SLOW, delay=0.02))


def test_an_error_says_what_happened_and_the_question_can_be_asked_again(chromium: Chromium, tmp_path: Path) -> None:
    async def flow(page: Page, _: web_server.Served) -> None:
        await page.locator("#question").fill("?!")
        await page.keyboard.press("Enter")
        await expect(page.locator(".problem")).to_contain_text("The question is empty.")
        await expect(page.get_by_role("button", name="Ask again")).to_be_visible()
        await page.reload()
        await expect(page.locator(".problem")).to_contain_text("The question is empty.")

    chromium.run(flow, tmp_path, chat=chat())


def test_without_a_model_the_extracts_say_so(chromium: Chromium, tmp_path: Path) -> None:
    async def flow(page: Page, _: web_server.Served) -> None:
        await ask(page)
        await expect(page.locator(".turn .state")).to_have_text("Extracts: no chat model answered")
        await expect(page.locator(".answer")).to_contain_text("412 kilometres")

    chromium.run(flow, tmp_path, chat=chat(ChatResponseError("The model broke off.")))


def test_the_keyboard_asks_walks_the_sources_and_shows_its_keys(chromium: Chromium, tmp_path: Path) -> None:
    async def flow(page: Page, served: web_server.Served) -> None:
        await (await served.state.stores.memory("main")).remember(two_sources())
        await page.goto(f"{served.url}/session?id=s")
        await page.locator("#main").focus()
        for key, found in (("j", "1"), ("j", "2"), ("k", "1")):
            await page.keyboard.press(key)
            await expect(page.locator(":focus .n")).to_have_text(found)
        await page.keyboard.press("Enter")
        await expect(page.locator("#reader h1")).to_be_visible()
        await page.keyboard.press("Escape")
        await page.keyboard.press("?")
        await expect(page.locator("#keys")).to_be_visible()
        await page.keyboard.press("Escape")
        await page.keyboard.press("/")
        await expect(page.locator("#question")).to_be_focused()

    chromium.run(flow, tmp_path, chat=chat())


def test_without_a_script_it_is_asked_read_and_deleted(chromium: Chromium, tmp_path: Path) -> None:
    async def flow(page: Page, served: web_server.Served) -> None:
        await page.locator("#question").fill(QUESTION)
        await page.get_by_role("button", name="Ask", exact=True).click()
        await expect(page.locator(".turn .answer")).to_contain_text("412 kilometres")
        await page.locator(".mark").first.click()
        await expect(page).to_have_url(re.compile(r"/source\?.*#w0-33$"))
        await expect(page.locator(".stored mark").first).to_have_text("The Lumen is 412 kilometres long.")
        await expect(page.locator(".stored mark").first).to_be_in_viewport()
        await page.get_by_text("Back to the answer").click()
        await page.locator(".about").get_by_text("Delete").click()
        await page.get_by_role("button", name="Delete").click()
        await expect(page.locator("main")).to_contain_text("Nothing has been asked yet.")
        await page.goto(f"{served.url}/doctor")
        await expect(page.get_by_text("Look now")).to_be_visible()

    chromium.run(flow, tmp_path, chat=chat(), context={"java_script_enabled": False})


def test_a_phone_has_everything_in_its_width(chromium: Chromium, tmp_path: Path) -> None:
    async def flow(page: Page, served: web_server.Served) -> None:
        await ask(page)
        assert await shifts(page) == []
        address = page.url
        for path in ("/", "/sessions", "/settings", address.removeprefix(served.url)):
            await page.goto(served.url + path)
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        await page.locator(".mark").first.click()  # there is no room beside it: a page of its own
        await expect(page.locator(".stored mark").first).to_be_in_viewport()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    chromium.run(flow, tmp_path, chat=chat(), context=PHONE)


def test_colours_follow_the_system_until_they_are_chosen(chromium: Chromium, tmp_path: Path) -> None:
    async def flow(page: Page, _: web_server.Served) -> None:
        async def paper() -> str:
            return str(await page.evaluate("getComputedStyle(document.body).backgroundColor"))

        assert await paper() == "rgb(22, 21, 20)"
        await page.locator("#theme").click()
        assert await paper() == "rgb(253, 252, 249)"
        await page.reload()
        assert await paper() == "rgb(253, 252, 249)"
        await expect(page.locator("#theme")).to_have_attribute("aria-label", "Colours: light")

    chromium.run(flow, tmp_path, chat=chat(), context={"color_scheme": "dark"})


def test_an_answer_is_copied_with_its_marks_and_sources(chromium: Chromium, tmp_path: Path) -> None:
    async def flow(page: Page, served: web_server.Served) -> None:
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=served.url)
        await ask(page)
        await page.get_by_role("button", name="Copy").click()
        await expect(page.get_by_role("button", name="Copied")).to_be_visible()
        copied = await page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith("The Lumen is 412 kilometres long. (only one site)[1]")
        told = "notes.example · unknown\u00a0kind · https · CC BY-SA 4.0 · read 2 Jan 2026, 00:00 UTC"
        assert copied.rstrip().endswith(f"[1] Lumen, Notes · {told}\n    {RIVER.url}")
        linked = await page.evaluate(
            "navigator.clipboard.read().then(([item]) => item.getType('text/html')).then((blob) => blob.text())"
        )
        assert f'<a href="{RIVER.url}"' in linked
        assert "127.0.0.1" not in linked
        await expect(page.locator(".answer .verdict").first).to_have_text("only one site")

    chromium.run(flow, tmp_path, chat=chat())


def test_a_stream_that_breaks_goes_on_where_it_was(chromium: Chromium, tmp_path: Path) -> None:
    seen: list[str] = []

    async def flow(page: Page, served: web_server.Served) -> None:
        page.on(
            "request",
            lambda request: (
                seen.append(request.headers.get("last-event-id", "")) if request.url.endswith("/events") else None
            ),
        )
        await page.locator("#question").fill(QUESTION)
        await page.keyboard.press("Enter")
        await expect(page.locator("#draft")).to_contain_text("Sentence 100 ")
        await page.context.set_offline(True)
        await page.context.set_offline(False)
        await page.locator(".turn.fresh").wait_for()
        await expect(page.locator(".turn .answer")).to_contain_text("412 kilometres")

    chromium.run(flow, tmp_path, chat=chat(SLOW, delay=0.005))
    assert seen[0] == ""


def test_settings_and_doctor(chromium: Chromium, tmp_path: Path) -> None:
    async def flow(page: Page, served: web_server.Served) -> None:
        await page.goto(f"{served.url}/settings")
        await expect(page.locator(".settings")).to_contain_text("RESEARCH_AGENT_HOME")
        await page.goto(f"{served.url}/doctor")
        await expect(page.locator(".checks").first).to_be_visible()

    environ = {"RESEARCH_AGENT_SOURCES": "encyclopedia"}
    chromium.run(flow, tmp_path, chat=chat(), environ=environ)


def test_the_whole_page_weighs_little_and_loads_nothing_from_elsewhere(chromium: Chromium, tmp_path: Path) -> None:
    sizes: dict[str, int] = {}

    async def flow(page: Page, served: web_server.Served) -> None:
        await ask(page)

        responses: list[Any] = []
        fresh = await page.context.new_page()  # late responses of the page before have no body any more
        fresh.on("response", lambda response: responses.append(response))
        await fresh.goto(page.url, wait_until="networkidle")
        for response in responses:
            assert response.url.startswith(served.url), response.url
            sizes[response.url] = len(await response.body())

    chromium.run(flow, tmp_path, chat=chat())
    assert any("htmx" in url for url in sizes)
    assert sum(sizes.values()) <= WEIGHT, sizes


@pytest.mark.parametrize("path", ["/", "/sessions", "/settings", "answer", "source"])
def test_everything_that_can_be_reached_has_a_name_and_shows_its_focus(
    chromium: Chromium, tmp_path: Path, path: str
) -> None:
    async def flow(page: Page, served: web_server.Served) -> None:
        await ask(page)
        if path == "source":
            await page.goto(str(await page.locator(".mark").first.evaluate("link => link.href")))
        elif path != "answer":
            await page.goto(served.url + path)
        await page.locator(".skip").focus()
        seen: list[Any] = []
        for _ in range(40):
            focused = await page.evaluate(FOCUSED)
            if focused is None or focused["place"] in [one["place"] for one in seen]:
                break
            seen.append(focused)
            await page.keyboard.press("Tab")
        assert len(seen) > 5
        assert seen[0]["name"] == "Skip to the text"
        assert not [one for one in seen if not one["name"] or not one["shown"]]
        places = [one["place"] for one in seen]
        assert places == sorted(places)  # the order of the page is the order of the keys

    chromium.run(flow, tmp_path, chat=chat())


FOCUSED = """(() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const label = one.getAttribute("aria-label") || (one.labels?.[0] ?? one).textContent.trim();
  const style = getComputedStyle(one);
  const line = getComputedStyle(one.closest("form") ?? one).borderBottomColor;
  const shown = style.outlineStyle !== "none" || (one.matches("textarea, input") && line !== "");
  return { name: label, shown, place: [...document.querySelectorAll("*")].indexOf(one) };
})()"""


NOTE_THE_DRAFT = """
    new MutationObserver(() => { if (document.querySelector("#draft")?.textContent) window.drafted = true; })
        .observe(document, { childList: true, characterData: true, subtree: true });
"""


@pytest.mark.parts
@pytest.mark.judge
@pytest.mark.variant  # the whole of it by the CLI: tests/whole/test_world.py
def test_the_embedded_default_answers_on_the_page(chromium: Chromium, tmp_path: Path, parts_home: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "parts").symlink_to(parts_home / "parts")

    async def flow(page: Page, served: web_server.Served) -> None:
        await page.add_init_script(NOTE_THE_DRAFT)  # it may stand for less time than lies between two looks
        await page.goto(served.url)
        await page.locator("#question").fill("Who was Ada Lovelace?")
        await page.keyboard.press("Enter")
        await page.locator(".turn.fresh").wait_for(timeout=120_000)
        assert await page.evaluate("window.drafted") is True
        assert await shifts(page) == []
        await page.locator(".mark").first.click()
        marked = page.locator("#reader .stored mark")
        await expect(marked.first).to_be_in_viewport()
        document = await served.state.stores.memory("main")
        turn = (await document.turns((await document.sessions())[0].id))[0].answer
        quotes = {cited.quote for cited in turn.citations if cited.n == turn.citations[0].n}
        assert set(await marked.all_text_contents()) == quotes
        await page.keyboard.press("Escape")
        await ask(page, "When did she meet Charles Babbage?")
        await page.goto(f"{served.url}/sessions")
        await page.locator("#results .title").first.click()
        await expect(page.locator(".turn")).to_have_count(2)

    # Without a reader the embedded model is asked; with one, the sources' own sentences are the answer.
    environ = {"RESEARCH_AGENT_SOURCES": "encyclopedia", "RESEARCH_AGENT_READER_FOLDER": "none"}
    chromium.run(flow, tmp_path / "home", environ=environ, engine=load_engine())


def test_asking_again_takes_the_place_and_options_are_kept(chromium: Chromium, tmp_path: Path) -> None:
    async def flow(page: Page, served: web_server.Served) -> None:
        await ask(page)
        await page.locator(".only summary").click()
        await page.locator("[name=strict]").check()
        await page.get_by_role("button", name="Ask again").click()
        await expect(page.locator(".versions")).to_contain_text("2 of 2")
        await expect(page.locator(".turn")).to_have_count(1)
        await page.locator(".versions a").click()
        await expect(page.locator(".versions")).to_contain_text("1 of 2")
        (session,) = await (await served.state.stores.memory("main")).sessions()
        turns = await (await served.state.stores.memory("main")).turns(session.id)
        assert [turn.answer.settings["strict"] for turn in turns] == [False, True]
        await page.goto(served.url)
        await page.locator(".only summary").click()
        await expect(page.locator("[name=strict]")).to_be_checked()

    chromium.run(flow, tmp_path, chat=FakeChat(replies=("Lumen", SAID, "Lumen", SAID), delay=0.005))


def test_the_history_is_beside_a_wide_page(chromium: Chromium, tmp_path: Path) -> None:
    async def flow(page: Page, _: web_server.Served) -> None:
        await ask(page)
        await expect(page.locator(".history .title")).to_have_text([QUESTION])
        await page.locator("#past").press_sequentially("nothing")
        await expect(page.locator(".history")).to_contain_text("No session contains")
        await page.locator("#past").fill("lumen")
        await expect(page.locator(".history .title")).to_have_text([QUESTION])
        await page.locator(".history summary").focus()
        await page.keyboard.press("Enter")
        await page.locator(".history .menu button").click()
        await expect(page.locator(".history .small")).to_have_text(["Pinned"])
        await page.set_viewport_size({"width": 1000, "height": 800})
        await expect(page.locator(".history")).to_be_hidden()

    chromium.run(flow, tmp_path, chat=chat(), context={"viewport": {"width": 1600, "height": 1000}})
