"""Bytes are decoded as the web does."""

from __future__ import annotations

import pytest

from research_agent.documents.charset import UndecodableError, charset_of, decode
from research_agent_devtools.samples.wrong_bodies import CHARSETS, ODD, Odd


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


@pytest.mark.parametrize("label", ["gb2312", "big5", "euc-kr", "x-sjis", "windows-874", "macintosh", "iso-8859-8-i"])
def test_the_names_of_the_web_are_known(label: str) -> None:
    assert charset_of(b"", label) != "utf-8"
