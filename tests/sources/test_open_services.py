"""Every source of news, books, places, figures and talk: what it makes of good, odd and wrong bodies."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.open_services import SERVICES, ask, replies, reply
from helpers.source_server import ODD, changed, places
from research_agent.errors import HttpStatusError, SourceError
from research_agent.http.client import BODY_LIMIT
from research_agent.sources import Found, Source, SourceSettings, policy_of
from research_agent.sources.validation import checked
from research_agent.types import Document

pytestmark = pytest.mark.anyio

JSON = "application/json"
OF_PAGES = frozenset({"gdelt"})
"""Sources whose documents are pages of others, which have licences of their own."""
READERS = [(name, part) for name, service in SERVICES.items() for part in service.read]
EMPTY: tuple[Any, ...] = (..., None, [], {}, 0, "", True)
MORE_ODD = (*ODD, math.nan, math.inf, "<script>x</script>", "javascript:alert(1)", ["x"], "9" * 400)


@pytest.mark.parametrize("name", SERVICES)
async def test_a_good_answer_is_documents_with_licence_credit_and_address(name: str) -> None:
    service = SERVICES[name]
    assert isinstance(service.source(SourceSettings()), Source)
    found, error, requests = await ask(service, replies(service))
    assert (error, list(found.problems)) == (None, [])
    assert found.documents
    for document in found.documents:
        assert document.source == name
        assert document.url.startswith(("https://", "http://127.0.0.1"))
        assert document.licence or name in OF_PAGES
        assert document.attribution
        assert document.text.rstrip().endswith((".", "!", "?"))
        assert "<" not in document.text
    assert all(request.headers["User-Agent"] for request in requests)


@pytest.mark.parametrize("name", SERVICES)
def test_what_it_declares(name: str) -> None:
    policy = policy_of(SERVICES[name].source(SourceSettings()))
    assert policy.description
    assert len(policy.examples) == 5
    assert policy.kinds
    assert policy.key == "none"


@pytest.mark.parametrize("name", SERVICES)
async def test_what_a_server_can_do_wrong_is_a_failure_with_a_reason(name: str) -> None:
    service = SERVICES[name]
    whole = json.dumps(service.bodies[next(iter(service.bodies))]).encode()
    wrong = {
        "nothing": (200, b"", JSON),
        "html": (200, b"<!doctype html><html><body>Just a moment</body></html>", "text/html"),
        "text": (200, b"Your query was too short.", "text/html"),
        "cut": (200, whole[: len(whole) // 2], JSON),
        "null": (200, b"null", JSON),
        "number": (200, b"7", JSON),
        "string": (200, b'"x"', JSON),
        "nothing of it": (200, b'{"x": 1}', JSON),
        "limit": (429, b"slow down", "text/plain"),
        "down": (503, b"<html>down</html>", "text/html"),
        "huge": (200, b" " * (BODY_LIMIT + 1), JSON),
        **{f"error {at}": (200, json.dumps(body).encode(), JSON) for at, body in enumerate(service.failing)},
    }
    for what, answer in wrong.items():
        found, error, _ = await ask(service, dict.fromkeys(service.bodies, answer))
        assert isinstance(error, SourceError), (what, found)
        assert error.message, what
        if answer[0] > 400:
            assert isinstance(error, HttpStatusError), what


@pytest.mark.parametrize("name", [name for name, service in SERVICES.items() if service.empty])
async def test_no_match_is_an_empty_result(name: str) -> None:
    service = SERVICES[name]
    nothing = {part: reply(body) for part, body in service.empty.items()}
    found, error, _ = await ask(service, replies(service, **nothing))
    assert (error, list(found.documents), list(found.problems)) == (None, [], [])


def read(name: str, part: str, body: Any) -> None:
    """Read as the source does; whatever comes can be kept, hashed and shown."""
    service = SERVICES[name]
    try:
        found = service.read[part](service.source(SourceSettings(url="https://service.example")), body)
    except SourceError:
        return
    documents = [one for one in found if isinstance(one, Document)]
    assert not checked(Found(documents)).problems
    for document in documents:
        assert document.id
        assert document.url.startswith(("https://", "http://"))
        assert document.text.strip()


@pytest.mark.parametrize(("name", "part"), READERS)
@given(data=st.data())
@settings(max_examples=60)
def test_odd_fields(name: str, part: str, data: st.DataObject) -> None:
    body = SERVICES[name].bodies[part]
    for _ in range(data.draw(st.integers(1, 3))):
        if found := places(body):
            body = changed(body, data.draw(st.sampled_from(found)), data.draw(st.sampled_from(MORE_ODD)))
    read(name, part, body)


@pytest.mark.parametrize(("name", "part"), READERS)
def test_each_field_missing_and_of_another_type(name: str, part: str) -> None:
    body = SERVICES[name].bodies[part]
    for place in places(body)[:400]:
        for odd in EMPTY:
            read(name, part, changed(body, place, odd))
