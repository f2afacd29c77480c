r"""
Formulas in a question as plain text: marks of LaTeX are no words.

`\(E = mc^2\)` -> "E = mc²", `$\alpha_1$` -> "α₁", `\frac{a}{b}` -> "a/b".
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["plain_formulas"]

DELIMITED = re.compile(
    r"\\\((?P<round>.{1,2000}?)\\\)|\\\[(?P<square>.{1,2000}?)\\\]|\$\$(?P<double>[^$]{1,2000})\$\$"
    r"|(?<![\w$])\$(?P<single>(?=[^\s\d$])[^$\n]{1,300}(?<=\S)|\d+(?=[^$\n]*[\\^_=])[^$\n]{1,300}(?<=\S))\$(?![\w$])",
    re.DOTALL,
)
# Of a letter: 10^6 stays 10^6. Outside of formulas x_1 is one, and snake_case_1 a name.
POWER = re.compile(r"(?<=[^\W\d_)])([\^_])(?:\{(-?\d{1,3})\}|(-?\d))")
BARE_POWER = re.compile(r"(?:(?<=\b[^\W\d_])|(?<=\b[^\W\d_]{2}))([\^_])(?:\{(-?\d{1,3})\}|(-?\d))")
FRACTION = re.compile(r"\\d?frac\s*\{([^{}]{1,200})\}\s*\{([^{}]{1,200})\}")
ROOT = re.compile(r"\\sqrt\s*\{([^{}]{1,200})\}")
WORDED = re.compile(r"\\(?:text|mathrm|mathbf|mathit|operatorname|mathbb|mathcal|vec|hat|bar)\s*\{([^{}]{1,200})\}")
SPACING = re.compile(r"\\[,;:!> ]|\\q?quad\b|~")
COMMAND = re.compile(r"\\([A-Za-z]+)")
SIGNS = {
    "times": "×", "cdot": "·", "div": "÷", "pm": "±", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠",
    "ne": "≠", "approx": "≈", "infty": "∞", "sum": "∑", "int": "∫", "partial": "∂", "nabla": "∇", "to": "→",
    "rightarrow": "→", "hbar": "ħ", "left": "", "right": "", "displaystyle": "", "lambda": "λ", "Lambda": "Λ",
}  # fmt: skip
RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
LOWERED = str.maketrans("0123456789-", "₀₁₂₃₄₅₆₇₈₉₋")


def plain_formulas(text: str) -> str:
    """Text whose formulas are plain; powers and indices of a letter are raised and lowered digits."""
    text = DELIMITED.sub(lambda match: _plain(next(filter(None, match.groups()), "")), text)
    return BARE_POWER.sub(_small, text)


def _plain(formula: str) -> str:
    for pattern, made in ((WORDED, r"\1"), (FRACTION, r"\1/\2"), (ROOT, r"√(\1)")):
        formula = pattern.sub(made, formula)
    formula = COMMAND.sub(_sign, SPACING.sub(" ", POWER.sub(_small, formula)))
    return " ".join(formula.replace("{", "").replace("}", "").replace("\\", "").split())


def _small(match: re.Match[str]) -> str:
    digits = match[2] or match[3]
    return digits.translate(RAISED if match[1] == "^" else LOWERED)


def _sign(match: re.Match[str]) -> str:
    """The sign of a command; an unknown one keeps its name."""
    name = match[1].removeprefix("var")
    if name in SIGNS:
        return SIGNS[name]
    try:
        return unicodedata.lookup(f"GREEK {'CAPITAL' if name[0].isupper() else 'SMALL'} LETTER {name.upper()}")
    except KeyError:
        return name
