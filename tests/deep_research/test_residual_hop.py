import pytest

from helpers.linked_passages import entries
from research_agent.deep_research.collection import Entry
from research_agent.deep_research.residual_hop import MOST_NAMES, rest_of

QUESTION = "Who was married to the director of The Grey Harbour?"


def test_the_rest_is_what_a_passage_lacks_with_the_names_that_it_brings() -> None:
    film, maker = entries()[:2]

    rest = rest_of(QUESTION, film, (maker, film))

    assert rest.searched == "married director odo marwick lena pell"
    assert rest.left == {"marri", "director"}
    assert {"odo", "marwick", "lena", "pell"} == rest.brought
    assert rest.links == (maker,)


@pytest.mark.parametrize("text", ["", "The Grey Harbour: who was married to the director of it?"])
def test_a_passage_that_leaves_nothing_or_brings_nothing_leaves_the_question(text: str) -> None:
    rest = rest_of("Grey harbour", Entry(1, "Grey Harbour", text))

    assert rest.searched == "Grey harbour"


def test_of_a_list_of_names_the_first_are_searched_for() -> None:
    many = " ".join(f"Name{number}" for number in range(100))

    rest = rest_of("Who?", Entry(1, "", f"There are {many}."))

    assert rest.searched.split()[:2] == ["name0", "name1"]
    assert len(rest.searched.split()) == MOST_NAMES

    rarest = rest_of("Who?", Entry(1, "", f"There are {many}."), (), {"name77": 3.0, "name5": 2.0})

    assert rarest.searched.split()[:3] == ["name77", "name5", "name0"]
