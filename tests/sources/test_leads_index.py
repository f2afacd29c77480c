"""Leads in another language are found by the stems of that language."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from research_agent.errors import SourceError
from research_agent.http import Client
from research_agent.setup.encyclopedia_index import build_database
from research_agent.sources.encyclopedia import DATABASE, FOLDER, Encyclopedia, folder_of
from research_agent.sources.leads_index import build_index, search_index
from research_agent.sources.protocol import SourceSettings, Tools
from research_agent.types import Topic

pytestmark = pytest.mark.anyio

LEADS = {
    "es": [("Lago Velmo", "El lago Velmo es el lago más profundo de la región."), ("Río Sarno", "Un río con peces.")],
    "fr": [("Lac Velmo", "Le lac Velmo est le plus profond de la région."), ("Sarno", "Une rivière poissonneuse.")],
    "ja": [("ヴェルモ湖", "ヴェルモ湖は地域で最も深い湖である。"), ("サルノ川", "魚の多い川。")],
    "zh": [("韦尔莫湖", "韦尔莫湖是该地区最深的湖泊。"), ("萨尔诺河", "一条多鱼的河流。")],
    "ar": [("بحيرة فيلمو", "بحيرة فيلمو هي أعمق بحيرة في المنطقة."), ("نهر سارنو", "نهر فيه أسماك.")],
    "ru": [("Озеро Вельмо", "Озеро Вельмо — самое глубокое в регионе."), ("Река Сарно", "Река, богатая рыбой.")],
}
ASKED = {
    "es": "¿Cuál es el más profundo de los lagos?",
    "fr": "Quels lacs sont les plus profonds ?",
    "ja": "最も深い湖はどれですか？",
    "zh": "最深的湖泊是哪个？",
    "ar": "ما هي أعمق البحيرات؟",
    "ru": "Какое из озёр самое глубокое?",
}


def index(folder: Path, lang: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    articles = [{"title": title, "extract": text, "description": "", "topic": ""} for title, text in LEADS[lang]]
    build_index(articles, folder / DATABASE, lang=lang, date="2026-01-01")
    return folder / DATABASE


@pytest.mark.parametrize("lang", LEADS)
def test_inflected_words_of_the_language_find_the_lead(tmp_path: Path, lang: str) -> None:
    first = search_index(index(tmp_path, lang), ASKED[lang], limit=2, source="encyclopedia")[0]
    assert (first.title, first.text) == LEADS[lang][0]
    assert (first.language, first.url.split("/")[2]) == (lang, f"{lang}.wikipedia.org")


@pytest.mark.parametrize("text", ["", "?", '"" OR *', "el la los", "NEAR(a b)", "x" * 50_000])
def test_no_text_breaks_the_search(tmp_path: Path, text: str) -> None:
    assert len(search_index(index(tmp_path, "es"), text, limit=3, source="encyclopedia")) <= 3


def test_a_damaged_or_strange_index_is_an_error_with_what_to_do(tmp_path: Path) -> None:
    database = tmp_path / DATABASE
    database.write_bytes(b"not a database" * 100)
    with pytest.raises(SourceError, match="cannot be read") as caught:
        search_index(database, "lago", limit=1, source="encyclopedia")
    assert "setup" in str(caught.value.hint)


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """The encyclopedia, and Spanish leads beside it."""
    english = tmp_path / FOLDER
    english.mkdir()
    leads = tmp_path / "leads.json"
    leads.write_text('{"a": {"title": "Lake Velmo", "extract": "Velmo is a lake.", "description": "", "topic": ""}}')
    build_database(leads, english / DATABASE)
    (english / "part.json").write_text("{}")
    index(tmp_path / folder_of("es"), "es")
    return tmp_path


async def test_the_index_of_the_language_is_asked_and_the_english_one_beside_it(parts: Path) -> None:
    source = Encyclopedia(SourceSettings(parts=parts))

    async def titles(question: str, lang: str) -> list[str]:
        topic = Topic(text=question, question=question, lang=lang)
        found = await source.search(topic, tools=Tools(client=cast(Client, cast(Any, None))), limit=5)
        return [document.title for document in found.documents]

    assert await titles("¿Dónde está el lago Velmo?", "es") == ["Lago Velmo", "Lake Velmo"]
    assert await titles("Where is Lake Velmo?", "en") == ["Lake Velmo"]
    assert await titles("Où est le lac Velmo ?", "fr") == ["Lake Velmo"]
    assert await titles("¿Dónde está el lago Velmo?", "../es") == ["Lake Velmo"]
