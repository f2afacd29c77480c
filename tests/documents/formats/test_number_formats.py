"""Numbers of a workbook keep their meaning: as their format shows them, in digits of the same value."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.documents.formats.number_formats import displayed

ACCOUNTING = '_(* #,##0_);_(* \\(#,##0\\);_(* "-"??_);_(@_)'


@pytest.mark.parametrize(
    ("stored", "code", "shown"),
    [
        ("1895", "General", "1895"),
        ("0.30000000000000004", "General", "0.3"),
        ("1E-7", "General", "0.0000001"),
        ("1E+25", "General", "1E+25"),
        ("-12.5", "General", "-12.5"),
        ("1234567.891", "#,##0.00", "1,234,567.89"),
        ("0.155", "0%", "16%"),
        ("0.153", "0.0%", "15.3%"),
        ("2.5", "0", "3"),
        ("-0.001", "0.00", "0.00"),
        ("0.5", "#.00", ".50"),
        ("2", "0.##", "2"),
        ("123", "00000", "00123"),
        ("-5", "$0.00", "-$5.00"),
        ("-17", '"$"#,##0.00_);[Red]("$"#,##0.00)', "($17.00)"),
        ("3.5", "[$\u20ac-407]#,##0.00", "\u20ac3.50"),
        ("12000", '#,##0 "km"', "12,000 km"),
        ("3", 'General" pcs"', "3 pcs"),
        ("1500000", '0.0,,"M"', "1.5M"),
        ("1234567", "#,##0,", "1,235"),
        ("-1234", ACCOUNTING, "(1,234)"),
        ("0", ACCOUNTING, "-"),
        ("5", "[>=1000]#,##0;0.00", "5.00"),
        ("5000", "[>=1000]#,##0;0.00", "5,000"),
        ("1234567", "0.00E+00", "1.23E+06"),
        ("12345", "##0.0E+0", "12.3E+3"),
        ("3.5", "# ?/?", "3 1/2"),
        ("2.5", "# ?/8", "2 4/8"),
        ("-0.25", "# ??/??", "-1/4"),
        ("5550123", "000-0000", "5550123"),
        ("45000", "m/d/yy", "2023-03-15"),
        ("45000", "dddd, d mmmm yyyy", "Wednesday, 15 March 2023"),
        ("45000", "[$-409]d\\-mmm\\-yy;@", "15-Mar-2023"),
        ("45000.5", "yyyy-mm-dd hh:mm", "2023-03-15 12:00"),
        ("45000", "mm/yyyy", "2023-03"),
        ("45000", "yyyy", "2023"),
        ("1", "d/m/yyyy", "1900-01-01"),
        ("0.75", "h:mm AM/PM", "6:00 PM"),
        ("0.5", "h:mm:ss", "12:00:00"),
        ("1.5", "[h]:mm", "36:00"),
        ("0.000821", "mm:ss.0", "01:10.9"),
        ("-3", "yyyy-mm-dd", "-3"),
        ("1e9", "yyyy-mm-dd", "1000000000"),
        ("5", "@", "5"),
        ("5", "", "5"),
        ("5", '"yes";"no"', "yes"),
        ("abc", "0.00", "abc"),
        ("NaN", "0.00", "NaN"),
        ("1e99999999", "0.00", "1e99999999"),
        ("7", "[", "7"),
        ("7", '"', "7"),
    ],
)
def test_a_number_is_shown_by_its_format(stored: str, code: str, shown: str) -> None:
    assert displayed(stored, code) == shown


def test_days_may_be_counted_from_1904() -> None:
    assert displayed("0", "yyyy-mm-dd", is_1904=True) == "1904-01-01"


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14, places=3))
def test_a_number_without_a_format_keeps_its_value(value: Decimal) -> None:
    assert Decimal(displayed(str(value), "General")) == Decimal(format(value, ".15g"))


@given(st.floats(allow_nan=False, allow_infinity=False), st.text('0#?.,%E+-/ymdhs[]\\";@ G<>=_*$', max_size=12))
def test_any_format_shows_something(value: float, code: str) -> None:
    assert isinstance(displayed(repr(value), code), str)
