"""Cause and effect, by the form of a sentence."""

from __future__ import annotations

import pytest

from research_agent.deep_research.cause_and_effect import is_other_way_round

CAUSES, EFFECTS = "What are the causes of malaria?", "What are the effects of malaria?"


@pytest.mark.parametrize(
    ("question", "sentence", "turned"),
    [
        (CAUSES, "In severe cases, the disease can cause jaundice, seizures, coma, or death.", True),
        (CAUSES, "Malaria leads to poverty.", True),
        (CAUSES, "Malaria is caused by parasites.", False),
        (CAUSES, "Plasmodium parasites cause malaria.", False),
        (CAUSES, "Five species can cause the disease in people.", False),
        (CAUSES, "The causes of malaria were found in 1880.", False),
        ("What causes tides?", "Tides are caused by the Moon.", False),
        ("What causes tides?", "Tides can cause floods.", True),
        ("What are the reasons for inflation?", "Inflation leads to higher prices.", True),
        (EFFECTS, "Malaria is caused by parasites.", True),
        (EFFECTS, "It can cause coma.", False),
        (EFFECTS, "Many deaths are caused by malaria.", False),
        (EFFECTS, "Malaria is common in Harn.", False),
        ("What are the causes of lung cancer?", "Smoking leads to mutations that grow into tumours.", False),
        ("What are the causes of poverty?", "Unemployment leads to low income.", False),
        ("What are the effects of smoking?", "Lung cancer is caused by tobacco.", False),
        ("Where is malaria common?", "Malaria is caused by parasites.", False),
    ],
)
def test_what_a_thing_does_is_none_of_its_causes(question: str, sentence: str, turned: bool) -> None:
    assert is_other_way_round(question, sentence) is turned
