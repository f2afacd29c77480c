import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.deep_research.titles import TitleIndex, unqualified

TITLES = (
    "Venus (mythology)",
    "Paris, Texas",
    "Curtis Bernhardt",
    "Payment on Demand",
    "New York",
    "New York City",
    "The",
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("It was directed by Curtis Bernhardt in 1951.", ["Curtis Bernhardt"]),
        ("Which director made Payment On Demand?", ["Payment on Demand"]),
        ("She prayed to Venus.", ["Venus (mythology)"]),
        ("He left New York City for Paris.", ["New York City", "Paris, Texas"]),
        ("payment on demand is due", []),
        ("The end.", []),
        ("", []),
    ],
)
def test_a_text_names_the_longest_titles_in_it(text: str, named: list[str]) -> None:
    assert TitleIndex((title, title) for title in TITLES).named_in(text) == named


def test_a_title_that_several_bear_names_all_of_them() -> None:
    index = TitleIndex([(1, "Mercury (planet)"), (2, "Mercury (element)")])

    assert index.named_in("Mercury is hot, Mercury is liquid.") == [1, 2]


def test_a_qualifier_is_no_part_of_a_name() -> None:
    assert [unqualified(title) for title in ("Levity (film)", "Paris, Texas", "Rome")] == ["Levity", "Paris", "Rome"]


@given(st.text(), st.lists(st.text(), max_size=6))
def test_any_text_names_each_title_at_most_once(text: str, titles: list[str]) -> None:
    found = TitleIndex(enumerate(titles)).named_in(text + "".join(titles))

    assert len(found) == len(set(found))
    assert set(found) <= set(range(len(titles)))
