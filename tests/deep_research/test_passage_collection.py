import pytest

from helpers.linked_passages import PASSAGES, entries, vectors_of
from research_agent.deep_research.collection import Entry
from research_agent.deep_research.passage_collection import PassageCollection


@pytest.mark.anyio
async def test_the_entry_with_most_of_the_rare_words_is_first() -> None:
    hits = await PassageCollection(entries()).search("Who sang at the opera?", limit=2)

    assert [hit.title for hit in hits] == ["Ida Crane", "Lena Pell"]


@pytest.mark.anyio
async def test_meaning_finds_what_no_word_does() -> None:
    collection = PassageCollection(entries())

    hits = await collection.search("zzz", vectors_of([PASSAGES[3][1]])[0], limit=1)

    assert [hit.title for hit in hits] == ["Harbour"]


@pytest.mark.anyio
@pytest.mark.parametrize("text", ["", "the of and", "zzz"])
async def test_words_that_nothing_holds_find_nothing(text: str) -> None:
    assert await PassageCollection(entries()).search(text, limit=5) == []
    assert await PassageCollection([]).search(text, limit=5) == []


@pytest.mark.anyio
async def test_entries_are_named_by_their_titles_text_by_text() -> None:
    collection = PassageCollection(entries())

    named = await collection.named_in([PASSAGES[1][1], "nobody"])

    assert [[entry.title for entry in row] for row in named] == [["Odo Marwick", "Ida Crane"], []]


def test_vectors_are_given_for_all_entries_or_for_none() -> None:
    with pytest.raises(ValueError, match="5 of 6"):
        PassageCollection([Entry(0, "A", "a"), *entries()[1:]])


@pytest.mark.anyio
async def test_a_word_that_few_hold_is_rare_and_one_that_nobody_holds_is_rarest() -> None:
    rarities = await PassageCollection(entries()).rarities(["film", "opera", "zzz"])

    assert rarities["film"] < rarities["opera"] < rarities["zzz"]
