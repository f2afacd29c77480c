"""Nominatim source: where a place of OpenStreetMap is, what it is, and what is noted of it, in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from research_agent.errors import BodyError, OutOfScopeError, SourceError
from research_agent.http.rate_limits import Limits
from research_agent.messages import source_failures
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, HttpSource, Tools
from research_agent.text.json_fields import Json, details_of, int_of, object_of, objects_of, text_of
from research_agent.text.timestamps import iso_now
from research_agent.text.tokens import content_words
from research_agent.types import Document, Topic

__all__ = ["Nominatim"]

MAX_QUERY = 200  # characters
PLACES = 3
# What frames the name of a place in a question: "address of the ...", "country is ...", "... located".
BEFORE = re.compile(
    r"^(?:where|(?:in )?(?:which|what)(?=\s)|[^\W\d_]+\s(?:is|are|was|lies|does|do)(?=\s)|find(?=\s)|the(?=\s)"
    r"|(?:address|coordinates?|latitude|longitude|position|location|elevation|height|map)s?\sof(?=\s)|\s)+",
    re.IGNORECASE,
)
BEHIND = re.compile(r"(?:\s(?:is|located|situated|lies?|found|begins?|ends?|in|on|liegt))+$", re.IGNORECASE)
NUMBER = re.compile(r"-?\d{1,3}(?:\.\d{1,15})?")
KIND = re.compile(r"[a-z][a-z_ ]{1,40}")
OSM_TYPES = frozenset({"node", "way", "relation"})
NO_KIND = frozenset({"yes", "unclassified", "administrative", "political"})
# Tags that say something of a place, and how.
TAGS: Mapping[str, str] = {
    "population": "The population of {name} is {value}, as OpenStreetMap notes it",
    "ele": "The elevation of {name} is {value} metres above sea level",
    "height": "The height of {name} is {value} metres",
    "start_date": "The start date that is noted for {name} is {value}",
    "architect": "The architect of {name} is {value}",
    "opening_hours": "The opening hours of {name} are noted as: {value}",
    "website": "The website of {name} is {value}",
    "phone": "The telephone number of {name} is {value}",
}
FIGURES = frozenset({"population", "ele", "height"})
PARTS = ("house_number", "road", "suburb", "village", "town", "city", "county", "state", "postcode", "country")
WITHIN = ("suburb", "village", "town", "city", "county", "state", "country")


class Nominatim(HttpSource):
    """Source that makes one request a question. The public server allows one in a second, of people's own questions."""

    name = "nominatim"
    title = "OpenStreetMap"
    address = "https://nominatim.openstreetmap.org"
    policy = SourcePolicy(
        limits=Limits(at_once=1, spacing=1.0),
        contact=True,
        licence="ODbL 1.0",
        attribution="© OpenStreetMap contributors, link to the place",
        terms="https://operations.osmfoundation.org/policies/nominatim/",
        requests=1,
        kinds=frozenset({"places"}),
        description="Where a place, street or building is: its address, coordinates and country.",
        examples=(
            "Where is the Louvre?",
            "What are the coordinates of Mount Kenya?",
            "In which country is Timbuktu?",
            "What is the address of the British Museum?",
            "Which city is the Alhambra in?",
        ),
        fresh=30 * 86_400.0,
    )

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Search the places. Raises `OutOfScopeError` for a topic of the model's: it may be asked once a second."""
        if topic.origin == "model":
            raise OutOfScopeError(source_failures.ONCE_A_QUESTION(), hint=source_failures.NOMINATIM_LIMIT())
        query = place_in(topic.text)
        if not content_words(query):
            return Found([])
        body = await tools.client.get_json(
            f"{self.base}/search",
            params={
                "q": query, "format": "jsonv2", "addressdetails": 1, "extratags": 1, "limit": min(limit, PLACES),
                "accept-language": self.settings.lang or topic.lang,
            },
        )  # fmt: skip
        return Found(self.read_places(body))

    def read_places(self, body: Any) -> list[Document]:
        """Places in a body of `/search`, best first. Raises `SourceError` for an error in it."""
        if error := object_of(body).get("error"):
            told = text_of(object_of(error).get("message")) or text_of(error) or source_failures.NO_EXPLANATION()
            raise SourceError(source_failures.REFUSED_QUERY(reason=told), hint=source_failures.OTHER_PLACE())
        if not isinstance(body, list) or (body and not any("osm_id" in one for one in objects_of(body))):
            raise BodyError(
                source_failures.WITHOUT_LIST(what="places"),
                hint=source_failures.IS_IT(url=self.base, what="Nominatim server"),
            )
        return [document for one in objects_of(body) if (document := self._document(one))]

    def _document(self, place: Json) -> Document | None:
        whole, kind, number = (
            _line(place.get("display_name")),
            text_of(place.get("osm_type")),
            int_of(place.get("osm_id")),
        )
        name = _line(place.get("name")) or whole.partition(",")[0].strip()
        if not name or kind not in OSM_TYPES or number is None or not 0 < number < 10**15:
            return None
        said = list(_sentences(place, name))
        if not said:
            return None
        return Document(
            source=self.name,
            title=whole or name,
            url=f"https://www.openstreetmap.org/{kind}/{number}",
            text="\n".join(said),
            retrieved=iso_now(),
            licence="ODbL 1.0",
            attribution="© OpenStreetMap contributors",
            details=details_of(osm=f"{kind}/{number}", rendering="sentences made of the place's fields"),
        )


def place_in(text: str) -> str:
    """The name of a place in a topic: "country is Timbuktu" -> "Timbuktu"."""
    bare = " ".join(text.split())[: 2 * MAX_QUERY].strip(" ?!.,")  # the patterns take time that grows with its square
    return (BEHIND.sub("", BEFORE.sub("", bare)) or bare)[:MAX_QUERY]


def _sentences(place: Json, name: str) -> Iterator[str]:
    """What the fields say of a place, a sentence each."""
    address, within = object_of(place.get("address")), ""
    parts = [part for key in WITHIN if (part := _line(address.get(key))) and part != name]
    if parts:
        within = f" in {', '.join(dict.fromkeys(parts))}"
    kind = _kind(place)
    if within:
        yield f"{name} is located{within}."
    if kind:
        yield f"{name} is {_article(kind)} {kind}{within}."
    parts = [part for key in PARTS if (part := _line(address.get(key)))]
    if _line(address.get("road")):
        yield f"The address of {name} is {', '.join(dict.fromkeys(parts))}."
    north, east = _degrees(place.get("lat"), 90), _degrees(place.get("lon"), 180)
    if north is not None and east is not None:
        yield (
            f"The coordinates of {name} are {abs(north):.5f}° {'N' if north >= 0 else 'S'}, "
            f"{abs(east):.5f}° {'E' if east >= 0 else 'W'}."
        )
    tags = object_of(place.get("extratags"))
    for key, says in TAGS.items():
        if value := _tag(key, tags.get(key)):
            yield f"{says.format(name=name, value=value)}."


def _kind(place: Json) -> str:
    """What a place is, in a word: the type of its tag, or what it is in an address."""
    words = (text_of(place.get("type")), text_of(place.get("addresstype")), text_of(place.get("category")))
    return next((word.replace("_", " ") for word in words if word not in NO_KIND and KIND.fullmatch(word)), "")


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def _tag(key: str, value: Any) -> str:
    """Value of a tag, a figure in full; "" for none, or a figure that is no number."""
    text = _line(value).rstrip(".")
    if key not in FIGURES:
        return text if len(text) <= 200 else ""
    bare = text.removesuffix("m").strip().replace(",", "")
    if not re.fullmatch(r"-?\d{1,12}(?:\.\d{1,6})?", bare):
        return ""
    whole, point, rest = bare.partition(".")
    return f"{int(whole):,}{point}{rest}"


def _degrees(value: Any, most: int) -> float | None:
    text = text_of(value)
    found = float(text) if NUMBER.fullmatch(text) else None
    return found if found is not None and abs(found) <= most else None


def _line(value: Any) -> str:
    return " ".join(text_of(value).split())
