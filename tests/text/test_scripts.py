"""Text of every script has words: one spelling, and pieces where no spaces separate them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from research_agent.text.scripts import content_pieces, folded, pieces, without_accents
from research_agent.text.tokens import content_stems, content_words, stem, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＮＡＳＡ　２０２４", "nasa 2024"),
        ("أحمد", "احمد"),
        ("مُحَمَّد", "محمد"),
        ("الـــكتاب", "الكتاب"),
        ("مكتبة", "مكتبه"),
        ("правово́е", "правовое"),
        ("ﾃﾚﾋﾞ", "テレビ"),
        ("İstanbul", "istanbul"),
        ("l’eau", "l'eau"),
        ("Straße", "strasse"),
    ],
)
def test_one_word_has_one_spelling(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("光合作用", ["光合", "合作", "作用"]),
        ("水", ["水"]),
        ("テレビアニメ", ["テレビアニメ"]),
        ("日本のテレビ", ["日本", "の", "テレビ"]),
        ("대한민국", ["대한", "한민", "민국"]),
        ("กรุงเทพ", ["กร", "รุ", "ุง", "งเ", "เท", "ทพ"]),
        ("3d映像", ["3d", "映像"]),
    ],
)
def test_text_without_spaces_is_cut_into_pairs(run: str, expected: list[str]) -> None:
    assert pieces(run) == expected


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("光合成とは何ですか", ["光合", "合成", "光", "合", "成", "何"]),
        ("りんごとは", ["りん", "んご"]),
        ("りんごは", ["りん", "んご"]),
        ("東京に", ["東京", "東", "京"]),
    ],
)
def test_content_of_japanese_is_what_is_not_grammar(run: str, expected: list[str]) -> None:
    assert content_pieces(run) == expected


@pytest.mark.parametrize(
    ("lang", "question", "expected"),
    [
        ("es", "¿Cuál es la capital de Australia?", {"capital", "australia"}),
        ("es", "¿Quién pintó la Mona Lisa?", {"pintó", "mona", "lisa"}),
        ("fr", "Qu'est-ce que l'eau ?", {"eau"}),
        ("fr", "Quelle est la capitale de l’Australie ?", {"capitale", "australie"}),
        ("de", "Was ist die Hauptstadt von Australien?", {"hauptstadt", "australien"}),
        ("pt", "Qual é a capital da Austrália?", {"capital", "austrália"}),
        ("it", "Qual è la capitale dell'Australia?", {"capitale", "australia"}),
        ("nl", "Wat is de hoofdstad van Australië?", {"hoofdstad", "australië"}),
        ("ru", "Какой город является столицей Австралии?", {"город", "столицей", "австралии"}),
        ("ar", "ما هي عاصمة أستراليا؟", {"عاصمه", "استراليا"}),
        ("zh", "水是什么？", {"水"}),
        ("tr", "Avustralya'nın başkenti neresidir?", {"avustralya'nın", "başkenti"}),
        ("en", "What is the capital of Australia?", {"capital", "australia"}),
    ],
)
def test_content_words_by_language(lang: str, question: str, expected: set[str]) -> None:
    assert expected <= set(content_words(question, lang))
    if lang != "zh":
        assert set(content_words(question, lang)) == expected


@pytest.mark.parametrize(
    ("lang", "one", "other"),
    [
        ("es", "inventó", "inventaron"),
        ("es", "países", "país"),
        ("fr", "nationales", "national"),
        ("de", "Häuser", "Haus"),
        ("pt", "nações", "nacões"),
        ("it", "gatti", "gatto"),
        ("nl", "steden", "steden"),
        ("ru", "столицей", "столица"),
        ("ru", "столицы", "столица"),
        ("ar", "الكتاب", "كتاب"),
        ("fi", "kaupungissa", "kaupungit"),
        ("tr", "şehirler", "şehir"),
        ("es", "méxico", "mexico"),
    ],
)
def test_inflections_share_a_stem(lang: str, one: str, other: str) -> None:
    assert set(content_stems(one, lang)) & set(content_stems(other, lang))


def test_a_script_has_its_stemmer_without_being_told_the_language() -> None:
    assert stem("столицей") == stem("столица") == stem("столица", "ru")
    assert set(content_stems("光合作用是什么")) & set(content_stems("植物通过光合作用制造养分。"))


def test_whole_runs_as_words_would_share_nothing() -> None:
    """The broken twin: without pieces a clause of Chinese is one word, found in no other."""
    question, text = "光合作用是什么？", "光合作用是植物利用光能的过程。"
    assert not {"光合作用是什么"} & {"光合作用是植物利用光能的过程"}
    assert len(set(content_words(question)) & set(content_words(text))) >= 3


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["en", "es", "fr", "de", "ar", "ja", "zh", "ru", "xx"]))
def test_any_text_has_tokens_that_do_not_change_when_read_again(text: str, lang: str) -> None:
    for word in content_words(text, lang):
        assert word
        assert stem(word, lang) == stem(word, lang)
    assert without_accents(without_accents(text)) == without_accents(text)


@given(st.from_regex(r"[A-Za-z0-9 .,'?-]{0,60}", fullmatch=True))
def test_english_is_read_as_before(text: str) -> None:
    """Words of plain text are its runs of letters and digits, case-folded, without a possessive."""
    import re

    assert words(text) == [word.removesuffix("'s") for word in re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text.casefold())]
