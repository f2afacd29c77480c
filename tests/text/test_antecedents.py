"""What a source's pronoun stands for, and whether a sentence of an answer names something else."""

from __future__ import annotations

import pytest

from research_agent.text.antecedents import antecedent, names_another

INSULIN = (
    "Insulin (from Latin insula) is a hormone. It is the main hormone that builds up. It lets glucose into cells. "
    "Glucose is then stored."
)
PEAKS = (
    "Kilimanjaro is a mountain of three cones.\n\nSummits\n\nMawenzi is a peak of its own. It is 5,149 metres high. "
    "Many climbers come. It is steep."
)
NATO = "The North Atlantic Treaty Organization (NATO) is an alliance. It has 32 members. Its seat is in Brussels."


def place(text: str, sentence: str) -> tuple[str, int, int]:
    start = text.rindex(sentence)
    return text, start, start + len(sentence)


@pytest.mark.parametrize(
    ("text", "sentence", "before"),
    [
        (INSULIN, "It lets glucose into cells.", "Insulin (from Latin insula) is a hormone."),
        (PEAKS, "It is 5,149 metres high.", "Mawenzi is a peak of its own."),
        (PEAKS, "It is steep.", "Many climbers come."),
        ("Summits\n\nIt is high.", "It is high.", ""),  # a heading names nothing
        ("It is high.", "It is high.", ""),
    ],
)
def test_the_antecedent_is_in_the_latest_sentence_that_names_its_subject(text: str, sentence: str, before: str) -> None:
    assert antecedent(text, text.rindex(sentence)) == before


@pytest.mark.parametrize(
    ("named", "title", "text", "sentence"),
    [
        ("Glucose enters cells thanks to insulin.", "Insulin", INSULIN, "It is the main hormone that builds up."),
        ("Glucose enters cells.", "Insulin", INSULIN, "Insulin (from Latin insula) is a hormone."),
        ("Kibo is a cone.", "Kilimanjaro", PEAKS, "It is 5,149 metres high."),
    ],
)
def test_another_subject_is_seen(named: str, title: str, text: str, sentence: str) -> None:
    assert names_another(named, title, *place(text, sentence))


def test_the_subject_of_a_text_is_not_that_of_every_sentence_in_it() -> None:
    text = "Kilimanjaro is a mountain. Mawenzi is a cone. It is 5,149 metres high."
    assert names_another("Kilimanjaro is a mountain.", "Kilimanjaro", *place(text, "It is 5,149 metres high."))


@pytest.mark.parametrize(
    ("named", "title", "text", "sentence"),
    [
        ("Insulin is a hormone.", "Insulin", INSULIN, "It lets glucose into cells."),
        ("The hormone is well known.", "Insulin", INSULIN, "It lets glucose into cells."),  # not a name
        ("NATO was founded in 1949.", "Atlantic alliance", NATO, "Its seat is in Brussels."),  # its other name
        ("Founded in 1949, the alliance grew.", "NATO", NATO, "It has 32 members."),
        ("However, the alliance grew.", "NATO", NATO, "It has 32 members."),
        ("Kilimanjaro is a mountain.", "Kilimanjaro", PEAKS, "Many climbers come."),
    ],
)
def test_the_same_subject_stays(named: str, title: str, text: str, sentence: str) -> None:
    assert not names_another(named, title, *place(text, sentence))
