import pytest

from research_agent.deep_research.collection import Entry
from research_agent.deep_research.fan_out import asks_for_many, fan_out, kinds_asked, list_asked
from research_agent.deep_research.residual_hop import Rest, rest_of

MOONS = [Entry(at, f"Moon {name}", f"{name} is a moon of Orbo. It is icy.") for at, name in enumerate("ABCD")]
PLANET = Entry(
    "planet", "Orbo", "Orbo is a planet with four moons: Moon A, Moon B, Moon C and Moon D, found by Ida Crane."
)
FINDER = Entry("finder", "Ida Crane", "Ida Crane was a singer who looked at the sky.")
OTHER = [Entry(f"other {at}", f"Other {at}", "It says what mass bodies have.") for at in range(12)]
QUESTION = "What is the mass of each of the moons of Orbo?"
MANY = "Which moons does Orbo have?"


def rest(question: str, source: Entry, *links: Entry) -> Rest:
    return rest_of(question, source, links)


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        (QUESTION, {"moon"}),
        ("How hot is every planet?", {"planet"}),
        ("What are the anthems of the countries in South Asia?", {"anthem", "countri"}),
        ("Do they know each other?", set()),
        ("Who was born in Texas, and whose class is this?", set()),
    ],
)
def test_a_kind_is_a_plural_or_stands_after_each(question: str, kinds: set[str]) -> None:
    assert kinds_asked(question) == kinds


def test_what_a_passage_lists_of_the_kind_comes_before_what_is_only_like_the_question() -> None:
    ranked = [PLANET, *OTHER, FINDER]

    found = fan_out(QUESTION, ranked, [PLANET], [rest(QUESTION, PLANET, *MOONS, FINDER)])

    assert found[0] is PLANET
    assert set(found[:7]) >= {*MOONS}
    assert found.index(FINDER) > found.index(OTHER[-1])


@pytest.mark.parametrize(
    ("question", "links"),
    [(MANY, MOONS[:2]), ("What is the mass of Orbo?", MOONS), (MANY, [FINDER, *OTHER])],
    ids=["two are no list", "one thing is asked for", "they are of no such kind"],
)
def test_a_question_for_few_or_without_a_list_is_left_alone(question: str, links: list[Entry]) -> None:
    assert not asks_for_many(question, [PLANET], [rest(question, PLANET, *links)])


def test_things_that_the_question_names_come_first() -> None:
    found = fan_out("How large are Moon A, Moon C and Moon D?", OTHER, [MOONS[0], MOONS[2], MOONS[3]], [])

    assert not asks_for_many("Does Moon A or Moon C, seen from Moon D, rise first?", MOONS[:3], [])
    assert {MOONS[0], MOONS[2], MOONS[3]} <= set(found[:6])


def test_a_search_for_the_list_brings_what_no_passage_lists() -> None:
    assert list_asked(QUESTION) == "What are the moons of Orbo?"
    assert asks_for_many(QUESTION, [], [])

    found = fan_out(QUESTION, OTHER, [], [], of_list=MOONS)

    assert set(found[:5]) >= {*MOONS}
