"""Numbers with units, and days, as texts write them."""

from __future__ import annotations

import time

import pytest

from research_agent.text.quantities import days, quantities


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Everest is 8,849 m (29,032 ft) tall.", [(8849.0, "m"), (29032.0, "ft")]),
        ("It covers 9.6 million square kilometres.", [(9_600_000.0, "square kilometres")]),
        ("It drains 29,412 km2 of land.", [(29412.0, "km2")]),
        ("It drains 29,412 km² of land.", [(29412.0, "km²")]),
        ("At 38.5 °C, 45% of them died.", [(38.5, "°C"), (45.0, "%")]),
        ("It cost $3.2 billion.", [(3_200_000_000.0, "$")]),
        ("It has 720,000 inhabitants and 3 ports.", [(720000.0, "inhabitants"), (3.0, "ports")]),
        ("It is 412 long.", [(412.0, "")]),
        ("It runs at 120 km/h or 75 miles per hour.", [(120.0, "km/h"), (75.0, "miles per hour")]),
        ("A low of −12 °C.", [(-12.0, "°C")]),
        ("In 1934, on 9 June 1934 and on 1934-06-09.", []),
        ("It cost $5bn, £3m or A$2 million.", [(5e9, "$"), (3e6, "£"), (2e6, "A$")]),
        ("It has 12 crore people.", [(12e7, "people")]),
        ("From –5 °C to minus 40 °C.", [(-5.0, "°C"), (-40.0, "°C")]),
        ("The 3rd in the 6th century.", []),
        ("No number here.", []),
    ],
)
def test_numbers_have_their_units(text: str, found: list[tuple[float, str]]) -> None:
    assert [(one.value, one.unit) for one in quantities(text)] == found


def test_where_it_stands_and_whether_it_is_rough() -> None:
    text = "It has about 5.6 million people, or 5,601,234."
    rough, exact = quantities(text)
    assert text[rough.start : rough.end].startswith("5.6 million")
    assert (rough.rough, rough.digits, exact.rough, exact.digits) == (True, 1, False, 0)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("born 7 November 1867", [(1867, 11, 7)]),
        ("on November 7, 1867", [(1867, 11, 7)]),
        ("in November 1867", [(1867, 11, 0)]),
        ("in 1867", [(1867, 0, 0)]),
        ("1867-11-07", [(1867, 11, 7)]),
        ("44 BC", [(-43, 0, 0)]),
        ("from 1939 to 1945", [(1939, 0, 0), (1945, 0, 0)]),
        ("44 B.C., 1200BC", [(-43, 0, 0), (-1199, 0, 0)]),
        ("1200–1150 BC", [(-1199, 0, 0), (-1149, 0, 0)]),
        ("30 February 1900", []),
        ("1,867 people and $1900 and 1867%", []),
        ("1867.5 m", []),
    ],
)
def test_days_of_every_form(text: str, found: list[tuple[int, int, int]]) -> None:
    assert [(one.year, one.month, one.day) for one in days(text)] == found


def test_a_long_row_of_numbers_takes_no_time() -> None:
    began = time.process_time()
    assert len(list(quantities("1 " * 4_000))) == 4_000
    assert time.process_time() - began < 2  # it took ten times as long when each looked back to the beginning
