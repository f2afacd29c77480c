"""Nominatim: a place's fields in sentences that can be cited; what is asked, and how often."""

from __future__ import annotations

import time
from typing import Any

import pytest

from helpers.open_services import PLACES, SERVICES, ask, replies
from research_agent.errors import OutOfScopeError
from research_agent.sources import SourceSettings, limits_of
from research_agent.sources.nominatim import Nominatim, place_in

pytestmark = pytest.mark.anyio

SERVICE = SERVICES["nominatim"]


def said(**changed: Any) -> list[str]:
    (document,) = Nominatim(SourceSettings()).read_places([{**PLACES[0], **changed}])
    return document.text.split("\n")


async def test_a_place_is_its_fields_in_sentences() -> None:
    found, _, requests = await ask(SERVICE, replies(SERVICE), lang="fr")
    (place,) = found.documents
    assert place.text.split("\n") == [
        "Musée du Louvre is located in Paris, Île-de-France, France.",
        "Musée du Louvre is a museum in Paris, Île-de-France, France.",
        "The address of Musée du Louvre is Rue Saint-Honoré, Paris, Île-de-France, 75001, France.",
        "The coordinates of Musée du Louvre are 48.86115° N, 2.33803° W.",
        "The elevation of Musée du Louvre is 35 metres above sea level.",
        "The start date that is noted for Musée du Louvre is 1793.",
        "The website of Musée du Louvre is https://louvre.fr.",
    ]
    assert place.url == "https://www.openstreetmap.org/way/7515426"
    assert (place.licence, place.attribution) == ("ODbL 1.0", "© OpenStreetMap contributors")
    (request,) = requests
    assert {"q": "Louvre", "format": "jsonv2", "limit": "3", "accept-language": "fr"}.items() <= request.query.items()
    assert "research-agent" in request.headers["User-Agent"]


@pytest.mark.parametrize(
    ("tags", "line"),
    [
        ({"population": "2165423"}, "The population of Musée du Louvre is 2,165,423, as OpenStreetMap notes it."),
        ({"population": "2,165,423"}, "The population of Musée du Louvre is 2,165,423, as OpenStreetMap notes it."),
        ({"height": "330 m"}, "The height of Musée du Louvre is 330 metres."),
        ({"ele": "-3.5"}, "The elevation of Musée du Louvre is -3.5 metres above sea level."),
    ],
)
def test_a_figure_is_in_full(tags: dict[str, str], line: str) -> None:
    assert said(extratags=tags)[-1] == line


@pytest.mark.parametrize("tags", [None, {}, {"ele": "high"}, {"height": "300 ft"}, {"population": ["1"]}])
def test_a_figure_that_is_none_is_not_said(tags: Any) -> None:
    assert said(extratags=tags)[-1].startswith("The coordinates")


def test_what_is_of_no_known_kind_is_of_none() -> None:
    place = said(type="administrative", addresstype="", category="")
    assert place[:2] == [
        "Musée du Louvre is located in Paris, Île-de-France, France.",
        "The address of Musée du Louvre is Rue Saint-Honoré, Paris, Île-de-France, 75001, France.",
    ]
    assert said(type="island", addresstype="")[1].startswith("Musée du Louvre is an island in")


async def test_it_is_asked_once_a_question_a_second_apart() -> None:
    _, error, requests = await ask(SERVICE, replies(SERVICE), origin="model")
    assert isinstance(error, OutOfScopeError)
    assert requests == []
    limits = limits_of(Nominatim(SourceSettings()))
    assert (limits.at_once, limits.spacing) == (1, 1.0)


@pytest.mark.parametrize(
    ("topic", "place"),
    [
        ("coordinates of Mount Kenya", "Mount Kenya"),
        ("country is Timbuktu", "Timbuktu"),
        ("address of the British Museum", "British Museum"),
        ("vatican city", "vatican city"),
        ("Mexico City located", "Mexico City"),
        ("find the Isle of Man", "Isle of Man"),
        ("Timbuktu liegt", "Timbuktu"),
        ("in", "in"),
    ],
)
def test_the_name_of_a_place_is_what_is_left_of_the_question(topic: str, place: str) -> None:
    assert place_in(topic) == place


def test_a_topic_of_frames_only_takes_no_time() -> None:
    began = time.process_time()
    place_in(f"{' located in' * 700}x")
    assert time.process_time() - began < 0.5  # seconds; ten times as long when all of it was looked at
