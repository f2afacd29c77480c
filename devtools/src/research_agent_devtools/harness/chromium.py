"""Real headless Chromium for the tests: one browser in a thread of its own, beside it a real server a test."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from playwright.async_api import Browser, Page, Playwright, async_playwright, expect

from research_agent_devtools.harness import web_server

__all__ = ["Chromium", "Flow", "entered", "missing", "started"]

Flow = Callable[[Page, web_server.Served], Awaitable[None]]
SECONDS = 120_000  # milliseconds: a busy machine is no failure
expect.set_options(timeout=SECONDS)
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) {
    window.shifts.push({
      value: one.value,
      what: one.sources.map(({ node, previousRect, currentRect }) =>
        `${node?.id || node?.className || node?.nodeName}: ${previousRect.y} to ${currentRect.y}`),
    });
  }
}).observe({type: "layout-shift", buffered: true});
"""


def missing() -> str:
    """Why there is no browser here; "" when there is one."""
    return "" if shutil.which("chromium") else "Debian's chromium is not installed (make system, as root)"


class Chromium:
    """The browser and the loop that it lives in, for tests that are no coroutines."""

    def __init__(self, portal: BlockingPortal, browser: Browser) -> None:
        self._portal, self.browser = portal, browser

    def run(self, flow: Flow, home: Path, *, context: dict[str, Any] | None = None, **given: Any) -> None:
        """Serve, open a page as the user whose token the server printed, and let the flow have both."""
        self._portal.call(self._run, flow, home, context or {}, given)

    def call(self, function: Callable[..., Awaitable[Any]], *given: Any) -> Any:
        """Run a coroutine function in the browser's loop."""
        return self._portal.call(function, *given)

    async def _run(self, flow: Flow, home: Path, context: dict[str, Any], given: dict[str, Any]) -> None:
        async with web_server.serving(home, **given) as served:
            opened = await self.browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **context})
            try:
                await flow(await entered(opened, served), served)
            finally:
                await opened.close()


async def entered(context: Any, served: web_server.Served) -> Page:
    """A page of this context that has shown its token; shifts of its layout are written down."""
    context.set_default_timeout(SECONDS)
    await context.add_init_script(SHIFTS)
    page: Page = await context.new_page()
    await page.goto(f"{served.url}/?token={served.state.auth.token}")
    return page


@contextmanager
def started() -> Iterator[Chromium]:
    """Start it, once for all tests of a process."""
    opened: list[Any] = []

    async def start() -> Browser:
        playwright: Playwright = await async_playwright().start()
        opened.append(playwright)
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(ARGUMENTS))
        opened.append(browser)
        return browser

    async def stop() -> None:
        for one in reversed(opened):
            await (one.close() if isinstance(one, Browser) else one.stop())

    with start_blocking_portal("asyncio") as portal:
        try:
            yield Chromium(portal, portal.call(start))
        finally:
            portal.call(stop)
