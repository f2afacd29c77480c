"""Wikidata: statements become lines, each made of labels; what cannot be said whole is not said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from helpers.source_server import ODD, Answer, Asked, as_json, asked, changed, places
from research_agent.errors import BodyError, SourceError
from research_agent.sources import Source, SourceSettings
from research_agent.sources.wikidata import Wikidata
from research_agent.sources.wikidata.names import is_of_the_past, names_in, years_in
from research_agent.sources.wikidata.statements import mentioned
from research_agent.stages.cite import cite
from research_agent.types import Document, Evidence, Passage

pytestmark = pytest.mark.anyio


def item(key: str, **more: Any) -> dict[str, Any]:
    value = {"type": "wikibase-entityid", "value": {"entity-type": "item", "id": key}}
    return {"snaktype": "value", "property": "P1", "datatype": "wikibase-item", "datavalue": value, **more}


def time(when: str, precision: int, model: str = "Q1985727") -> dict[str, Any]:
    value = {"time": when, "precision": precision, "calendarmodel": f"http://www.wikidata.org/entity/{model}"}
    return {"snaktype": "value", "datatype": "time", "datavalue": {"type": "time", "value": value}}


def quantity(amount: Any, unit: str = "1") -> dict[str, Any]:
    value = {"amount": amount, "unit": unit}
    return {"snaktype": "value", "datatype": "quantity", "datavalue": {"type": "quantity", "value": value}}


def text(value: Any, datatype: str = "string") -> dict[str, Any]:
    return {"snaktype": "value", "datatype": datatype, "datavalue": {"type": "string", "value": value}}


def claim(snak: dict[str, Any], rank: str = "normal", **qualifiers: Any) -> dict[str, Any]:
    return {"mainsnak": snak, "rank": rank, "type": "statement", "qualifiers": qualifiers}


def entity(**claims: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "Q42",
        "type": "item",
        "lastrevid": 7,
        "modified": "2026-10-01T00:00:00Z",
        "labels": {"en": {"language": "en", "value": "Douglas Adams"}},
        "descriptions": {"en": {"language": "en", "value": "English writer"}},
        "claims": claims,
    }


# Of a country and an office, not recorded: the shape is that of the recorded items.
COUNTRY = {
    "id": "Q142", "type": "item", "lastrevid": 8,
    "labels": {"en": {"value": "France"}, "de": {"value": "Frankreich"}},
    "descriptions": {"en": {"value": "country in Western Europe"}},
    "claims": {
        "P1082": [
            claim(quantity("+66628000"), P585=[time("+2016-01-01T00:00:00Z", 9)]),
            claim(quantity("+68605616"), P585=[time("+2025-01-01T00:00:00Z", 11)]),
            claim(quantity("+40000000"), P585=[time("+1940-01-01T00:00:00Z", 9)]),
        ],
        "P36": [claim(item("Q90"))],
        "P35": [
            claim(item("Q157"), P580=[time("+2012-05-15T00:00:00Z", 11)], P582=[time("+2017-05-14T00:00:00Z", 11)]),
            claim(item("Q3052772"), "preferred", P580=[time("+2017-05-14T00:00:00Z", 11)]),
        ],
        "P1906": [claim(item("Q191954"))],
        "P463": [claim(item("Q458"), P580=[time("+1993-11-01T00:00:00Z", 11)])],
        "P47": [claim(item("Q183"))],
        "P2046": [claim(quantity("+643801", "http://www.wikidata.org/entity/Q712226"))],
    },
}  # fmt: skip
OFFICE = {
    "id": "Q191954", "type": "item", "labels": {"en": {"value": "President of France"}},
    "claims": {
        "P1308": [
            claim(item("Q157"), P580=[time("+2012-05-15T00:00:00Z", 11)], P582=[time("+2017-05-14T00:00:00Z", 11)]),
            claim(item("Q3052772"), P580=[time("+2017-05-14T00:00:00Z", 11)]),
        ],
    },
}  # fmt: skip
NAMED = {
    "P1082": "population", "P36": "capital", "P35": "head of state", "P1906": "office held by head of state",
    "P463": "member of", "P47": "shares border with", "P2046": "area", "P1308": "officeholder", "P39": "position held",
    "Q90": "Paris", "Q157": "François Hollande", "Q3052772": "Emmanuel Macron", "Q191954": "President of France",
    "Q458": "European Union", "Q183": "Germany", "Q712226": "square kilometre",
}  # fmt: skip
LABELS = {
    "P569": "date of birth", "P106": "occupation", "P26": "spouse", "P580": "start time", "P582": "end time",
    "P1082": "population", "P2048": "height", "P625": "coordinate location", "Q36180": "writer", "Q9": "comedian",
    "Q11573": "metre", "P1": "identifier",
}  # fmt: skip
WHOLE = entity(
    P569=[claim(time("+1952-03-11T00:00:00Z", 11))],
    P106=[claim(item("Q36180")), claim(item("Q9"), "deprecated")],
    P26=[claim(item("Q9"), P580=[time("+1991-00-00T00:00:00Z", 9)], P582=[time("+2001-00-00T00:00:00Z", 9)])],
    P2048=[claim(quantity("+1.96", "http://www.wikidata.org/entity/Q11573"))],
    P1=[claim(text("nm0010930", "external-id"))],
)


def lines(found: Document | None) -> list[str]:
    assert found is not None
    return found.text.split("\n")


def said(**claims: Any) -> list[str]:
    """What is rendered of an entity, its description left out."""
    document = Wikidata(SourceSettings()).read_entity(entity(**claims), LABELS)
    return [line.removesuffix(".") for line in lines(document)[1:]]


def labelled(request: web.Request) -> web.Response:
    names = {key: {"id": key, "labels": {"en": {"value": LABELS[key]}}} for key in request.query["ids"].split("|")}
    return web.json_response({"entities": names, "success": 1})


def answering(
    names: Any = None, matches: Any = None, entities: Any = None, labels: Answer = labelled
) -> dict[str, Answer]:
    """A Wikibase that answers by the action and the properties asked for."""
    names = {"search": [{"id": "Q42", "label": "Douglas Adams"}], "success": 1} if names is None else names

    def answer(request: web.Request) -> web.StreamResponse:
        action = request.query["action"]
        if action == "wbsearchentities":
            return web.json_response(names)
        if action == "query":
            return web.json_response({"query": {"search": []}} if matches is None else matches)
        if request.query["props"] == "labels":
            found = labels(request)
            assert isinstance(found, web.StreamResponse)
            return found
        return web.json_response({"entities": {"Q42": WHOLE}} if entities is None else entities)

    return {"/w/api.php": answer}


async def ask(routes: dict[str, Answer] | None = None, topic: str = "Douglas Adams", **more: Any) -> Asked:
    return await asked(Wikidata, answering() if routes is None else routes, topic, **more)


def test_it_is_a_source() -> None:
    assert isinstance(Wikidata(SourceSettings()), Source)


async def test_an_item_is_a_document_of_one_line_for_each_statement() -> None:
    seen = await ask()
    (document,) = seen.found.documents
    assert lines(document) == [
        "Douglas Adams: English writer.",
        "Douglas Adams was born on 11 March 1952.",
        "The spouse of Douglas Adams was comedian, from 1991 until 2001.",
        "The occupation of Douglas Adams is writer.",
        "The height of Douglas Adams is 1.96 metre.",
    ]
    assert (document.title, document.revision, document.licence) == ("Douglas Adams", "7", "CC0 1.0")
    assert document.details["wikidata"] == "Q42"
    assert "made of Wikidata's labels" in str(document.details["rendering"])


async def test_three_requests_and_no_label_is_asked_for_that_is_not_needed() -> None:
    seen = await ask(lang="de")
    names, entities, labels = (dict(target.query) for target in seen.targets)
    assert (names["search"], names["language"], names["type"]) == ("Douglas Adams", "de", "item")
    assert (entities["ids"], entities["languages"]) == ("Q42", "de|en|mul")
    assert set(labels["ids"].split("|")) == {"P569", "P106", "P26", "P2048", "Q36180", "Q9", "Q11573"}


async def test_a_topic_that_names_nothing_is_searched_by_its_words() -> None:
    matches = {"query": {"search": [{"title": "Q42", "ns": 0}, {"title": "Property:P1"}]}}
    seen = await ask(answering({"search": []}, matches), "Adams born where")
    assert [target.query["action"] for target in seen.targets[:3]] == ["wbsearchentities", "wbsearchentities", "query"]
    assert len(seen.found.documents) == 1


async def test_nothing_named_and_nothing_matched_is_an_empty_result() -> None:
    seen = await ask(answering({"search": []}))
    assert (seen.found.documents, seen.error) == ([], None)


async def test_a_disambiguation_page_is_no_thing() -> None:
    page = {**entity(P31=[claim(item("Q4167410"))]), "id": "Q5"}
    seen = await ask(answering(entities={"entities": {"Q5": page, "Q42": WHOLE}}))
    assert [document.details["wikidata"] for document in seen.found.documents] == ["Q42"]


# What a line says


@pytest.mark.parametrize(
    ("when", "precision", "expected"),
    [
        ("+1952-03-11T00:00:00Z", 11, "on 11 March 1952"),
        ("+1952-03-00T00:00:00Z", 10, "in March 1952"),
        ("+1952-00-00T00:00:00Z", 9, "in 1952"),
        ("+1952-00-00T00:00:00Z", 8, "in the 1950s"),
        ("+1952-00-00T00:00:00Z", 7, "in the 20th century"),
        ("+2000-00-00T00:00:00Z", 7, "in the 20th century"),
        ("+2001-00-00T00:00:00Z", 7, "in the 21st century"),
        ("-0044-03-15T00:00:00Z", 11, "on 15 March 44 BC"),
        ("-13798000000-00-00T00:00:00Z", 3, None),
        ("+1952-00-00T00:00:00Z", 11, None),
        ("+1952-13-01T00:00:00Z", 11, None),
        ("+0000-01-01T00:00:00Z", 11, None),
        ("tomorrow", 11, None),
    ],
)
def test_a_date_is_said_to_the_precision_it_has(when: str, precision: int, expected: str | None) -> None:
    assert said(P569=[claim(time(when, precision))]) == ([f"Douglas Adams was born {expected}"] if expected else [])


def test_a_julian_date_says_so() -> None:
    assert said(P569=[claim(time("+1643-01-04T00:00:00Z", 11, "Q1985786"))]) == [
        "Douglas Adams was born on 4 January 1643 (Julian calendar)"
    ]


@pytest.mark.parametrize(
    ("snak", "expected"),
    [
        (quantity("+83149300"), "83,149,300"),
        (quantity("-12.50"), "-12.50"),
        (quantity("+3", "http://www.wikidata.org/entity/Q11573"), "3 metre"),
        (quantity("+3", "http://www.wikidata.org/entity/Q999"), None),
        (quantity("a lot"), None),
        (text(" two\n words "), "two words"),
        (text("x.jpg", "commonsMedia"), None),
        ({"snaktype": "novalue", "datatype": "time"}, None),
        ({"snaktype": "somevalue", "datatype": "time"}, None),
        (item("Q404"), None),
    ],
)
def test_a_value_is_said_whole_or_not_at_all(snak: dict[str, Any], expected: str | None) -> None:
    assert said(P1082=[claim(snak)]) == ([f"The population of Douglas Adams is {expected}"] if expected else [])


def test_a_place_is_in_degrees() -> None:
    value = {"latitude": 52.516666666667, "longitude": -13.383333333333}
    snak = {"snaktype": "value", "datatype": "globe-coordinate"}
    snak["datavalue"] = {"type": "globecoordinate", "value": value}  # type: ignore[assignment]
    assert said(P625=[claim(snak)]) == ["The coordinate location of Douglas Adams is 52.5167° N, 13.3833° W"]


def test_what_is_held_for_wrong_is_not_said_and_the_preferred_alone_is() -> None:
    old, new, wrong = claim(quantity("+1")), claim(quantity("+2"), "preferred"), claim(quantity("+3"), "deprecated")
    assert said(P1082=[old, new, wrong]) == ["The population of Douglas Adams is 2"]
    assert said(P1082=[old, wrong]) == ["The population of Douglas Adams is 1"]


def test_a_statement_whose_limits_cannot_be_said_is_left_out() -> None:
    """The broken twin says that somebody is married who no longer is."""
    until = {"snaktype": "somevalue", "datatype": "time"}
    assert said(P26=[claim(item("Q9"), P582=[until])]) == []
    assert said(P26=[claim(item("Q9"), P404=[time("+2001-00-00T00:00:00Z", 9)])]) == []
    assert said(P26=[claim(item("Q9"), P1=[text("x", "external-id")])]) == ["The spouse of Douglas Adams is comedian"]


def test_a_country_is_said_in_sentences_with_their_time() -> None:
    document = Wikidata(SourceSettings()).read_entity(COUNTRY, NAMED)
    assert lines(document) == [
        "France: country in Western Europe.",
        "The head of state of France (President of France) is Emmanuel Macron, since 14 May 2017.",
        "The office held by head of state of France is President of France.",
        "The capital of France is Paris.",
        "The population of France was 68,605,616 on 1 January 2025.",
        "The area of France is 643,801 square kilometre.",
        "France is member of European Union, since 1 November 1993.",
        "France shares border with Germany.",
    ]


def test_an_office_names_its_holder_first_and_those_before_as_gone() -> None:
    """Those before are said when the question is of the past or of their year; the broken twin always says them."""
    source = Wikidata(SourceSettings())
    now = "Emmanuel Macron has been President of France since 14 May 2017."
    before = "François Hollande was President of France, from 15 May 2012 until 14 May 2017."
    assert lines(source.read_entity(OFFICE, NAMED)) == [now]
    assert lines(source.read_entity(OFFICE, NAMED, past=is_of_the_past("Who was president before?"))) == [now, before]
    assert lines(source.read_entity(OFFICE, NAMED, years_in("in 2013"))) == [
        now, before, f"In 2013, {before}"
    ]  # fmt: skip
    assert lines(source.read_entity(OFFICE, NAMED, years_in("in 2020"))) == [
        now, "In 2020, Emmanuel Macron was President of France, from 14 May 2017."
    ]  # fmt: skip
    assert lines(source.read_entity(OFFICE, NAMED, years_in("in 1990"))) == [now]
    assert not is_of_the_past("Who is the president of France now?")


def test_of_a_year_that_is_asked_for_what_was_so_then_is_said_too() -> None:
    document = Wikidata(SourceSettings()).read_entity(COUNTRY, NAMED, years_in("France in 2016?"))
    found = lines(document)
    assert "The head of state of France was François Hollande, from 15 May 2012 until 14 May 2017." in found
    assert [line for line in found if "population" in line] == [
        "The population of France was 68,605,616 on 1 January 2025.",
        "The population of France was 66,628,000 in 2016.",
    ]


def test_a_term_that_ends_in_the_future_is_not_over() -> None:
    until: Any = {"P580": [time("+2020-00-00T00:00:00Z", 9)], "P582": [time("+9998-00-00T00:00:00Z", 9)]}
    document = Wikidata(SourceSettings()).read_entity(
        {**COUNTRY, "claims": {"P36": [claim(item("Q90"), **until)]}}, NAMED
    )
    assert lines(document)[1:] == ["The capital of France is Paris, from 2020 until 9998."]


def test_of_what_is_gone_everything_was() -> None:
    claims = {"P576": [claim(time("+1991-12-26T00:00:00Z", 11))], "P36": [claim(item("Q90"))]}
    document = Wikidata(SourceSettings()).read_entity({**COUNTRY, "claims": claims}, NAMED)
    assert lines(document)[1:] == ["The capital of France was Paris."]


def test_another_language_has_labels_and_values() -> None:
    document = Wikidata(SourceSettings(lang="de")).read_entity({**COUNTRY, "descriptions": {}}, NAMED)
    assert lines(document)[0] == "Frankreich: head of state: Emmanuel Macron (14 May 2017 –)."


async def test_the_office_and_the_country_are_looked_up_together() -> None:
    ids = {"president of France": "Q191954", "France": "Q142"}
    routes = answering(entities={"entities": {"Q191954": OFFICE, "Q142": COUNTRY}})
    whole = routes["/w/api.php"]

    def answer(request: web.Request) -> Any:
        if request.query["action"] == "wbsearchentities":
            return web.json_response({"search": [{"id": ids[request.query["search"]]}]})
        if request.query.get("props") == "labels":
            names = {
                key: {"id": key, "labels": {"en": {"value": NAMED[key]}}} for key in request.query["ids"].split("|")
            }
            return web.json_response({"entities": names})
        return whole(request)

    seen = await ask({"/w/api.php": answer}, "president of France", question="Who is the president of France?")
    assert [document.title for document in seen.found.documents] == ["President of France", "France"]
    assert len(seen.targets) == 4
    assert "is Emmanuel Macron, since 14 May 2017." in seen.texts[1]


@pytest.mark.parametrize(
    ("topic", "names"),
    [
        ("president of France", ["president of France", "France"]),
        ("president of france now", ["president of france", "france"]),
        ("France's president", ["president of France", "France"]),
        ("Marie Curie born", ["Marie Curie born", "Marie Curie"]),
        ("population of Vatican City in 2023", ["population of Vatican City", "Vatican City"]),
        ("wrote the great gatsby", ["wrote the great gatsby", "the great gatsby"]),
        ("日本 首都", ["日本 首都", "首都"]),
        ("attention", ["attention"]),
        ("", []),
    ],
)
def test_names_are_told_by_form(topic: str, names: list[str]) -> None:
    assert names_in(topic) == names


async def test_each_line_is_a_sentence_that_can_be_cited_beside_others() -> None:
    """The broken twin ends no line: joined, its lines are one sentence that no line says."""
    document = Wikidata(SourceSettings()).read_entity(WHOLE, LABELS)
    assert document is not None
    evidence = (Evidence("e1", Passage(document, 0, len(document.text)), 1.0),)
    checked = await cite(" ".join(lines(document)[1:3]), evidence)
    assert [citation.quote for citation in checked.citations] == lines(document)[1:3]
    naive = await cite(" ".join(line.rstrip(".") for line in lines(document)[1:3]), evidence)
    assert len(naive.citations) < 2


def test_the_same_entity_gives_the_same_text() -> None:
    source = Wikidata(SourceSettings())
    one, other = source.read_entity(WHOLE, LABELS), source.read_entity(json.loads(json.dumps(WHOLE)), dict(LABELS))
    assert one is not None
    assert other is not None
    assert one.id == other.id


# Failures


@pytest.mark.parametrize(
    "body",
    [
        *(None, [], 3, {}, {"search": None}, {"batchcomplete": True}, {"error": "x"}),
        {"search": [{"x": 1}], "query": {"search": [None]}, "entities": {}},
    ],
)
async def test_what_is_no_answer_is_a_failure_not_an_empty_result(body: Any) -> None:
    routes = answering(names=[] if body is None else body, entities=body if body is not None else [])
    assert isinstance((await ask(routes)).error, BodyError)
    assert isinstance((await ask(answering(entities=[] if body is None else body))).error, BodyError)
    assert isinstance((await ask(answering({"search": []}, [] if body is None else body))).error, BodyError)


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"code": "ratelimited", "info": "Too fast."}},
        {"errors": [{"code": "ratelimited", "text": "Too fast."}]},
    ],
)
async def test_an_error_that_comes_with_http_200_is_a_failure(body: Any) -> None:
    seen = await ask(answering(body))
    assert seen.error is not None
    assert seen.error.message == "refused the query: Too fast. (ratelimited)"
    seen = await ask(answering(labels=as_json(body)))
    assert seen.error is not None


# What the real server once sent


async def test_every_recorded_answer_is_read(recorded: Path) -> None:
    folder = recorded / "wikidata"
    read = {path.name: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("w*.json"))}
    outcomes = {name: await ask(answering(entities=body, labels=as_json(body))) for name, body in read.items()}
    assert outcomes["wbgetentities_missing.json"].found.documents == []
    error = outcomes["wikidata_entity_label_invalid_entity.json"].error
    assert error is not None
    assert "no-such-entity" in error.message
    for name, body in read.items():
        described = [one for one in body.get("entities", {}).values() if one.get("descriptions")]
        assert len(outcomes[name].found.documents) == min(len(described), 2), name
        assert outcomes[name].error is None or "errors" in body


def test_the_recorded_writer_is_rendered_with_the_recorded_labels(recorded: Path) -> None:
    source = Wikidata(SourceSettings())
    (adams,) = source.read_entities(json.loads((recorded / "wikidata/wbgetentities_full.json").read_text("utf-8")))
    batch = json.loads((recorded / "wikidata/wbgetentities_labels_batch.json").read_text("utf-8"))
    labels = source.read_labels(batch)
    labels |= {"P569": "date of birth", "P26": "spouse", "P580": "start time", "Q145": "United Kingdom"}
    found = lines(source.read_entity(adams, labels))
    assert "Douglas Adams was born on 11 March 1952." in found
    assert not any("novalue" in line or "Q" in line.split(": ")[-1][:1] for line in found)


@given(st.sampled_from(places(WHOLE)), st.sampled_from(ODD))
def test_no_odd_shape_is_more_than_a_source_error(place: Any, value: Any) -> None:
    source = Wikidata(SourceSettings())
    try:
        entities = source.read_entities({"entities": {"Q42": changed(WHOLE, place, value)}})
        documents = [source.read_entity(one, LABELS) for one in entities if list(mentioned(one)) or one]
    except SourceError:
        return
    assert all(document is None or document.id for document in documents)
