"""
The pictures of the page in docs/page: the real server on the embedded parts, offline, in Chromium.

    .venv/bin/python docs/screenshots.py

It wants `make parts`, and Chromium where Debian puts it.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from research_agent.engine import load_engine
from research_agent_devtools.harness import web_server

ROOT = Path(__file__).parents[1]
PARTS = ROOT / ".cache" / "home" / "parts"
CHROMIUM = "/usr/bin/chromium"
QUESTIONS = (
    "What is an octopus able to do with its arms?",
    "Why do leaves change their colour in autumn?",
    "Who was Ada Lovelace, and what did she write?",
)
FOLLOW_UP = "When did she meet Charles Babbage?"
WIDE, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
LATER: dict[str, Any] = {
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "device_scale_factor": 2, "color_scheme": "light"},
    "phone-dark": {"viewport": PHONE, "device_scale_factor": 2, "color_scheme": "dark"},
}
SECONDS = 180_000  # milliseconds, for the slowest machine


async def ask(page: Page, question: str) -> None:
    """Ask, and wait for the checked answer."""
    await page.fill("#question", question)
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".turn.fresh", timeout=SECONDS)


async def take(page: Page, folder: Path, name: str) -> None:
    """One picture, of what is in the window."""
    await page.mouse.move(0, 0)
    await page.wait_for_timeout(150)
    await page.screenshot(path=folder / f"{name}.png")
    size = (folder / f"{name}.png").stat().st_size
    sys.stdout.write(f"{name}.png {size / 1024:.0f} KiB\n")


async def pictures(browser: Browser, url: str, token: str, folder: Path) -> None:
    """All of them, in the order in which a person would see them."""
    page = await browser.new_page(viewport=WIDE, color_scheme="light")
    await page.goto(f"{url}/?token={token}")
    await take(page, folder, "home")
    for question in QUESTIONS[:2]:
        await page.goto(url)
        await ask(page, question)
    await page.goto(url)
    await page.fill("#question", QUESTIONS[2])
    await page.keyboard.press("Enter")
    # Where the reader finds sentences that answer, the built-in model is not asked, and there is no draft.
    await page.locator("#cards .card, .turn.fresh").first.wait_for(timeout=SECONDS)
    await take(page, folder, "writing")
    await page.wait_for_selector(".turn.fresh", timeout=SECONDS)
    await page.click("details.ran > summary")
    await take(page, folder, "answer")
    await page.click(".mark")
    await page.wait_for_selector("#reader mark")
    await take(page, folder, "source")
    await page.keyboard.press("Escape")
    await ask(page, FOLLOW_UP)
    await take(page, folder, "follow-up")
    session, state = page.url, await page.context.storage_state()
    await page.goto(f"{url}/sessions")
    await take(page, folder, "sessions")
    for name, given in LATER.items():
        context = await browser.new_context(storage_state=state, **given)
        page = await context.new_page()
        await page.goto(session)
        await take(page, folder, f"{name}-answer")
        if name != "phone":
            await page.click(".mark")
            await page.wait_for_selector(".stored mark")
            await take(page, folder, f"{name}-source")
        await context.close()


async def main(folder: Path) -> None:
    """Serve, look, end."""
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / "parts").symlink_to(PARTS)
        environ = {"RESEARCH_AGENT_SOURCES": "encyclopedia"}
        async with (
            web_server.serving(Path(home), engine=load_engine(), environ=environ) as served,
            async_playwright() as p,
        ):
            browser = await p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            await pictures(browser, served.url, served.state.auth.token, folder)
            await browser.close()


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "page"
    chosen.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(chosen))
