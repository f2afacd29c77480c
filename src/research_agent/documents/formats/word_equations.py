"""Equations of Office documents (OMML) in one line of text: mammoth leaves them out, and a figure with them."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element, SubElement, tostring

from research_agent.documents.formats.office_xml import attribute, children, local, root_of
from research_agent.documents.mathematics import join_tokens, mathml

__all__ = ["EQUATION", "equation_text", "with_equations"]

EQUATION = b":oMath"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
UNSEEN = dict.fromkeys(range(0x2061, 0x2065))  # signs of what is applied to what
SCRIPTS = {"sSup": ("msup", "e sup"), "sSub": ("msub", "e sub"), "sSubSup": ("msubsup", "e sub sup")}


def with_equations(data: bytes) -> bytes:
    """A part of a Word document with the text of each equation in the place of it."""
    root = root_of(data)
    for parent in list(root.iter()):
        for place, child in enumerate(parent):
            if local(child.tag) in ("oMath", "oMathPara"):
                parent[place] = _run(equation_text(child), child.tail)
    said: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return said


def _run(text: str, tail: str | None) -> Element:
    run = Element(f"{{{WORD}}}r")
    run.tail = tail
    SubElement(run, f"{{{WORD}}}t").text = text
    return run


def equation_text(element: Element) -> str:
    """Text of an equation or a part of one."""
    name = local(element.tag)
    if name == "t":
        return (element.text or "").translate(UNSEEN)
    if name.endswith("Pr"):
        return ""
    if name in SCRIPTS:
        tag, parts = SCRIPTS[name]
        return mathml(tag, [_at(element, part) for part in parts.split()])
    if (said := SAID.get(name)) is not None:
        return said(element)
    return join_tokens([equation_text(child) for child in element])


def _at(element: Element, name: str) -> str:
    return join_tokens([equation_text(child) for child in children(element, name)])


def _property(element: Element, name: str, default: str) -> str:
    for properties in element:
        if local(properties.tag).endswith("Pr"):
            for child in children(properties, name):
                return attribute(child, "val")
    return default


def _fraction(element: Element) -> str:
    return mathml("mfrac", [_at(element, "num"), _at(element, "den")])


def _root(element: Element) -> str:
    degree, radicand = _at(element, "deg"), _at(element, "e")
    return mathml("mroot", [radicand, degree]) if degree else mathml("msqrt", [radicand])


def _delimited(element: Element) -> str:
    inner = _property(element, "sepChr", ", ").join(equation_text(part) for part in children(element, "e"))
    return f"{_property(element, 'begChr', '(')}{inner}{_property(element, 'endChr', ')')}"


def _sum(element: Element) -> str:
    sign = _property(element, "chr", "\u222b")
    parts = [sign, _at(element, "sub"), _at(element, "sup")]
    tag = "msubsup" if all(parts) else "msub" if parts[1] else "msup"
    return f"{mathml(tag, [part for part in parts if part])} {_at(element, 'e')}"


def _matrix(element: Element) -> str:
    rows = (", ".join(equation_text(cell) for cell in children(row, "e")) for row in children(element, "mr"))
    return "; ".join(rows)


SAID: dict[str, Callable[[Element], str]] = {
    "f": _fraction,
    "rad": _root,
    "d": _delimited,
    "nary": _sum,
    "m": _matrix,
}
