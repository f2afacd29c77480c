"""
The services that the fake world plays beside Wikipedia and Hacker News, each below a path of its own.

An answer is a function of the request and the service's base URL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from aiohttp import web

from research_agent_devtools.world.services import news, open_data, pages, papers, software, talk, wikidata

__all__ = ["ARCHIVE", "SCOPES", "SERVICES", "Answer", "Route"]

Answer = Callable[[web.Request, str], web.Response]


class Route(NamedTuple):
    """A path below the service's base, what requests to it are called, and what answers them."""

    path: str
    endpoint: str
    answer: Answer


SERVICES: Mapping[str, tuple[Route, ...]] = {
    "arxiv": (Route("/api/query", "arxiv", papers.arxiv),),
    "openalex": (Route("/works", "openalex", papers.openalex),),
    "semanticscholar": (Route("/graph/v1/paper/search", "semanticscholar", papers.semanticscholar),),
    "crossref": (Route("/works", "crossref", papers.crossref),),
    "europepmc": (
        Route("/europepmc/webservices/rest/search", "results", papers.europepmc),
        Route("/europepmc/webservices/rest/{pmcid}/fullTextXML", "fulltext", papers.full_text),
    ),
    "pubmed": (
        Route("/entrez/eutils/esearch.fcgi", "pmids", papers.pmids),
        Route("/entrez/eutils/efetch.fcgi", "records", papers.records),
    ),
    "stackexchange": (
        Route("/2.3/search/advanced", "questions", software.questions),
        Route("/2.3/questions/{ids}/answers", "answers", software.answers),
    ),
    "github": (
        Route("/search/repositories", "repositories", software.repositories),
        Route("/search/issues", "issues", software.issues),
        Route("/repos/{owner}/{name}/readme", "readme", software.readme),
    ),
    "wikidata": (Route("/w/api.php", "wikidata", wikidata.wikidata),),
    "searxng": (Route("/search", "searxng", pages.searxng),),
    "duckduckgo": (Route("/html/", "duckduckgo", pages.duckduckgo),),
    "feed": (Route("", "feed", pages.feed),),
    "worldbank": (
        Route("/v2/country", "countries", open_data.world_bank_countries),
        Route("/v2/country/{codes}/indicator/{indicator}", "values", open_data.world_bank_values),
    ),
    "openlibrary": (
        Route("/search.json", "books", open_data.books),
        Route("/works/{key}.json", "work", open_data.work),
    ),
    "nominatim": (Route("/search", "places", open_data.places),),
    "gdelt": (Route("/api/v2/doc/doc", "gdelt", news.gdelt),),
    "wikinews": (Route("/w/api.php", "wikinews", news.wikinews),),
    "lemmy": (Route("/api/v3/search", "lemmy", talk.lemmy),),
    "web": (Route("/{slug}", "page", pages.page),),
}
"""By the name of the source that asks; its base is the world's URL and this name."""

ARCHIVE = (
    Route("/wayback/available", "archive", pages.archive),
    Route("/web/{stamp}/{url:.+}", "copy", pages.archived),
)
"""The Internet Archive, which `web` asks for a page that is gone."""

SCOPES: Mapping[str, str] = {
    "worldbank": "What is the population of Iceland?",
    "openlibrary": "Who wrote The Lamps of the Greenhouse?",
    "nominatim": "Where is the Sai Van Bridge?",
}
"""A question to which the service has the answer, for each source that has none to those of the others."""
