from research_agent.deep_research.collection import Entry


def test_an_entry_knows_its_stems_and_its_names() -> None:
    entry = Entry(1, "Odo Marwick", "Directors were born in Tessby.")

    assert {"odo", "marwick", "director", "born", "tessbi"} == entry.stems
    assert entry.names == {"tessbi": "tessby"}
    assert entry.title_stems == {"odo", "marwick"}
