"""Opposed sentences, by their form."""

from __future__ import annotations

import pytest

from research_agent.deep_research.opposed import of_one_matter, opposed, other_predicate


@pytest.mark.parametrize(
    ("one", "other", "values"),
    [
        ("The Lumen is 412 km long.", "The Lumen is 380 km long.", ("412 km", "380 km")),
        ("The tower of Arvel stands 312 m tall.", "The tower of Arvel is 481 m high.", ("312 m", "481 m")),
        ("The bridge of Arvel has a span of 412 m.", "The span of the bridge of Arvel is 398 m.", ("412 m", "398 m")),
        ("The Arvel tower is 90 m tall.", "The height of the Arvel tower is 120 m.", ("90 m", "120 m")),
        ("The Dorn Treaty was signed in March 1904.", "The Dorn Treaty was signed in April 1904.", ("March", "April")),
        ("The Lumen flows into the Baltic Sea.", "The Lumen flows into the North Sea.", ("Baltic Sea", "North Sea")),
        ("Arvel was founded in 1812.", "Arvel was founded in 1851.", ("1812", "1851")),
        ("The mayor of Arvel is Mira Vant.", "The mayor of Arvel is Ole Brandt.", ("Mira Vant", "Ole Brandt")),
        ("Ines Holt was born in Ostrel.", "Ines Holt was born in Norvik.", ("Ostrel", "Norvik")),
        ("The Lumen does leak.", "The Lumen does not leak.", ("The Lumen does leak.", "The Lumen does not leak.")),
    ],
)  # fmt: skip
def test_what_cannot_both_be_so_is_opposed(one: str, other: str, values: tuple[str, str]) -> None:
    assert opposed(one, other) == values
    assert opposed(other, one) == values[::-1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Lumen is 412 km long.", "The Lumen is 412.0 km long."),
        ("The Lumen is about 410 km long.", "The Lumen is 412 km long."),
        ("The Lumen is 412 km long.", "The Lumen is 256 miles long."),
        ("The Lumen is 412 km long.", "The Lumen is 90 km wide."),
        ("The Lumen is 412 km long.", "The Orrel is 380 km long."),
        ("Arvel had 300 people in 1912.", "Arvel had 481 people in 2012."),
        ("Arvel had 300 people.", "Arvel had 481 people in 2012."),
        ("Arvel was founded in 1812 by Ines Holt.", "Arvel was rebuilt in 1951 by Ines Holt."),
        ("About 12 percent of Arvel is forest.", "About 51 percent of Arvel is water."),
        ("Arvel borders Brone.", "Arvel borders Cinth."),
        ("Arvel was visited by Mira Vant.", "Arvel was visited by Ole Brandt."),
        ("It is 412 km long.", "It is 380 km long."),
        ("The bridge of Arvel has a span of 412 m.", "The width of the bridge of Arvel is 39 m."),
        ("The span of the bridge of Arvel is 412 m.", "The bridge of Brone has a span of 398 m."),
        ("Yes.", "No."),
        ("", ""),
    ],
)
def test_what_may_both_be_so_is_not(one: str, other: str) -> None:
    assert opposed(one, other) is None


def test_in_documents_of_one_subject_no_name_is_needed() -> None:
    assert opposed("It is 412 km long.", "It is 380 km long.", same_thing=True) == ("412 km", "380 km")


@pytest.mark.parametrize(
    ("one", "other", "values"),
    [
        ("Orlen Lake covers 54 km2.", "Orlen Lake has an area of 61 km2.", ("54 km2", "61 km2")),
        ("The Halden plant makes 25 MW.", "The Halden plant has an output of 40 MW.", None),
        ("The north tower of Old Arvel is 90 m tall.", "The south tower of Old Arvel is 120 m tall.", None),
        ("In winter Old Arvel has 900 visitors.", "In summer Old Arvel has 9,000 visitors.", None),
        ("Orlen Lake covers 54 km2.", "Orlen Lake is 61 m deep.", None),
        ("Orlen Lake was made in 1954.", "Orlen Lake was drained in 1961.", None),
    ],
)
def test_only_what_stands_before_the_figure_may_differ(one: str, other: str, values: tuple[str, str] | None) -> None:
    assert other_predicate(one, other) == values


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Lake Ven is 90 metres deep.", "The depth of Lake Ven is 140 metres.", True),
        ("Kestrel Airport was opened in 1958.", "Kestrel Airport began service in 1963.", True),
        ("The Harrow Bridge spans 412 metres.", "The Harrow Bridge is 21 metres wide.", False),
        ("Mount Arvel is the highest peak.", "Mount Arvel is the second highest peak.", False),
        ("In 2010 Halden had 340,000 people.", "In 2020 Halden had 360,000 people.", False),
        ("The vaccine cuts infections by half.", "The vaccine reduces infections by a third.", True),
        ("The north tower is tall.", "Halden is flat.", False),
    ],
)
def test_sentences_of_one_matter_share_subject_measure_rank_and_time(one: str, other: str, same: bool) -> None:
    assert of_one_matter(one, other) is same
