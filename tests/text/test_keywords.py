"""What is searched for is what a question asks about, in its own words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from research_agent.text.keywords import MOST, keywords

ROWS = [
    ("es", "¿Cuál es la capital de Australia?", "Australia capital"),
    ("es", "¿En qué año terminó la Segunda Guerra Mundial?", "Segunda Guerra Mundial año terminó"),
    ("es", "¿Qué es la fotosíntesis?", "fotosíntesis"),
    ("es", "¿Cuál es la velocidad de la luz?", "velocidad de la luz"),
    ("fr", "Qu'est-ce que la photosynthèse ?", "photosynthèse"),
    ("fr", "Qui a peint Léonard de Vinci ?", "Léonard de Vinci peint"),
    ("fr", "Quelle est la capitale de l’Australie ?", "Australie capitale"),
    ("de", "Was ist die Hauptstadt von Australien?", "Hauptstadt von Australien"),
    ("de", "Wie hoch ist der Mount Everest?", "Mount Everest hoch"),
    ("it", "Chi ha scritto l'Amleto?", "Amleto scritto"),
    ("pt", "O que é a fotossíntese?", "fotossíntese"),
    ("nl", "Wat is de hoofdstad van Australië?", "Australië hoofdstad"),
    ("ru", "Что такое фотосинтез?", "такое фотосинтез"),
    ("ar", "ما هي عاصمة أستراليا؟", "عاصمة أستراليا"),
    ("zh", "光合作用是什么？", "光合作用"),
    ("zh", "澳大利亚的首都是哪里？", "澳大利亚 首都"),
    ("ja", "オーストラリアの首都はどこですか？", "オーストラリア 首都"),
    ("ja", "光合成とは何ですか？", "光合成"),
    ("ja", "りんごとは何ですか？", "りんご"),
    ("ko", "오스트레일리아의 수도는 어디입니까?", "오스트레일리아 수도"),
]


@pytest.mark.parametrize(("lang", "question", "expected"), ROWS)
def test_keywords_of_a_question(lang: str, question: str, expected: str) -> None:
    assert keywords(question, lang) == expected


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["es", "de", "zh", "ja", "ko", "ar", "xx"]))
def test_keywords_are_few_and_words_of_the_question(text: str, lang: str) -> None:
    found = keywords(text, lang).split()
    assert len(found) <= MOST
    assert all(word in text for word in found)
