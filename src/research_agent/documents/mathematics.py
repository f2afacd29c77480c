"""Formulas as plain text: TeX and MathML, as in "E=mc^2", "1/2", "10^-6"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

__all__ = ["join_tokens", "mathml", "tex_in_dollars", "tex_in_text", "tex_to_text"]

LONGEST = 4000  # characters of TeX; a longer formula stays as it is written
DEEPEST = 40
TOKEN = re.compile(r"\\[A-Za-z]+\*?\s*|\\.|\s+|.", re.DOTALL)
DOCUMENT = re.compile(r"\\begin\{document\}(.*?)\\end\{document\}", re.DOTALL)
DELIMITED = re.compile(r"\\\((.{1,1000}?)\\\)|\\\[(.{1,1000}?)\\\]", re.DOTALL)
# As Pandoc has it: no space inside of the signs, no digit behind them, so that prices are none.
DOLLARS = re.compile(r"(?<![\\$])\${1,2}(?=[^\s$])([^$]{1,400}?)(?<=[^\s\\$])\${1,2}(?![\d$])")
# Commands that say nothing of their own; what is in their braces stands for itself.
SILENT = frozenset(
    "displaystyle textstyle scriptstyle scriptscriptstyle left right big Big bigg Bigg bigl bigr Bigl Bigr limits "
    "nolimits mathrm mathbf mathit mathsf mathtt mathcal mathbb mathfrak mathop boldsymbol bm operatorname text textrm "
    "textbf textit textnormal mbox hbox rm bf it ce hat bar vec tilde dot overline underline mathord nonumber".split()
)
SPACES = frozenset("quad qquad enspace thinspace medspace , ; : ! > space".split())
WITH_NAME = frozenset("begin end label tag vspace hspace phantom color".split())
FRACTIONS = frozenset("frac dfrac tfrac cfrac".split())
SYMBOLS = dict(
    pair.split("=")
    for pair in (
        "times=× cdot=· cdots=… ldots=… dots=… pm=± mp=∓ div=÷ le=≤ leq=≤ leqslant=≤ ge=≥ geq=≥ geqslant=≥ ne=≠ neq=≠ "
        "approx=≈ simeq=≃ sim=~ equiv=≡ propto=∝ ll=≪ gg=≫ infty=∞ partial=∂ nabla=∇ sum=∑ prod=∏ int=∫ to=→ "
        "rightarrow=→ leftarrow=← Rightarrow=⇒ leftrightarrow=↔ in=∈ subset=⊂ cup=∪ cap=∩ forall=∀ exists=∃ degree=° "
        "circ=° prime=′ hbar=ħ ell=ℓ langle=⟨ rangle=⟩ lbrace={ rbrace=} AA=Å mid=| vert=| star=* ast=* otimes=⊗ "
        "oplus=⊕ angle=∠ perp=⊥"
    ).split()
)
GREEK = re.compile(r"(?:var)?([A-Za-z]{2,7})")


def tex_in_text(text: str) -> str:
    r"""Text with the formulas that stand in it between \( and \), or \[ and \], in plain text."""
    if "\\(" not in text and "\\[" not in text:
        return text
    return DELIMITED.sub(lambda match: tex_to_text(match[1] or match[2]), text)


def tex_in_dollars(text: str) -> str:
    """Text of a service that writes formulas between dollar signs, such as arXiv, with these in plain text."""
    return tex_in_text(DOLLARS.sub(lambda match: tex_to_text(match[1]), text) if "$" in text else text)


def tex_to_text(tex: str) -> str:
    """Plain text of a TeX formula, or of the formula in a whole TeX document."""
    if document := DOCUMENT.search(tex):
        tex = document[1]
    tex = tex.strip().strip("$").strip()
    if len(tex) > LONGEST:
        return tex
    return " ".join(_Tex(tex).read().split())


class _Tex:
    """Recursive reader of the part of TeX that formulas in running text use; what it does not know it leaves."""

    def __init__(self, tex: str) -> None:
        self._tokens: list[str] = TOKEN.findall(tex.replace("{,}", ","))
        self._at = 0

    def read(self, depth: int = 0) -> str:
        """Text up to the end of the group."""
        out = ""
        while self._at < len(self._tokens):
            mark = self._next()
            if mark == "}":
                break
            said = self._said(mark, depth)
            if said[:1].isdigit() and out[-1:].isdigit() and "/" in said:  # 3 1/2
                out += " "
            out += said
        return out

    def _next(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1]

    def _argument(self, depth: int) -> str:
        """The next group or token."""
        while self._at < len(self._tokens):
            mark = self._next()
            if not mark.isspace():
                return self._said(mark, depth).strip()
        return ""

    def _said(self, mark: str, depth: int) -> str:
        if depth > DEEPEST:
            return "" if mark in "{}" else mark
        if mark == "{":
            return self.read(depth + 1)
        if mark in "^_":
            script = self._argument(depth + 1)
            return script if script in ("°", "′") else f"{mark}{_grouped(script)}"
        if mark in "~&" or mark.isspace():
            return " "
        return self._command(mark[1:], depth) if mark.startswith("\\") and len(mark) > 1 else mark

    def _command(self, name: str, depth: int) -> str:
        spaced, name = name[-1:].isspace(), name.strip().rstrip("*")
        if not name:
            return " "
        if name in FRACTIONS:
            top, bottom = self._argument(depth + 1), self._argument(depth + 1)
            return f"{_grouped(top)}/{_grouped(bottom)}"
        if name == "sqrt":
            return f"√{_grouped(self._argument(depth + 1))}"
        if name in WITH_NAME:
            self._argument(depth + 1)
            return " "
        if name in SILENT:
            return ""
        if name in SPACES:
            return " "
        if name == "\\":
            return "; "
        if said := SYMBOLS.get(name) or _letter(name):
            if said in "°′" or not spaced:
                return said
            return f"{said} " if said.isalpha() else f" {said} "
        return f" {name} " if name.isalpha() else name


def _letter(name: str) -> str:
    """Greek letter of that name; "" for none."""
    match = GREEK.fullmatch(name)
    if match is None:
        return ""
    size = "CAPITAL" if match[1][0].isupper() else "SMALL"
    # Unicode spells it "lamda".
    spelled = "LAMDA" if match[1].lower() == "lambda" else match[1].upper()
    try:
        return unicodedata.lookup(f"GREEK {size} LETTER {spelled}")
    except KeyError:
        return ""


def mathml(tag: str, parts: Sequence[str]) -> str:
    """Plain text of a MathML element by its tag and the texts of its children."""
    first, second = (*parts[:2], *[""] * (2 - len(parts[:2])))
    match tag:
        case "msup" | "mover" | "msub" | "munder" | "msubsup" | "munderover":
            return _with_scripts(tag, parts)
        case "mfrac":
            return f"{_grouped(first)}/{_grouped(second)}"
        case "msqrt":
            return f"√{_grouped(join_tokens(parts))}"
        case "mroot":
            return f"({first})^(1/{second})"
        case "mfenced":
            return f"({', '.join(parts)})"
        case "mtr" | "mtable":
            return (", " if tag == "mtr" else "; ").join(parts)
        case "maction":
            return first
        case _:
            return join_tokens(parts)


def _with_scripts(tag: str, parts: Sequence[str]) -> str:
    """Base with its scripts; an accent above it is left out."""
    base, *scripts = parts or [""]
    below = scripts[0] if tag.startswith(("msub", "munder")) and scripts else ""
    above = "" if tag in ("msub", "munder") else "".join(scripts[-1:])
    if tag == "mover" and not above.isalnum():
        above = ""
    lowered = f"{base}_{_grouped(below)}" if below else base
    return f"{lowered if below else _grouped(base)}^{_grouped(above)}" if above else lowered


def join_tokens(parts: Sequence[str]) -> str:
    """Tokens of a formula side by side; names of several letters, and figures beside figures, stand apart."""
    out = ""
    for part in parts:
        if not part:
            continue
        both_numbers = out[-1:].isdigit() and part[0].isdigit()
        word = out[-1:].isalpha() and part[0].isalpha() and (len(part) > 1 or out[-2:].isalpha())
        out += f" {part}" if both_numbers or word else part
    return out


def _grouped(text: str) -> str:
    """Text as one operand: in brackets unless it is a number, a name or in brackets already."""
    text = re.sub("^[\u2212\u2013]", "-", " ".join(text.split()))
    return text if re.fullmatch(r"-?[\w.,′*]+|[^\w\s]|\([^()]*\)", text) else f"({text})"
