"""World Bank source: the newest figure of a country (population, GDP, ...), or that of a year, in a sentence each."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Any

from research_agent.concurrency import gather_results
from research_agent.errors import BodyError, OutOfScopeError, SourceError
from research_agent.http.rate_limits import Limits
from research_agent.messages import source_failures
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, HttpSource, Tools
from research_agent.sources.worldbank.countries import Country, named_countries
from research_agent.sources.worldbank.indicators import Indicator, asked_indicators, sentence
from research_agent.text.json_fields import Json, details_of, number_of, object_of, objects_of, text_of
from research_agent.text.timestamps import iso_now
from research_agent.types import Document, Topic

__all__ = ["WorldBank"]

ALL_COUNTRIES = 400  # more than there are, with the groups of countries
RECENT, OLDEST = 10, 70  # years that are looked at for the newest value, and for that of a year
PAGE = 500
YEAR = re.compile(r"(?<![\d.,])(?:19[6-9]\d|20\d{2})(?![\d,]|\.\d)")
CODE = re.compile(r"[A-Z0-9]{2,3}")


class WorldBank(HttpSource):
    """Source that makes two or three requests a question: the countries (stored for a week), then each indicator."""

    name = "worldbank"
    title = "World Bank"
    address = "https://api.worldbank.org"
    policy = SourcePolicy(
        limits=Limits(at_once=2, per_minute=60),
        licence="CC BY 4.0",
        attribution="The World Bank, World Development Indicators, link to the indicator",
        terms="https://www.worldbank.org/en/about/legal/terms-of-use-for-datasets",
        kinds=frozenset({"figures"}),
        description="Statistics of countries by year: population, economy, health, education, environment.",
        examples=(
            "What is the population of Kenya?",
            "What was the GDP per capita of Brazil in 2020?",
            "How high is inflation in Turkey?",
            "What is the life expectancy in Japan?",
            "How much CO2 does India emit?",
        ),
        fresh=7 * 86_400.0,
    )

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Find the figures that the question asks for. Raises `OutOfScopeError` without a country and a figure."""
        indicators = asked_indicators(topic.question) if topic.origin == "question" else []
        if not indicators:
            raise OutOfScopeError(source_failures.NO_SUCH_FIGURE(), hint=source_failures.ASK_FOR_FIGURE())
        body = await tools.client.get_json(
            f"{self.base}/v2/country", params={"format": "json", "per_page": ALL_COUNTRIES}
        )
        countries = named_countries(topic.question, self.read_countries(body))
        if not countries:
            raise OutOfScopeError(source_failures.NO_COUNTRY(), hint=source_failures.NAME_COUNTRY())
        years = frozenset(YEAR.findall(topic.question))
        gets = [partial(self._figures, indicator, countries, years, tools) for indicator in indicators]
        results = await gather_results(gets, SourceError)
        documents = [document for result in results if isinstance(result, list) for document in result]
        failures = [result for result in results if isinstance(result, SourceError)]
        if failures and not documents:
            raise failures[0]
        return Found(documents[:limit], list(dict.fromkeys(error.message for error in failures)))

    async def _figures(
        self, indicator: Indicator, countries: Sequence[Country], years: Collection[str], tools: Tools
    ) -> list[Document]:
        codes = ";".join(country.code for country in countries)
        body = await tools.client.get_json(
            f"{self.base}/v2/country/{codes}/indicator/{indicator.code}",
            params={"format": "json", "mrv": OLDEST if years else RECENT, "per_page": PAGE},
        )
        return self.read_values(body, indicator, years)

    def read_countries(self, body: Any) -> list[Country]:
        """Countries, and groups of them, in a body of `/country`. Raises `SourceError`."""
        rows = [
            Country(text_of(row.get("id")), text_of(row.get("iso2Code")), _line(row.get("name")))
            for row in _rows(body)[1]
        ]
        countries = [row for row in rows if CODE.fullmatch(row.code) and CODE.fullmatch(row.short) and row.name]
        if not countries:
            raise BodyError(source_failures.WITHOUT_LIST(what="countries"), hint=source_failures.API_CHANGED())
        return countries

    def read_values(self, body: Any, indicator: Indicator, years: Collection[str] = ()) -> list[Document]:
        """One document a country: its newest value, and those of `years`. Raises `SourceError`."""
        about, rows = _rows(body)
        by_country: dict[str, list[Json]] = {}
        for row in rows:
            country = object_of(row.get("country"))
            if CODE.fullmatch(text_of(country.get("id"))) and _line(country.get("value")) and _value(row) is not None:
                by_country.setdefault(text_of(country.get("id")), []).append(row)
        updated = text_of(about.get("lastupdated"))
        documents = (self._document(found, indicator, years, updated) for found in by_country.values())
        return [document for document in documents if document is not None]

    def _document(
        self, rows: Sequence[Json], indicator: Indicator, years: Collection[str], updated: str
    ) -> Document | None:
        newest = sorted(rows, key=lambda row: text_of(row.get("date")), reverse=True)
        said = list(_sentences(newest, indicator, years))
        if not said:
            return None
        country = object_of(newest[0].get("country"))
        name, label = _line(country.get("value")), _line(object_of(newest[0].get("indicator")).get("value"))
        return Document(
            source=self.name,
            title=f"{name}: {label or indicator.code}",
            url=f"https://data.worldbank.org/indicator/{indicator.code}?locations={text_of(country.get('id'))}",
            text="\n".join(said),
            retrieved=iso_now(),
            published=updated if re.fullmatch(r"\d{4}-\d\d-\d\d", updated) else None,
            language="en",
            licence=self.policy.licence,
            attribution=f"The World Bank, World Development Indicators, {indicator.code}",
            details=details_of(indicator=indicator.code, rendering="one sentence for each value"),
        )


def _sentences(newest: Sequence[Json], indicator: Indicator, years: Collection[str]) -> Iterator[str]:
    """The newest value, and those of the years, as sentences."""
    for at, row in enumerate(newest):
        value, year = _value(row), text_of(row.get("date"))
        if value is not None and (at == 0 or year in years):
            yield sentence(indicator, _line(object_of(row.get("country")).get("value")), value, year)


def _value(row: Json) -> float | None:
    """Value of a row with a year; None where the World Bank has none, or something that is no number."""
    value = number_of(row.get("value"))
    is_dated = YEAR.fullmatch(text_of(row.get("date"))) is not None
    return value if is_dated and value is not None and abs(value) < 1e18 else None


def _line(value: Any) -> str:
    return " ".join(text_of(value).split())


def _rows(body: Any) -> tuple[Json, list[Json]]:
    """What a body says of itself, and its rows. Raises `SourceError` for an error with status 200."""
    about, rows = (*body, None)[:2] if isinstance(body, list) and body else (None, None)
    told = [text_of(message.get("value")) for message in objects_of(object_of(about).get("message"))]
    if told:
        raise SourceError(
            source_failures.REFUSED_QUERY(reason=told[0] or source_failures.NO_EXPLANATION()),
            hint=source_failures.OTHER_FIGURE(),
        )
    if not isinstance(about, dict) or "total" not in about or not (rows is None or isinstance(rows, list)):
        raise BodyError(source_failures.WITHOUT_LIST(what="values"), hint=source_failures.API_CHANGED())
    if rows and not any("country" in row or "iso2Code" in row for row in objects_of(rows)):
        raise BodyError(source_failures.LIST_OF_OTHERS(what="values"), hint=source_failures.API_CHANGED())
    return about, objects_of(rows)
