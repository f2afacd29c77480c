import pytest

from helpers.linked_passages import embed, entries, vectors_of
from research_agent.deep_research.hops import hop
from research_agent.deep_research.passage_collection import PassageCollection


@pytest.mark.anyio
async def test_what_only_another_passage_leads_to_is_found() -> None:
    question = "Where was the director of The Grey Harbour born?"

    found = await hop(question, vectors_of([question])[0], PassageCollection(entries()), embed, limit=4)

    assert {"The Grey Harbour", "Odo Marwick"} <= {entry.title for entry in found}
