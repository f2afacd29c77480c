"""Formulas are said in one line, with their numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.documents.mathematics import mathml, tex_in_dollars, tex_in_text, tex_to_text


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        ("E=mc^2", "E=mc^2"),
        (r"{\displaystyle 10^{-6}\,\mathrm{m}}", "10^-6 m"),
        (r"3\frac{1}{2}", "3 1/2"),
        (r"\frac{a+b}{2}", "(a+b)/2"),
        (r"\sqrt{2}\approx 1.41", "√2 ≈ 1.41"),
        (r"x_{i+1}^{2} \leq \alpha", "x_(i+1)^2 ≤ α"),
        (r"10{,}000 \text{ km}", "10,000 km"),
        (r"90^\circ", "90°"),
        (r"\left(\frac{1}{2}\right)^n", "(1/2)^n"),
        (r"\sin x", "sin x"),
        (r"\documentclass[12pt]{minimal}\begin{document}$$\mu = 5\times 10^{3}$$\end{document}", "μ = 5 × 10^3"),
        ("{" * 100 + "1" + "}" * 100, "1"),
        (r"\frac{1}", "1/()"),
        ("", ""),
    ],
)
def test_tex_is_said_in_one_line(tex: str, text: str) -> None:
    assert tex_to_text(tex) == text


def test_only_what_is_marked_as_a_formula_is_read_as_one() -> None:
    assert tex_in_text(r"Of \(x^{2}\) and \[y^{3}\], of x^{4} and $5.") == "Of x^2 and y^3, of x^{4} and $5."


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"of $3\times10^{6}$ cells", "of 3×10^6 cells"),
        (r"$z \sim 6$, $10^{-6}$", "z ~ 6, 10^-6"),
        ("costs $5 and $10, US$7", "costs $5 and $10, US$7"),
        (r"\$5 or $x$", r"\$5 or x"),
        ("$$E=mc^{2}$$", "E=mc^2"),
    ],
)
def test_dollars_enclose_a_formula_where_no_price_can(text: str, plain: str) -> None:
    assert tex_in_dollars(text) == plain


@pytest.mark.parametrize(
    ("tag", "parts", "text"),
    [
        ("msup", ["10", "6"], "10^6"),
        ("msup", ["a+b", "2"], "(a+b)^2"),
        ("msub", ["x", "1"], "x_1"),
        ("msubsup", ["x", "1", "2"], "x_1^2"),
        ("mfrac", ["1", "n+1"], "1/(n+1)"),
        ("mover", ["x", "¯"], "x"),
        ("mrow", ["3", "4", "sin", "x"], "3 4sin x"),
        ("mroot", ["8", "3"], "(8)^(1/3)"),
        ("msup", [], ""),
    ],
)
def test_mathml_is_said_in_one_line(tag: str, parts: list[str], text: str) -> None:
    assert mathml(tag, parts) == text


@given(st.text(alphabet=r"\{}^_$&~ 1x,/frac", max_size=60))
def test_any_tex_is_read(tex: str) -> None:
    assert isinstance(tex_to_text(tex), str)
