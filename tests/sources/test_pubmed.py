"""PubMed: errors in XML, abstracts with labels."""

from __future__ import annotations

import pytest

from helpers.paper_sources import Service, search, service
from research_agent.errors import SourceError

pytestmark = pytest.mark.anyio


async def test_pubmed_errors_in_xml_are_said() -> None:
    body = b"<eFetchResult><ERROR>Unable to\n obtain query</ERROR></eFetchResult>"
    server = service("pubmed")
    with pytest.raises(SourceError, match="refused the query: Unable to obtain query"):
        await search("pubmed", Service({**server.bodies, "efetch": (200, body, "text/xml")}))


async def test_labels_of_an_abstract_stand_on_their_own_lines() -> None:
    (document,) = (await search("pubmed", service("pubmed"))).documents
    assert document.text == "AIM\nIt is so.\n\nEND\nYes."
    assert (document.published, document.language) == ("2024-03-05", "en")
    assert (document.details["pmid"], document.details["pmcid"]) == ("1", "PMC3")
