"""Any key of a body may be missing, null or of another type: what comes is documents or a `SourceError`."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.in_process_xml_reader import InProcess
from helpers.paper_bodies import ARTICLE, ATOM, BODIES, RECORDS
from helpers.paper_sources import SOURCES
from research_agent.errors import BodyError, SourceError
from research_agent.sources import Node, SourceSettings
from research_agent.sources.europepmc import article_text
from research_agent.sources.scholarly.markup import without_markup
from research_agent.types import Document

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.just([]),
    st.just({}),
    st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=3), st.lists(st.none(), max_size=2)), max_size=3),
    st.dictionaries(st.text(max_size=3), st.one_of(st.none(), st.lists(st.integers(), max_size=3)), max_size=3),
    st.sampled_from(
        ["\ud800\x00", "<script>x</script>", "javascript:alert(1)", "10.1000/\ud800", -1, 10**30, "9" * 400]
    ),
)
DROPPED = object()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield from places(value[key], (*path, key))


def put(body: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return None if odd is DROPPED else odd
    body = deepcopy(body)
    *way, last = path
    holder = body
    for key in way:
        holder = holder[key]
    if odd is DROPPED:
        del holder[last]
    else:
        holder[last] = odd
    return body


def at_once(work: Coroutine[Any, Any, Any]) -> Any:
    """The result of what waits for nothing: a loop for each of thousands of bodies would be most of the time."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waited")


def documents(read: Callable[[Any], Any], body: Any) -> None:
    """Read as the source does; whatever comes can be kept, hashed and shown."""
    try:
        papers = read(body)
    except SourceError:
        return
    papers = [one for one in papers if isinstance(one, Document)]
    always = getattr(getattr(read, "__self__", None), "markup", False)
    for document in at_once(without_markup(papers, InProcess(), always=always)):
        assert document.id
        assert document.url.startswith(("https://", "http://"))
        assert all(isinstance(fact, str | int) for fact in document.details.values())
        assert re.fullmatch(r"\d{4}[-\dT:.Z+]*|", document.published or "")


@pytest.mark.parametrize("name", BODIES)
@given(data=st.data())
def test_odd_json(name: str, data: st.DataObject) -> None:
    method, body = BODIES[name]
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(places(body))))
        body = put(body, path, data.draw(st.one_of(st.just(DROPPED), ODD)))
    documents(getattr(SOURCES[name](SourceSettings()), method), body)


@pytest.mark.parametrize("name", BODIES)
def test_each_key_missing_and_null(name: str) -> None:
    method, body = BODIES[name]
    read = getattr(SOURCES[name](SourceSettings()), method)
    for path in places(body):
        for odd in (DROPPED, None, [], {}, 0, "", True):
            documents(read, put(body, path, odd))


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from nodes(child)


def altered(node: Node, target: Node, change: Callable[[Node], tuple[str | Node, ...]]) -> Node:
    content: list[str | Node] = []
    for item in node.content:
        if item is target:
            content.extend(change(target))
        else:
            content.append(altered(item, target, change) if isinstance(item, Node) else item)
    return Node(tag=node.tag, attributes=node.attributes, content=tuple(content))


CHANGES: tuple[Callable[[Node], tuple[str | Node, ...]], ...] = (
    lambda node: (),
    lambda node: (Node(tag=node.tag, attributes={}, content=()),),
    lambda node: ("stray text",),
    lambda node: (node, node),
    lambda node: (Node(tag="{urn:x}odd", attributes={}, content=(node,)),),
    lambda node: node.content,
    lambda node: (Node(tag=node.tag, attributes=node.attributes, content=("\ud800 999999999999",)),),
)


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (ATOM, SOURCES["arxiv"](SourceSettings()).read_feed),
        (RECORDS, SOURCES["pubmed"](SourceSettings()).read_records),
        (ARTICLE, lambda root: [article_text(root)][:0]),
    ],
    ids=["arxiv", "pubmed", "jats"],
)
def test_odd_xml(body: bytes, read: Callable[[Any], Any]) -> None:
    root = at_once(InProcess().xml(body))
    documents(read, root)
    for target in list(nodes(root))[1:]:
        for change in CHANGES:
            once = altered(root, target, change)
            documents(read, once)
            for second in list(nodes(once))[1:6]:
                documents(read, altered(once, second, CHANGES[0]))
    documents(read, Node(tag="html", attributes={}, content=("x",)))


@pytest.mark.parametrize("numbers", [["x"], [None], [0, -1], [{"id": "1"}]])
def test_a_list_of_something_else_than_pubmeds_numbers_is_no_empty_result(numbers: Any) -> None:
    with pytest.raises(BodyError, match="has no papers"):
        SOURCES["pubmed"](SourceSettings()).read_numbers({"esearchresult": {"idlist": numbers}})


def test_records_that_were_found_and_do_not_come_are_no_empty_result() -> None:
    with pytest.raises(BodyError, match="without the records"):
        SOURCES["pubmed"](SourceSettings()).read_records(at_once(InProcess().xml(b"<PubmedArticleSet/>")))
