"""A numeral has one value however it is written, and an exponent is no digit of its base."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.text.numerals import NUMERAL, restored_powers, spelled_out, value_of
from research_agent.text.tokens import numbers, words


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("10⁶ tonnes", "10^6 tonnes"),
        ("10⁻⁶", "10^-6"),
        ("40 km²", "40 km^2"),
        ("3½", "3 1/2"),
        ("½ cup", "1/2 cup"),
        ("10\u202f000 men", "10,000 men"),
        ("1\u00a0000\u00a0000", "1,000,000"),
        ("2019\u00a0300", "2019\u00a0300"),
        ("10^{6}", "10^6"),
        ("3 1⁄2", "3 1/2"),
        ("plain 106", "plain 106"),
    ],
)
def test_odd_characters_are_spelled_out(text: str, spelled: str) -> None:
    assert spelled_out(text) == spelled


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10^6", 1e6), ("6.02×10^23", 6.02e23), ("6.02 × 10^23", 6.02e23), ("3 1/2", 3.5), ("1/2", 0.5),
        ("10^-6", 1e-6),
        ("1,200,000", 1.2e6), ("10^(6–8)", "10^(6–8)"), ("2^n", "2^n"), ("10^4000", "10^4000"), ("0^-1", "0^-1"),
    ],
)  # fmt: skip
def test_a_numeral_has_a_value(text: str, value: float | str) -> None:
    match = re.fullmatch(NUMERAL, text)
    assert match is not None
    assert value_of(match) == value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("10^6", other) for other in ("106", "10", "6", "10^7", "10 6", "10.6")),
        *(("10⁶", other) for other in ("106", "10")),
        *(("3 1/2", other) for other in ("31/2", "3", "1/2", "31", "2")),
        *(("6.02×10^23", other) for other in ("6.02", "1023", "10", "10^23")),
        ("10\u202f000", "10"),
        ("5/12", "5/10"),
    ],
)
def test_another_number_is_another(one: str, other: str) -> None:
    assert numbers(one) != numbers(other)
    if "/1" not in one:
        assert not numbers(one) & numbers(other)


@pytest.mark.parametrize(("text", "found"), [("24/7", {"24", "7"}), ("1/2/2020", {"1", "2", "2020"}), ("m^2", set())])
def test_dates_ratios_and_units_are_no_fractions_and_powers(text: str, found: set[str]) -> None:
    assert numbers(text) == found


def test_words_with_exponents_are_the_same_however_they_are_written() -> None:
    assert words("E = mc^2, km²") == words("E = mc², km^2") == ["e", "mc2", "km2"]
    assert words("10⁶") == words("10^6") == ["10", "6"]


@pytest.mark.parametrize(
    ("lost", "text"),
    [
        ("6.02214076×1023 mol−1", "6.02214076×10^23 mol−1"),
        ("1.5 x 106 cells", "1.5 x 10^6 cells"),
        ("3×10−6 s", "3×10^-6 s"),
        ("5.5 × 10-6", "5.5 × 10^-6"),
        *(
            (same, same)
            for same in ("1280×1024", "2×105 mm", "1.5×1000", "2.5 × 106.5", "1.5 × 10", "12.5×102", "4 x 106")
        ),
    ],
)
def test_powers_that_lost_their_markup_are_powers_again(lost: str, text: str) -> None:
    assert restored_powers(lost) == text


@given(st.text(alphabet="0123456789^/ ×½⁶²⁻−.,()\u202fnk", max_size=20))
def test_any_text_has_numbers(text: str) -> None:
    assert all(isinstance(number, str) for number in numbers(restored_powers(text)))
