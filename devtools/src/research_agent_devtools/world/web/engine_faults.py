"""What search engines do to programs: checks for robots, consent, blocks, JSON that is off, engines that are down."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aiohttp import web

from research_agent_devtools.samples.wrong_bodies import CHECKS, CONSENTS, Odd

__all__ = ["ENGINE_FAULTS", "REFUSED"]

REFUSED = "refused"
"""The fault of an engine whose address nobody listens at; see `World.environ`."""
BODIES = {odd.name: odd for odd in (*CHECKS, *CONSENTS)}


def _body(name: str) -> web.Response:
    odd: Odd = BODIES[name]
    return web.Response(body=odd.body, status=odd.status, headers={"Content-Type": odd.content_type})


def _nothing(whole: web.Response) -> web.Response:
    """A whole answer that found nothing, as each engine says it."""
    if whole.content_type == "application/json":
        return web.json_response({"query": "", "results": [], "web": {"results": []}, "unresponsive_engines": []})
    text = (
        "<!doctype html><title>Results</title><form><input name=q></form>"
        '<div class="no-results">No results found.</div>'
        '<p class="no-results">No pages found matching: a query</p>'
    )
    return web.Response(text=text, content_type="text/html")


def _unresponsive(whole: web.Response) -> web.Response:
    broken = [["google", "Suspended: CAPTCHA"], ["brave", "timeout"], ["qwant", "access denied"]]
    return web.json_response({"query": "", "results": [], "answers": [], "unresponsive_engines": broken})


ENGINE_FAULTS: Mapping[str, Callable[[web.Response], web.Response]] = {
    "202": lambda _: _body("ddg-anomaly"),
    "captcha": lambda _: _body("recaptcha"),
    "consent": lambda _: _body("consent-search"),
    "cloudflare": lambda _: _body("cloudflare-block"),
    "traffic": lambda _: _body("unusual-traffic"),
    "403": lambda _: web.Response(
        status=403, text="<!doctype html><title>403 Forbidden</title>", content_type="text/html"
    ),
    "unresponsive": _unresponsive,
    "nothing": _nothing,
}
"""By name: what is answered in place of the whole answer. `REFUSED` is none of them: nobody answers."""
