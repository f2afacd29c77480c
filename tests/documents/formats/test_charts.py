"""Charts: their categories and series as a table, in the figures that they show."""

from __future__ import annotations

import pytest

from research_agent.documents.formats.charts import tell_chart
from research_agent.documents.formats.text_builder import TextBuilder


def points(*values: str, code: str = "") -> str:
    rows = "".join(f'<pt idx="{place}"><v>{value}</v></pt>' for place, value in enumerate(values))
    return f"<numRef><numCache><formatCode>{code}</formatCode>{rows}</numCache></numRef>" if code else f"<r>{rows}</r>"


YEARS = f"<cat>{points('2022', '2023')}</cat>"
ONE = f"<ser><tx>{points('Ice')}</tx>{YEARS}<val>{points('0.153', '0.2', code='0.0%')}</val></ser>"
TWO = f"<ser><tx><v>Fish</v></tx>{YEARS}<val>{points('7', code='General')}</val></ser>"
TITLE = "<chart><title><t>Ice and fish</t></title></chart>"


@pytest.mark.parametrize(
    ("chart", "text"),
    [
        (ONE, "Ice\n2022; Ice: 15.3%\n2023; Ice: 20.0%"),
        (f"{TITLE}{ONE}{TWO}", "Ice and fish\n\nIce; Fish\n2022; Ice: 15.3%; Fish: 7\n2023; Ice: 20.0%"),
        ("<ser><xVal/><yVal><pt idx='x'/><pt idx='99999999'><v>1</v></pt></yVal></ser>", ""),
        (TITLE, ""),
    ],
)
def test_a_chart_is_a_table(chart: str, text: str) -> None:
    told = TextBuilder()
    tell_chart(f"<chartSpace>{chart}</chartSpace>".encode(), told)
    assert told.file_text().text == text
