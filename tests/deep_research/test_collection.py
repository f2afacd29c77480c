from research_agent.deep_research.collection import Entry, rarity


def test_an_entry_knows_its_stems_and_its_names() -> None:
    entry = Entry(1, "Odo Marwick", "Directors were born in Tessby.")

    assert {"odo", "marwick", "director", "born", "tessbi"} == entry.stems
    assert entry.names == {"tessbi": "tessby"}
    assert entry.title_stems == {"odo", "marwick"}


def test_an_entry_is_of_the_kind_that_its_first_sentence_says() -> None:
    assert Entry(1, "Tessby", "Tessby is a town. It has a mayor.").defined_as == {"tessbi", "town"}
    assert Entry(1, "Tessby", "").defined_as == frozenset()


def test_rarity_falls_with_the_entries_that_hold_a_word_and_is_never_negative() -> None:
    assert rarity(0, 10) > rarity(1, 10) > rarity(10, 10) > 0
    assert rarity(20, 10) > 0
