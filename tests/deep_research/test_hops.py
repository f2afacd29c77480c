import pytest

from helpers.linked_passages import PASSAGES, embed, entries, vectors_of
from research_agent.deep_research import hops
from research_agent.deep_research.collection import Entry
from research_agent.deep_research.passage_collection import PassageCollection

# Each pair of passages has one that shares no word with its question: only a name leads to it.
CHAINS = (
    ("Where was the director of The Grey Harbour born?", ("The Grey Harbour", "Odo Marwick")),
    ("When did the wife of Odo Marwick die?", ("Odo Marwick", "Ida Crane")),
)
FILLERS = tuple(
    (f"Village {at}", f"A village of {at} houses where a film star was born or did die.") for at in range(40)
)


def passages() -> list[Entry]:
    vectors = vectors_of([f"{title}. {text}" for title, text in FILLERS])
    return entries() + [Entry(one[0], *one, vector) for one, vector in zip(FILLERS, vectors, strict=True)]


@pytest.mark.anyio
@pytest.mark.parametrize(("question", "gold"), CHAINS)
async def test_what_only_another_passage_leads_to_is_found(question: str, gold: tuple[str, ...]) -> None:
    vector = vectors_of([question])[0]

    found = await hops.hop(question, vector, PassageCollection(passages()), embed, limit=3)

    assert set(gold) <= {entry.title for entry in found}


@pytest.mark.anyio
@pytest.mark.parametrize(("question", "gold"), CHAINS)
async def test_without_ways_it_is_no_better_than_one_search(
    question: str, gold: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin: each entry counts by its own cosine, whatever leads to it."""
    monkeypatch.setattr(hops, "scores", lambda found, *_: found.own[:, 0])
    vector, collection = vectors_of([question])[0], PassageCollection(passages())

    single = {entry.title for entry in await collection.search(question, vector, limit=3)}
    broken = {entry.title for entry in await hops.hop(question, vector, collection, embed, limit=3)}

    assert not set(gold) <= single
    assert not set(gold) <= broken


@pytest.mark.anyio
async def test_entries_without_vectors_get_theirs() -> None:
    plain = [Entry(at, *passage) for at, passage in enumerate(PASSAGES)]

    await hops.hop(CHAINS[0][0], vectors_of([CHAINS[0][0]])[0], PassageCollection(plain), embed)

    assert plain[0].vector is not None


@pytest.mark.anyio
async def test_nothing_is_found_where_nothing_is() -> None:
    assert await hops.hop("Who?", vectors_of(["Who?"])[0], PassageCollection([]), embed) == []
