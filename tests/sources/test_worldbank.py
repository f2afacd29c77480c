"""World Bank: country and figure found in the question, the newest value or that of a year, in a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.open_services import COUNTRIES, POPULATION, SERVICES, VALUES, ask, replies
from research_agent.errors import OutOfScopeError
from research_agent.sources import SourceSettings
from research_agent.sources.worldbank import WorldBank
from research_agent.sources.worldbank.countries import named_countries
from research_agent.sources.worldbank.indicators import INDICATORS, asked_indicators, sentence
from research_agent.stages.cite import cite
from research_agent.types import Evidence, Passage

pytestmark = pytest.mark.anyio

SOURCE = WorldBank(SourceSettings())
SERVICE = SERVICES["worldbank"]


async def test_the_newest_value_is_a_sentence_with_its_year() -> None:
    found, _, requests = await ask(SERVICE, replies(SERVICE))
    (document,) = found.documents
    assert document.text == "The population of Kenya was 56,432,944 in 2024."
    assert document.title == "Kenya: Population, total"
    assert document.url == "https://data.worldbank.org/indicator/SP.POP.TOTL?locations=KE"
    assert (document.published, document.licence) == ("2026-07-01", "CC BY 4.0")
    assert [request.path for request in requests] == ["/v2/country", "/v2/country/KEN/indicator/SP.POP.TOTL"]
    assert requests[1].query["mrv"] == "10"


async def test_the_value_of_a_year_that_is_asked_for_is_said_beside_the_newest() -> None:
    found, _, requests = await ask(SERVICE, replies(SERVICE), question="What was the population of Kenya in 2023?")
    assert found.documents[0].text.split("\n") == [
        "The population of Kenya was 56,432,944 in 2024.",
        "The population of Kenya was 55,339,003 in 2023.",
    ]
    assert requests[1].query["mrv"] == "70"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who is Ada Lovelace?", 0),
        ("Who is the president of Kenya?", 0),
        ("What is the population of Springfield?", 1),
    ],
)
async def test_without_a_country_and_a_figure_it_is_not_asked(question: str, asked: int) -> None:
    _, error, requests = await ask(SERVICE, replies(SERVICE), question=question)
    assert isinstance(error, OutOfScopeError)
    assert len(requests) == asked


async def test_a_topic_of_the_model_asks_nothing_again() -> None:
    _, error, requests = await ask(SERVICE, replies(SERVICE), origin="model")
    assert isinstance(error, OutOfScopeError)
    assert requests == []


async def test_one_figure_that_fails_leaves_the_other() -> None:
    more: Any = {"NY.GDP.MKTP.CD": (500, b"down", "text/plain"), **replies(SERVICE)}
    found, error, _ = await ask(SERVICE, more, question="What are GDP and population of Kenya?")
    assert error is None
    assert [document.details["indicator"] for document in found.documents] == ["SP.POP.TOTL"]
    assert len(found.problems) == 1


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        ("population of Kenya", ["KEN"]),
        ("population of south korea", ["KOR"]),
        ("What is the GDP of North Korea?", ["PRK"]),
        ("Papua New Guinea's population", ["PNG"]),
        ("Is Guinea larger than Papua New Guinea?", ["GIN", "PNG"]),
        ("inflation in Egypt and in the US", ["EGY", "USA"]),
        ("Wie hoch ist die Inflation in der USA?", ["USA"]),
        ("GDP of Côte d'Ivoire", ["CIV"]),
        ("life expectancy in Ivory Coast", ["CIV"]),
        ("How many people live in the world?", ["WLD"]),
        ("population of KEN", ["KEN"]),
        ("WHAT IS THE POPULATION OF KENYA", ["KEN"]),
        ("Tell us of the population of Keny", []),
    ],
)
def test_countries_are_found_by_name_and_code(question: str, codes: list[str]) -> None:
    assert [country.code for country in named_countries(question, SOURCE.read_countries(COUNTRIES))] == codes


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        ("What is the population of Kenya?", ["SP.POP.TOTL"]),
        ("How many people live in Kenya?", ["SP.POP.TOTL"]),
        ("population density of Kenya", ["EN.POP.DNST"]),
        ("GDP per capita of Kenya", ["NY.GDP.PCAP.CD"]),
        ("GDP and GDP per head of Kenya", ["NY.GDP.PCAP.CD", "NY.GDP.MKTP.CD"]),
        ("How fast does Kenya's economy grow?", ["NY.GDP.MKTP.KD.ZG"]),
        ("life expectancy in Kenya", ["SP.DYN.LE00.IN"]),
        ("How big is Kenya?", ["AG.SRF.TOTL.K2"]),
        ("inflation in Kenya", ["FP.CPI.TOTL.ZG"]),
        ("How many are unemployed in Kenya?", ["SL.UEM.TOTL.ZS"]),
        ("literacy rate of Kenya", ["SE.ADT.LITR.ZS"]),
        ("CO2 emissions per capita of Kenya", ["EN.GHG.CO2.PC.CE.AR5"]),
        ("carbon emissions of Kenya", ["EN.GHG.CO2.MT.CE.AR5"]),
        ("Who is the president of Kenya?", []),
        ("When did Kenya become independent?", []),
    ],
)
def test_figures_are_found_by_their_words(question: str, codes: list[str]) -> None:
    assert [indicator.code for indicator in asked_indicators(question)] == codes


def test_figures_are_in_full_with_their_unit() -> None:
    by_code = {indicator.code: indicator for indicator in INDICATORS}
    assert len(by_code) == len(INDICATORS)
    assert [
        sentence(by_code["NY.GDP.MKTP.CD"], "Kenya", 120339881934.4, "2024"),
        sentence(by_code["FP.CPI.TOTL.ZG"], "Kenya", -0.0449, "2024"),
        sentence(by_code["EN.GHG.CO2.MT.CE.AR5"], "Kenya", 22.2415, "2023"),
        sentence(by_code["SI.POV.GINI"], "Kenya", 38.7, "2021"),
    ] == [
        "The GDP (gross domestic product) of Kenya was 120,339,881,934 US dollars at current prices in 2024.",
        "The inflation of consumer prices in Kenya was -0.04 percent in 2024.",
        "The CO2 emissions of Kenya were 22,241,500 tonnes in 2023.",
        "The Gini index of Kenya was 38.7 in 2021.",
    ]


async def test_its_sentence_supports_what_says_the_same_and_no_other_year() -> None:
    (document,) = SOURCE.read_values(VALUES, POPULATION)
    evidence = (Evidence("e1", Passage(document, 0, len(document.text)), 1.0),)
    assert (await cite("The population of Kenya was 56,432,944 in 2024.", evidence)).citations
    assert not (await cite("The population of Kenya was 56,432,944 in 2019.", evidence)).citations
    assert not (await cite("The population of Kenya was 65,432,944 in 2024.", evidence)).citations
