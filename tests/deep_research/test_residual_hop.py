import pytest

from helpers.linked_passages import embed, entries, vectors_of
from research_agent.deep_research.passage_collection import PassageCollection
from research_agent.deep_research.residual_hop import residual, residual_hop

QUESTION = "Whom was the director of The Grey Harbour married to?"


def test_the_rest_is_what_a_passage_lacks_with_the_names_that_it_brings() -> None:
    film = entries()[0]

    rest = residual(QUESTION, film).split()

    assert "married" in rest
    assert {"odo", "marwick"} <= set(rest)
    assert "harbour" not in rest


@pytest.mark.anyio
async def test_a_hop_brings_what_the_best_passage_names() -> None:
    collection = PassageCollection(entries())
    vector = vectors_of([QUESTION])[0]

    found = await residual_hop(QUESTION, vector, collection, embed, limit=4)

    assert {"The Grey Harbour", "Odo Marwick"} <= {entry.title for entry in found}


@pytest.mark.anyio
async def test_nothing_is_found_where_nothing_is() -> None:
    assert await residual_hop(QUESTION, vectors_of([QUESTION])[0], PassageCollection([]), embed) == []
