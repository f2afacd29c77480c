"""Equations of Office documents in one line: their figures and what stands above or below what."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest

from research_agent.documents.formats.word_equations import equation_text
from research_agent_devtools.samples.office_files import MATH


def run(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("equation", "said"),
    [
        (f"<m:f><m:num>{run('1')}</m:num><m:den>{run('2')}</m:den></m:f>", "1/2"),
        (f"<m:f><m:num>{run('a+b')}</m:num><m:den>{run('2')}</m:den></m:f>", "(a+b)/2"),
        (f"<m:sSub><m:e>{run('x')}</m:e><m:sub>{run('1')}</m:sub></m:sSub>", "x_1"),
        (f"<m:rad><m:deg/><m:e>{run('2')}</m:e></m:rad>", "\u221a2"),
        (f"<m:rad><m:deg>{run('3')}</m:deg><m:e>{run('8')}</m:e></m:rad>", "(8)^(1/3)"),
        (f"<m:d><m:e>{run('a')}</m:e></m:d>", "(a)"),
        (f'<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr><m:e>{run("a")}</m:e></m:d>', "[a]"),
        (f"<m:m><m:mr><m:e>{run('1')}</m:e><m:e>{run('2')}</m:e></m:mr><m:mr><m:e>{run('3')}</m:e></m:mr></m:m>",
         "1, 2; 3"),
        (f'<m:nary><m:naryPr><m:chr m:val="\u2211"/></m:naryPr><m:sub>{run("i")}</m:sub><m:sup>{run("9")}</m:sup>'
         f"<m:e>{run('x')}</m:e></m:nary>", "\u2211_i^9 x"),
        (run("E=mc"), "E=mc"),
    ],
)  # fmt: skip
def test_equations(equation: str, said: str) -> None:
    assert equation_text(fromstring(f'<m:oMath xmlns:m="{MATH}">{equation}</m:oMath>')) == said
