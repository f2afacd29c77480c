"""Wikinews source: reports of volunteers from 2004 to 4 May 2026, when its editions were closed; an archive since."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import quote

from research_agent.errors import OutOfScopeError
from research_agent.messages import source_failures
from research_agent.sources.mediawiki import as_plain_text, pages_in, search_params
from research_agent.sources.policy import WIKIMEDIA, SourcePolicy, wikimedia
from research_agent.sources.protocol import Found, HttpSource, SourceSettings, Tools
from research_agent.text.json_fields import Json, text_of
from research_agent.text.timestamps import iso_now
from research_agent.types import Document, Topic

__all__ = ["Wikinews"]

CLOSED = "2026-05-04"
EDITIONS = frozenset("ar ca cs de el en es fa fi fr he it ja ko nl no pl pt ro ru sr sv ta tr uk zh".split())
MONTHS = "january february march april may june july august september october november december".split()
DATELINE = re.compile(rf"\b(?P<month>{'|'.join(MONTHS)})\s(?P<day>\d{{1,2}}),\s(?P<year>20\d\d)\b", re.IGNORECASE)
BEGINNING = 120  # characters in which an article of the English edition has its date


class Wikinews(HttpSource):
    """Source that makes one request per topic, to the edition of the question's language, else to the English one."""

    name = "wikinews"
    title = "Wikinews"
    address = "https://en.wikinews.org"
    policy = SourcePolicy(
        limits=WIKIMEDIA,
        contact=True,
        licence="CC BY, the version each page names",
        attribution="Wikinews, page title and link",
        terms="https://foundation.wikimedia.org/wiki/Policy:Wikimedia_Foundation_API_Usage_Guidelines",
        requests=1,
        kinds=frozenset({"news"}),
        description="News reports by volunteers from 2004 to May 2026, when it closed: what happened then.",
        examples=(
            "What happened in the 2010 Haiti earthquake?",
            "News about the 2012 Olympics opening",
            "What did the papers report about the Eurozone crisis?",
            "Which news were there about Iceland's volcano in 2010?",
            "Reports on the 2024 elections in India",
        ),
    )

    def __init__(self, settings: SourceSettings) -> None:
        super().__init__(settings)
        self.policy = replace(self.policy, limits=wikimedia(self.base, settings.contact))

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Search the archive. Raises `OutOfScopeError` for a time after its end."""
        if topic.since > CLOSED:
            raise OutOfScopeError(source_failures.CLOSED(), hint=source_failures.ASK_NEWS_ELSEWHERE())
        base = self._edition(topic.lang)
        params = search_params(topic.text, gsrlimit=min(limit, 5), exintro=1, exlimit="max")
        if not params:
            return Found([])
        body = await tools.client.get_json(f"{base}/w/api.php", params=params)
        return Found(await as_plain_text(self.read_pages(body, base), tools))

    def _edition(self, lang: str) -> str:
        """Base URL of the edition that is asked."""
        lang = (self.settings.lang or lang).partition("-")[0]
        return f"https://{lang}.wikinews.org" if not self.settings.url and lang in EDITIONS else self.base

    def read_pages(self, body: Any, base: str = "") -> list[Document]:
        """Reports in a body of `action=query`, texts still HTML. Raises `SourceError` for an error in it."""
        documents = (self._document(page, base or self.base) for page in pages_in(body, base or self.base))
        return [document for document in documents if document is not None]

    def _document(self, page: Json, base: str) -> Document | None:
        title, text = text_of(page.get("title")), text_of(page.get("extract"))
        if not (title and text):
            return None
        url = text_of(page.get("canonicalurl")) or text_of(page.get("fullurl"))
        language = text_of(page.get("pagelanguage")) or "en"
        return Document(
            source=self.name,
            title=title,
            url=url or f"{base}/wiki/{quote(title.replace(' ', '_'), safe='/:(),', errors='replace')}",
            text=text,
            retrieved=iso_now(),
            published=_dateline(text) or None,
            language=language,
            licence="CC BY",
            attribution=f'Wikinews, "{title}" ({language})',
        )


def _dateline(text: str) -> str:
    """Day (ISO 8601) that a report of the English edition begins with; "" without one."""
    match = DATELINE.search(re.sub(r"<[^<>]*>", " ", text[: 4 * BEGINNING])[:BEGINNING])
    if match is None:
        return ""
    try:
        return date(int(match["year"]), MONTHS.index(match["month"].lower()) + 1, int(match["day"])).isoformat()
    except ValueError:
        return ""
