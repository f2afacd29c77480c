"""Bytes are decoded as the web does."""

from __future__ import annotations

import json
import re
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import SHARED
from research_agent.documents.charset import UndecodableError, charset_of, codec_of, decode
from research_agent_devtools.samples.wrong_bodies import CHARSETS, ODD, Odd

# The labels of the WHATWG encoding standard.
LABELS = {
    "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8",
    "cp866": "866 cp866 csibm866 ibm866",
    "iso8859-2": "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
    "iso8859-3": "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
    "iso8859-4": "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
    "iso8859-5": "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988",
    "iso8859-6": "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e "
    "iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987",
    "iso8859-7": "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7 "
    "iso_8859-7:1987 sun_eu_greek",
    "iso8859-8": "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 "
    "iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical",
    "iso8859-10": "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    "iso8859-13": "iso-8859-13 iso8859-13 iso885913",
    "iso8859-14": "iso-8859-14 iso8859-14 iso885914",
    "iso8859-15": "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9",
    "iso8859-16": "iso-8859-16",
    "koi8-r": "cskoi8r koi koi8 koi8-r koi8_r",
    "koi8-u": "koi8-ru koi8-u",
    "mac-roman": "csmacintosh mac macintosh x-mac-roman",
    "cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
    "cp1250": "cp1250 windows-1250 x-cp1250",
    "cp1251": "cp1251 windows-1251 x-cp1251",
    "cp1252": "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 "
    "iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 "
    "x-cp1252",
    "cp1253": "cp1253 windows-1253 x-cp1253",
    "cp1254": "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 "
    "windows-1254 x-cp1254",
    "cp1255": "cp1255 windows-1255 x-cp1255",
    "cp1256": "cp1256 windows-1256 x-cp1256",
    "cp1257": "cp1257 windows-1257 x-cp1257",
    "cp1258": "cp1258 windows-1258 x-cp1258",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "gb18030": "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030",
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "euc_jp": "cseucpkdfmtjapanese euc-jp x-euc-jp",
    "iso2022_jp": "csiso2022jp iso-2022-jp",
    "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
    "cp949": "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 "
    "windows-949",
    "utf-16-be": "unicodefffe utf-16be",
    "utf-16-le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
}
RUSSIAN = "Река Люмен течёт по острову Вара, её длина 412 километров."
KOREAN = "루멘강은 바라섬에 있는 강으로 길이는 412킬로미터이며 오스터산에서 시작한다."
CHINESE = "流明河是瓦拉岛上的一条河流，全长412公里，发源于奥斯特山。"
TAIWANESE = "流明河是瓦拉島上的一條河流，全長412公里，發源於奧斯特山。"
JAPANESE = "ルーメン川はヴァラ島を流れる川である。全長は412キロメートルで、オステル山に源を発する。"
FRENCH = "La rivière Lumen, longue de 412 kilomètres, prend sa source près du mont Oster ; son delta est protégé."
GERMAN = "Der Fluss ist 412 Kilometer lang und fließt über die Höhen von Öster, größer als jeder frühere."
SPANISH = "El río Lumen nace en la montaña de Oster, tiene 412 kilómetros, y desde el año 1987 está protegido."
POLISH = "Rzeka Lumen płynie przez wyspę Vara, ma długość 412 kilometrów i wypływa spod góry Oster, która się wznosi."
CZECH = "Řeka Lumen protéká ostrovem Vara, je dlouhá 412 kilometrů a její delta je chráněná příroda."
TURKISH = "Lumen ırmağı Vara adasındadır, uzunluğu 412 kilometredir ve Oster dağından doğar; şimdi koruma altındadır."
GREEK = "Ο ποταμός Λούμεν βρίσκεται στο νησί Βάρα και έχει μήκος 412 χιλιόμετρα."
ARABIC = "نهر لومن هو نهر في جزيرة فارا، يبلغ طوله 412 كيلومترا وينبع من جبل أوستر."
THAI = "แม่น้ำลูเมนเป็นแม่น้ำบนเกาะวารา มีความยาว 412 กิโลเมตร"
UNNAMED = [
    *((RUSSIAN, charset) for charset in ("cp1251", "koi8-r", "iso8859-5")),
    *((KOREAN, "euc-kr"), (CHINESE, "gbk"), (TAIWANESE, "big5"), (JAPANESE, "cp932"), (JAPANESE, "euc_jp")),
    *((JAPANESE, "iso2022_jp"), (GREEK, "cp1253"), (ARABIC, "cp1256"), (THAI, "cp874"), (TURKISH, "cp1254")),
    *((FRENCH, "cp1252"), (GERMAN, "cp1252"), (SPANISH, "cp1252"), (POLISH, "iso8859-2"), (CZECH, "cp1250")),
    *((CHINESE, "utf-8"), (FRENCH, "utf-8"), (RUSSIAN, "utf-8"), (GERMAN, "utf-16"), (CHINESE, "utf-16")),
]


def page(text: str, charset: str, declared: str = "") -> bytes:
    head = f"<meta charset='{declared}'>" if declared else ""
    return f"<html><head>{head}<title>Lumen</title></head><body class='a'><p>{text}</p></body></html>".encode(charset)


def named(odd: Odd) -> str | None:
    return odd.content_type.partition("charset=")[2] or None


def by_name(*odd: Odd) -> list[object]:
    return [pytest.param(one, id=one.name) for one in odd]


def test_there_are_sixty_and_each_has_a_name() -> None:
    assert len({odd.name for odd in ODD}) == len(ODD) == 60


@pytest.mark.parametrize("odd", by_name(*CHARSETS))
def test_text_is_decoded_by_mark_then_header_then_declaration(odd: Odd) -> None:
    if odd.text is None:
        with pytest.raises(UndecodableError):
            decode(odd.body, named(odd))
    else:
        assert decode(odd.body, named(odd)) == odd.text


def test_pythons_own_lookup_would_read_hidden_text() -> None:
    """The broken twin: a charset taken at its word."""
    assert b"+ADw-script+AD4-".decode("utf-7") == "<script>"
    assert charset_of(b"", "utf-7") == charset_of(b"", "idna") == charset_of(b"", "hex") == "utf-8"


@pytest.mark.parametrize(("codec", "labels"), LABELS.items(), ids=list(LABELS))
def test_the_names_of_the_web_are_known(codec: str, labels: str) -> None:
    assert {label: codec_of(label.upper()) for label in labels.split()} == dict.fromkeys(labels.split(), codec)


@pytest.mark.parametrize(("text", "charset"), UNNAMED)
@pytest.mark.parametrize("wrong", [None, "utf-8", "klingon"])
def test_a_charset_that_nobody_names_is_told_by_its_letters(text: str, charset: str, wrong: str | None) -> None:
    assert text in decode(page(text, charset), wrong)


@pytest.mark.parametrize(
    ("header", "declared", "charset", "text"),
    [
        ("utf-8", "gbk", "gbk", CHINESE),
        ("utf-8", "euc-kr", "euc-kr", KOREAN),
        ("utf-8", "iso-8859-1", "cp1252", FRENCH),
        ("iso-8859-1", "utf-8", "utf-8", FRENCH),
        ("iso-8859-1", "", "utf-8", RUSSIAN),
        ("iso-8859-1", "windows-1251", "cp1251", RUSSIAN),
        ("iso-8859-1", "shift_jis", "cp932", JAPANESE),
        ("iso-8859-1", "iso-8859-2", "iso8859-2", POLISH),
        ("gb2312", "utf-8", "utf-8", CHINESE),
        ("utf-16", "utf-8", "utf-8", GERMAN),
        ("windows-1251", "iso-8859-1", "cp1251", RUSSIAN),
        ("iso-8859-1", "gb2312", "cp1252", FRENCH),
        ("shift_jis", "euc-jp", "cp932", JAPANESE),
    ],
)
def test_a_name_that_the_bytes_refute_is_not_believed(header: str, declared: str, charset: str, text: str) -> None:
    assert text in decode(page(text, charset, declared), header)


@pytest.mark.parametrize(
    ("charset", "text"),
    [("utf-8", RUSSIAN), ("utf-8", GERMAN), ("gbk", CHINESE), ("euc-kr", KOREAN), ("cp932", JAPANESE)],
)
@pytest.mark.parametrize("name", [True, False])
def test_one_bad_byte_costs_one_character(charset: str, text: str, name: bool) -> None:
    """The broken twin decodes strictly: the page is lost."""
    body = page(f"{text} [] {text}", charset).replace(b"[]", b"[\x9f ]")
    with pytest.raises(UnicodeError):
        body.decode(charset)
    assert decode(body, charset if name else None).count(text) == 2


def test_a_declaration_after_the_first_kilobyte_is_believed_when_the_bytes_bear_it_out() -> None:
    late = f"<!--{'x' * 1100}-->".encode()
    assert decode(late + page("Вара", "cp1251", "windows-1251")).count("Вара") == 1
    assert RUSSIAN in decode(late + page(RUSSIAN, "cp1251", "utf-8"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gbk_header_says_utf8", "全长412公里"),
        ("euckr_no_name", "길이는 412킬로미터이다"),
        ("latin1_no_name", "La rivière Lumen, longue de 412 kilomètres"),
        ("sjis_late_meta", "全長は412キロメートル"),
        ("ar_utf8", "يبلغ طوله 412 كيلومترا"),
    ],
)
def test_the_pages_of_the_field_are_decoded(name: str, words: str) -> None:
    file = SHARED / "field" / "pages" / f"{name}.html"
    if not file.exists():
        pytest.skip("the shared data is not beside the checkout")
    head = json.loads(file.with_name(f"{file.name}.meta").read_text())["headers"]["Content-Type"]
    assert words in decode(file.read_bytes(), head.partition("charset=")[2] or None)


@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "gbk", "shift_jis", "latin1", "utf-16", "iso-2022-jp"]))
@settings(max_examples=100)
def test_any_bytes_are_text_or_said_to_be_none(body: bytes, name: str | None) -> None:
    with suppress(UndecodableError):
        decode(body, name).encode()


@pytest.mark.parametrize("piece", [b"<", b"<p ", b"\n", b"\xe9", b"\x82", b"<!--", b"<meta charset=", b"<?xml "])
def test_telling_takes_no_longer_for_hostile_bytes(piece: bytes) -> None:
    start = time.process_time()
    decode(b"\xff\xff" + piece * (500_000 // len(piece)) + b"\xff")
    assert time.process_time() - start < 1.0


# A few words, as in a title, a subtitle or a short file.
SHORT = {
    "cp1251": ("Только в :", "Датская кухня", "Грубый юмор", "Музей истории Москвы",
               "Ціна на хліб зросла", "Градът е стар"),
    "koi8-r": ("Поиск книг", "Ошибка чтения файла", "Норвежская рыба", "третий сезон", "Длина реки 412 км"),
    "iso8859-5": ("Значок клуба", "важный документ", "Длина реки 412 км"),
    "cp866": ("Флаги и гербы", "ОШИБКА", "документы семьи", "Турецкая кухня"),
    "cp932": ("写真の説明", "利用規約について", "第3回の会議", "天気予報は晴れ"),
    "euc_jp": ("写真の説明です", "利用規約について", "天気予報は晴れ"),
    "gbk": ("文件不存在", "全长412公里", "城市人口统计", "第3章 概论"),
    "big5": ("檔案不存在", "全長412公里", "城市人口統計", "第3章 河流的長度"),
    "euc_kr": ("파일이 없습니다", "길이는 412킬로미터", "오늘의 날씨", "새로운 소식을 전합니다"),
    "iso8859-7": ("Άγνωστη τοποθεσία", "Η ιστορία της πόλης", "μήκος 412 χιλιόμετρα", "Άρτα"),
    "cp1253": ("Η ιστορία της πόλης", "μήκος 412 χιλιόμετρα"),
    "cp1256": ("طول النهر 412 كيلومترا", "أخبار اليوم", "تاريخ المدينة القديمة"),
    "cp1255": ("אורך הנהר 412 קילומטר", "חדשות היום", "תולדות העיר"),
    "cp874": ("ประวัติศาสตร์ไทย", "ความยาว 412 กิโลเมตร"),
    "iso8859-2": ("błąd w odczycie pliku z tą częścią źródeł", "hodně štěstí",
                  "árvíztűrő tükörfúrógép", "Istoria oraşului în câteva cuvinte şi date"),
    "cp1250": ("sportovní zařízení města Zlín", "żółta łódź", "őszi eső és téli hó a hegyekben"),
    "cp1252": ("Größe und Länge", "déjà vu à Genève", "año y señal", "São João", "smörgåsbord",
               "brønd på Fyn", "perché così"),
    "cp1254": ("ırmağın uzunluğu ölçüldü", "İstanbul'un tarihi ve şehir yapısı"),
    "cp1257": ("mazākās upes garums, kā arī tās ūdens", "ėjo į mišką"),
}  # fmt: skip


CAPITALS = {
    "cp1251": ("РЕКА ЛУМЕН ИМЕЕТ ДЛИНУ 412 КИЛОМЕТРОВ", "ПРАВИТЕЛЬСТВО ПРИНЯЛО НОВЫЙ ЗАКОН", "ПРАВДА О РЕКЕ ЛУМЕН",
               "НАСЕЛЕННЯ ЗАЙМАЄТЬСЯ РИБАЛЬСТВОМ", "ГРАДЪТ Е ОСНОВАН ОТ ТЪРГОВЦИ"),
    "koi8-r": ("РЕКА ЛУМЕН ИМЕЕТ ДЛИНУ 412 КИЛОМЕТРОВ", "ВОЙНА ЗАКОНЧИЛАСЬ ПОДПИСАНИЕМ ДОГОВОРА",
               "МУЗЕЙ ИСТОРИИ МОСКВЫ"),
    "koi8-u": ("НАСЕЛЕННЯ ЗАЙМАЄТЬСЯ РИБАЛЬСТВОМ",),
    "cp866": ("ДЛИНА РЕКИ 412 КИЛОМЕТРОВ",),
    "iso8859-5": ("ДЛИНА РЕКИ 412 КИЛОМЕТРОВ",),
}  # fmt: skip


@pytest.mark.parametrize(("charset", "text"), [(name, text) for name, texts in CAPITALS.items() for text in texts])
def test_capitals_in_a_charset_that_nobody_names_are_told_by_their_letters(charset: str, text: str) -> None:
    assert decode(text.encode(charset)) == text
    assert decode(text.lower().encode(charset)) == text.lower()


@pytest.mark.parametrize(
    ("page", "named", "said"),
    [
        (b"<!-- <meta charset=koi8-r> --><meta charset=windows-1251>" + RUSSIAN.encode("cp1251"), None, RUSSIAN),
        (
            b"<meta http-equiv=Content-Type content='text/html; charset=windows-1251'>" + RUSSIAN.encode("cp1251"),
            None,
            RUSSIAN,
        ),
        (b"<meta charset=utf-16>" + RUSSIAN.encode(), None, RUSSIAN),
        (b"<meta charset=x-user-defined>abc", None, "abc"),
        (RUSSIAN.encode(), '"utf-8"', RUSSIAN),
        (RUSSIAN.encode(), "none", RUSSIAN),
        (RUSSIAN.encode(), "utf-8;", RUSSIAN),
        ("Río está allí mañana".encode("latin-1"), "utf-8", "Río está allí mañana"),
        ("Río está".encode() + b"\xff" + " allí".encode(), "utf-8", "Río está\ufffd allí"),
        (b"\xef\xbb\xbf" + RUSSIAN.encode(), "iso-8859-1", RUSSIAN),
        (b"\xfe\xff" + RUSSIAN.encode("utf-16-be"), "utf-8", RUSSIAN),
        ("The harbour froze in 1895.".encode("utf-16-le"), None, "The harbour froze in 1895."),
        (b"\x93quoted\x94 \x80 5", "iso-8859-1", "“quoted” € 5"),
        (b"<?xml version='1.0' encoding='iso-8859-2'?>" + "żółw".encode("iso8859-2"), None, "żółw"),
        ("喺香港".encode("big5hkscs"), "big5", "喺香港"),
        (b"+ADw-script+AD4-", "utf-7", "+ADw-script+AD4-"),
    ],
)
def test_a_charset_is_told_as_browsers_tell_it(page: bytes, named: str | None, said: str) -> None:
    assert said in decode(page, named)


@pytest.mark.parametrize(("charset", "text"), [(name, text) for name, texts in SHORT.items() for text in texts])
def test_a_few_words_in_a_charset_that_nobody_names_are_told_by_their_letters(charset: str, text: str) -> None:
    assert decode(text.encode(charset)) == text
    assert decode(f"<title>{text}</title>".encode(charset)) == f"<title>{text}</title>"


def test_the_naive_way_gives_letters_of_another_script() -> None:
    """The broken twin: Western, as most clients read what names no charset."""
    told = [
        text.encode(charset).decode("cp1252", "replace") == text for charset, all_ in SHORT.items() for text in all_
    ]
    assert sum(told) < len(told) / 3


@given(
    st.text("0123456789 ,.-abcxyz", min_size=1, max_size=40),
    st.binary(max_size=40).map(lambda high: bytes(byte | 0x80 for byte in high)),
    st.integers(0, 40),
)
@settings(max_examples=150)
def test_no_guess_takes_a_figure_away_or_makes_one(plain: str, high: bytes, place: int) -> None:
    body = plain.encode()[:place] + high + plain.encode()[place:]
    with suppress(UndecodableError):
        assert re.findall("[0-9]", decode(body)) == re.findall("[0-9]", plain)


@pytest.mark.parametrize(
    "text",
    [
        "5 µm thick",
        "50 µg of it",
        "35‰",
        "50¢ each",
        "12 ÷ 4",
        "† 1811",
        "§ 5 ¶ 2",
        "5 µA, ±3",
        "It's ¥500 here",
        "½ of it",
    ],
)
def test_signs_by_themselves_are_no_letters_of_another_alphabet(text: str) -> None:
    """A unit, a currency and the letter beside it stay what they are, whatever script the bytes could be of too."""
    assert decode(text.encode("cp1252")) == text
    assert decode(" ".join([text] * 30).encode("cp1252")) == " ".join([text] * 30)
