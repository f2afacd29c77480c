"""Page of results of an engine without an API: read in isolation, and never taken for empty when it is a block page."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from research_agent.documents.notices import REASONS
from research_agent.documents.reader import Page
from research_agent.errors import BodyError, HttpStatusError
from research_agent.messages import source_failures
from research_agent.sources.protocol import Hit, Tools

__all__ = ["search_page"]

NO_RESULTS = re.compile(
    r"\bno\s+(?:more\s+)?(?:results|pages|matches)\b|\bno-results\b|\bdid not match any\b|\bnothing (?:was )?found\b",
    re.IGNORECASE,
)
REFUSED = frozenset({401, 403, 429})
ACCEPT = "text/html,application/xhtml+xml"
NOT_NOW = 202  # "Accepted": DuckDuckGo's status for a check


async def search_page(
    url: str,
    params: dict[str, str],
    *,
    tools: Tools,
    read_hits: Callable[[Page], Sequence[Hit]],
    pause: float,
    hint: str,
    lang: str = "",
) -> list[Hit]:
    """
    Hits of the page of results at `url`, in the language `lang`; [] only for one that says that there are none.

    Raises `BodyError` for a check for robots, a consent form, a notice, and any page that has neither hits nor says so,
    `HttpStatusError` for a refusal; after each of these the engine is left alone for `pause` seconds.
    """
    try:
        headers = {"Accept": ACCEPT, **({"Accept-Language": lang} if lang else {})}
        body = await tools.client.get_bytes(url, params=params, headers=headers)
        page = await tools.read.html(body.data, url=body.url, charset=body.charset)
        if page.is_challenge or body.status == NOT_NOW:
            raise BodyError(source_failures.ROBOT_CHECK(), hint=hint)
        hits = list(read_hits(page))
        if not hits and page.notice:
            raise BodyError(source_failures.RESULT_PAGE_IS(what=REASONS[page.notice]()), hint=hint)
        if not hits and not (NO_RESULTS.search(page.text) or b"no-results" in body.data):
            raise BodyError(source_failures.LIKELY_ROBOT_CHECK(), hint=hint)
    except BodyError as error:
        tools.client.back_off(pause)
        raise BodyError(error.message, hint=hint) from error
    except HttpStatusError as error:
        if error.status in REFUSED:
            tools.client.back_off(pause)
            raise HttpStatusError(error.message, status=error.status, body=error.body, hint=hint) from error
        raise
    return hits
