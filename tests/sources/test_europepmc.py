"""Europe PMC: full texts of open articles."""

from __future__ import annotations

import pytest

from helpers.paper_bodies import ARTICLE
from helpers.paper_sources import Service, search, service
from research_agent.documents.isolated_reader import open_reader
from research_agent.errors import BodyError
from research_agent.sources.europepmc import article_text

pytestmark = pytest.mark.anyio


async def test_a_full_text_is_headings_and_paragraphs_without_marks_figures_and_references() -> None:
    async with open_reader() as read:
        assert article_text(await read.xml(ARTICLE)) == "Short.\n\nOne\n\nIt is so.\n\nThis"
        assert article_text(await read.xml(b"<article><front/></article>")) == ""
        with pytest.raises(BodyError):
            article_text(await read.xml(b"<html/>"))


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((404, b"", "text/plain"), None),
        ((500, b"", "text/plain"), "could not get the full text of PMC2: it had an internal error (HTTP 500)"),
        (
            (200, b"<article", "text/xml"),
            "could not get the full text of PMC2: it cannot be read: it is not well-formed",
        ),
        ((200, b"<article><front/></article>", "text/xml"), None),
    ],
)
async def test_a_full_text_that_fails_costs_itself_only(answer: tuple[int, bytes, str], problem: str | None) -> None:
    server = Service({"fullTextXML": answer, **service("europepmc").bodies})
    found = await search("europepmc", server)
    assert [document.text for document in found.documents] == ["Aim\n\nIt is."]
    assert len(found.problems) == bool(problem)
    assert "".join(found.problems).startswith(problem or "")
