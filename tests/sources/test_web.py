"""Web pages by their address: what the user wrote, and nothing a model made up."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.source_server import Asked, as_body, asked
from research_agent.errors import SourceError, SourceNotReadyError
from research_agent.sources import Source, SourceSettings
from research_agent.sources.web import Web, urls_in
from research_agent_devtools.samples.pdf_files import pdf_of

pytestmark = pytest.mark.anyio

PAGE = as_body("<title>Tides</title><p>The Moon moves the sea.</p>")
PDF = as_body(pdf_of([["Some words of a paper."]]), "application/pdf")


async def ask(text: str, **more: Any) -> Asked:
    return await asked(Web, {"/page": PAGE, "/paper": PDF}, text, **more)


def test_it_is_a_source() -> None:
    assert isinstance(Web(SourceSettings()), Source)


async def test_the_pages_a_question_names_are_read() -> None:
    seen = await ask("What do {base}/page and {base}/paper.pdf say?")
    page, paper = seen.found.documents
    assert (page.source, page.title, page.text) == ("web", "Tides", "The Moon moves the sea.")
    assert paper.text == "Some words of a paper."
    assert page.attribution == "127.0.0.1"
    assert sorted(target.path for target in seen.targets) == ["/page", "/paper.pdf"]


async def test_an_address_in_the_question_behind_a_topic_counts_unless_a_model_made_the_topic() -> None:
    assert (await ask("{base}/page", question="tides")).found.documents
    assert isinstance((await ask("{base}/page", origin="model")).error, SourceNotReadyError)
    assert isinstance((await ask("tides")).error, SourceNotReadyError)


async def test_one_page_that_fails_is_a_problem_beside_the_other() -> None:
    seen = await ask("{base}/page {base}/gone")
    assert len(seen.found.documents) == 1
    assert "HTTP 404" in seen.found.problems[0]
    assert isinstance((await ask("{base}/gone")).error, SourceError)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "http://169.254.169.254/latest", "http://localhost/", "http://2130706433/"]
)
async def test_an_address_of_this_network_is_refused(url: str) -> None:
    error = (await ask(f"What does {url} say?")).error
    assert error is not None
    assert "public internet" in error.message


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://a.example/x.", ["https://a.example/x"]),
        ("(https://a.example/x)", ["https://a.example/x"]),
        ("https://en.wikipedia.org/wiki/Go_(game)?", ["https://en.wikipedia.org/wiki/Go_(game)"]),
        ("(see https://en.wikipedia.org/wiki/Go_(game)), or not", ["https://en.wikipedia.org/wiki/Go_(game)"]),
        (
            "<https://a.example/x> and HTTP://B.example/y?q=1&r=2#z!",
            ["https://a.example/x", "HTTP://B.example/y?q=1&r=2#z"],
        ),
        ("https://a.example https://a.example", ["https://a.example"]),
        ("[text](https://a.example/x)", ["https://a.example/x"]),
        ("https:// http://[ ftp://a.example a.example file:///etc/passwd", []),
        ("", []),
    ],
)
def test_addresses_are_found_without_the_marks_around_them(text: str, found: list[str]) -> None:
    assert urls_in(text) == found
