"""Formulas as plain text: marks are no words, and no number is changed."""

from __future__ import annotations

import pytest

from research_agent.text.formulas import plain_formulas
from research_agent.text.tokens import words


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"\(E = mc^2\)", "E = mc²"),
        (r"\[ a^{10} + b_1 \]", "a¹⁰ + b₁"),
        (r"$\alpha$ decay", "α decay"),
        (r"the golden ratio \(\varphi\)", "the golden ratio φ"),
        (r"$$\frac{a}{b} \times \Omega$$", "a/b × Ω"),
        (r"\(\sqrt{2}\)", "√(2)"),
        (r"\(\text{rate} = k\,[A]\)", "rate = k [A]"),
        (r"\(\mathrm{H}_2\mathrm{O}\)", "H₂O"),
        (r"\(\hbar\omega\)", "ħω"),
        ("x^2 and H_2O", "x² and H₂O"),
        ("10^6 and 2^10", "10^6 and 2^10"),
        (r"\(10^{19}\)", "10^19"),
        ("$5 and $10", "$5 and $10"),
        ("US$5 to $x", "US$5 to $x"),
        (r"\(\lambda\)", "λ"),
        (r"C:\new", r"C:\new"),
        ("snake_case_1 and a_b", "snake_case_1 and a_b"),
    ],
)
def test_formulas(text: str, plain: str) -> None:
    assert plain_formulas(text) == plain


def test_the_words_are_those_of_plain_writing() -> None:
    assert words(plain_formulas(r"What does \(E = mc^2\) mean?")) == words("What does E = mc2 mean?")
