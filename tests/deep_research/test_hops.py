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
NAMES = ("Abel", "Bora", "Ceto", "Dune")
MANY = (
    ("Orbo", f"Orbo is a planet with {', '.join(NAMES)} around it."),
    *((name, f"{name} is a moon. It is icy.") for name in NAMES),
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


@pytest.mark.anyio
@pytest.mark.parametrize("question", ["", "?", "the of and", "é" * 300, "谁导演了这部电影？", "Odo Marwick " * 40])
async def test_any_question_gives_entries_each_once(question: str) -> None:
    found = await hops.hop(question, vectors_of([question])[0], PassageCollection(passages()), embed)

    assert 0 < len(found) == len(set(found)) <= 20


@pytest.mark.anyio
async def test_the_same_question_gives_the_same_entries_in_the_same_order() -> None:
    question = CHAINS[0][0]
    vector = vectors_of([question])[0]

    orders = [await hops.hop(question, vector, PassageCollection(passages()), embed) for _ in range(2)]

    assert [entry.key for entry in orders[0]] == [entry.key for entry in orders[1]]


@pytest.mark.anyio
async def test_a_question_for_many_is_ranked_by_what_is_listed() -> None:
    vectors = vectors_of([f"{title}. {text}" for title, text in MANY])
    many = [Entry(one[0], *one, vector) for one, vector in zip(MANY, vectors, strict=True)]
    question = "How large is each moon of Orbo?"

    found = await hops.hop(question, vectors_of([question])[0], PassageCollection([*many, *passages()]), embed, limit=5)

    assert {entry.title for entry in found} == {title for title, _ in MANY}


@pytest.mark.anyio
@pytest.mark.parametrize("question", [question for question, _ in CHAINS] + ["What is a harbour?"])
async def test_the_first_that_a_search_finds_stays_first(question: str) -> None:
    vector, collection = vectors_of([question])[0], PassageCollection(passages())

    first = (await collection.search(question, vector, limit=1))[0]

    assert (await hops.hop(question, vector, collection, embed, limit=3))[0] is first
