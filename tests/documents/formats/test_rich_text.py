"""Rich text: by its grammar, in any code page, without what is no text."""

from __future__ import annotations

import pytest

from research_agent.documents import UnreadableFileError
from research_agent.documents.file_text import FileText
from research_agent.documents.formats.rich_text import read_rich_text
from research_agent.documents.formats.text_builder import TextBuilder
from research_agent_devtools.samples.office_files import RTF


def read(data: bytes) -> FileText:
    told = TextBuilder()
    read_rich_text(data, told)
    return told.file_text()


def test_a_document() -> None:
    content = read(RTF)
    assert content.text == (
        "Ice\n\nIn 1895 it was 10^6 Pa, caf\u00e9, \u20ac5 \u041f\u0440\u0438\u0432\u0435\u0442.\n\nNote of 7.\n\n"
        "Ship; 2022; 2023\nShip: Aurora; 2022: 1234.5; 2023: 17\n\nlink"
    )
    assert [(place.kind, place.label) for place in content.places] == [("heading", "Ice"), ("table", "")]
    assert (content.title, content.author, content.published) == ("Ice", "A. Writer", "2024-03-05")


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (rb"a\tab b\line c\emdash d\~e\-f\_g\{h\}\\i", "a b\nc\u2014d ef-g{h}\\i"),
        (rb"\uc1\u-10179?\u-8704? \uc2\u8364\'80\'80x\uc0\u8364y", "\U0001f600 \u20acx\u20acy"),
        (rb"{\f1 \'83A\'83C}", "\u30a2\u30a4"),
        (rb"\ansicpg1251 \'cf", "\u041f"),
        (rb"\mac\'8e", "\u00e9"),
        (rb"\ansicpg99999 \'e9", "\u00e9"),
        (rb"a{\*\unknown gone}{\header gone}{\pict 0a0b}{\object{\*\objdata 00}{\result b}}c", "abc"),
        (rb"a\bin5 }{}{}b", "ab"),
        (rb"a{\v gone}b{\super 2}c{\sub 3}d{\up6 e}", "ab^2 c3de"),
        (b"a\\\nb\\\r\nc\nd", "a\n\nb\n\ncd"),
        (rb"{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt box}}", "box"),
        (rb"\trowd a\cell b\cell", "a; b"),
        (rb"a}}}b", "ab"),
        (rb"a\pard\outlinelevel1 b\par", "ab"),
        (rb"\'zz\'e", "zze"),
        (b"a\\", "a"),
        (rb"x\u- y\i-0 z", "x- yz"),
    ],
)
def test_characters_and_destinations(said: bytes, text: str) -> None:
    assert read(rb"{\rtf1\ansi{\fonttbl{\f1\fcharset128 G;}}" + said).text == text


def test_too_deep_a_nesting_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="nested"):
        read(rb"{\rtf1" + b"{" * 1000)
