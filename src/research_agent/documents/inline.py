"""
Inline markup as plain text: the one place that decides how it is said, for HTML, JATS, PubMed's XML and feeds.

A walk over any tree tells `InlineText` of each text and element; `take` gives the text since the last `take`. Deleted
text is not said, a formula is said once, marks of notes are left out (see `superscripts.py` for superscripts).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from research_agent.documents.mathematics import mathml, tex_in_text, tex_to_text
from research_agent.documents.superscripts import SEAM, Item, Script, join_items

__all__ = ["Entry", "InlineText"]

Attributes = Mapping[str, str | None]
DEEPEST = 100  # elements in each other that are said as a whole; what is nested deeper is plain text
# Deleted text, and what is not shown.
STRUCK = re.compile(r"text-decoration(?:-line)?\s*:[^;]*\bline-through\b")
STRUCK_CLASS = re.compile(r"(?:^|\s)(?:line-through|strike-?through|strike)(?:\s|$)")
UNSAID = frozenset("del s strike rp annotation-xml mphantom template script style".split())
LITERAL = frozenset("code pre kbd samp tt listing xmp".split())
KINDS = {
    **dict.fromkeys(LITERAL, "literal"),
    **dict.fromkeys("alternatives inline-formula disp-formula".split(), "choice"),
    "math": "math",
    "tex-math": "tex",
    "sup": "sup",
    "sub": "sub",
    "ruby": "ruby",
    "rt": "rt",
    "rtc": "rt",
    "q": "q",
    "a": "link",
    "xref": "link",
}
STYLED = frozenset("span b i em font small".split())
FRACTION_CLASSES = frozenset("frac sfrac fraction".split())
SCRIPT_CLASSES = {
    "sup": "sup", "superscript": "sup", "sub": "sub", "subscript": "sub",
    "num": "sup", "numerator": "sup", "den": "sub", "denom": "sub", "denominator": "sub",
}  # fmt: skip
RAISED = re.compile(r"vertical-align\s*:\s*(super|sub)\b")
# Shifted by its position: up by a negative distance from the top, or a positive one from the bottom.
SHIFTED = re.compile(r"(?:^|[;\s])(top|bottom)\s*:\s*(-?)\.?\d")
A_FIGURE = re.compile("[+\u2212\u2013-]?\\d{1,3}")
NOTE_ROLE = re.compile(r"noteref|footnote|endnote|cite_?ref|\bfn-?ref|citation-ref", re.IGNORECASE)
NOTE_TYPES = frozenset("bibr fn table-fn aff corresp".split())
NOTE = re.compile(r"[\[(]?(?:\d{1,3}|[a-z]|[*\u2020\u2021\u00a7\u00b6#]{1,3})[\])]?[,;]?")
OPENED_QUOTES, CLOSED_QUOTES = "\u201c\u2018", "\u201d\u2019"
# Characters that mark where a word may be broken, and show nothing themselves.
BREAKS = re.compile("[\u00ad\u200b\u2060\ufeff]")
# Spaces that may group the digits of one number are told apart from those between numbers, so stay here.
SPACE = re.compile(r"[^\S\u00a0\u2007\u2009\u202f]+")


class Entry(Enum):
    """What the walk is to do with an element: skip it with all in it, walk through it, or tell when it ends."""

    SKIP = "skip"
    WALK = "walk"
    TELL = "tell"


@dataclass(slots=True)
class _Frame:
    """Open element that is said as a whole; `tex` is the formula found in it, `notes` whether a link in it is one."""

    kind: str
    tag: str = ""
    items: list[Item] = field(default_factory=list)
    readings: list[str] = field(default_factory=list)
    tex: str = ""
    is_note: bool = False
    in_math: bool = False


class InlineText:
    """Builder of plain text from inline markup."""

    def __init__(self) -> None:
        self._frames = [_Frame("")]
        self._literal = 0
        self._quotes = 0
        self._last_tex = ""
        self.in_table = False

    # The walk

    def add(self, text: str) -> None:
        """Add text of the document: runs of white space are one space, except in code."""
        frame = self._frames[-1]
        if not self._literal:
            text = SPACE.sub(" ", text if text.isascii() else BREAKS.sub("", text))
            if frame.in_math:
                text = text.strip()
            elif "\\" in text:
                text = tex_in_text(text)
            if self._last_tex and not text.isspace():
                self._last_tex = ""
        if text:
            frame.items.append(text)

    def put(self, text: str) -> None:
        """Add text of the walk's own, such as a line end, as it is."""
        self._frames[-1].items.append(text)

    def seam(self) -> None:
        """Say that no number goes on across this place."""
        self._frames[-1].items.append(SEAM)

    def tex(self, tex: str) -> None:
        """Add a formula that stands in an attribute or a script, unless it was just said."""
        if tex.strip() and (said := tex_to_text(tex)) != self._last_tex:
            self._formula(said)

    def enter(self, tag: str, attributes: Attributes) -> Entry:
        """Begin an element; one that is told of must be ended by `leave`."""
        tag = tag.rpartition(":")[2]
        if tag in UNSAID or (attributes and (_has_class(attributes, "katex-html") or _is_struck(attributes))):
            return Entry.SKIP
        if tag == "br" or tag == "break":
            self.put("\n")
        elif tag == "img" and (tex := attributes.get("alt")) and _is_formula_image(attributes):
            self.tex(tex)
        kind = self._kind(tag, attributes) if len(self._frames) < DEEPEST else ""
        if kind:
            if kind == "q":
                self.put(OPENED_QUOTES[self._quotes % 2])
                self._quotes += 1
            self._literal += kind == "literal"
            inside = tag == "math" or self._frames[-1].in_math
            frame = _Frame(kind, tag, in_math=inside)
            if tag == "math":
                frame.tex = attributes.get("alttext") or ""
            frame.is_note = kind in ("link", "sup") and _is_note(tag, attributes)
            self._frames.append(frame)
            return Entry.TELL
        return Entry.WALK

    def leave(self) -> None:
        """End the last element that is told of."""
        frame = self._frames.pop()
        match frame.kind:
            case "sup" | "sub":
                script = Script("sup" if frame.kind == "sup" else "sub", join_items(frame.items), frame.is_note)
                self._frames[-1].items.append(script)
            case "raised" | "lowered" if A_FIGURE.fullmatch(said := join_items(frame.items).strip()):
                self._frames[-1].items.append(Script("sup" if frame.kind == "raised" else "sub", said))
            case "math" | "tex" | "choice" | "label":
                self._leave_formula(frame)
            case "rt" | "ruby":
                self._leave_ruby(frame)
            case "link":
                self._leave_link(frame)
            case "q":
                self._quotes -= 1
                self._frames[-1].items += [*frame.items, CLOSED_QUOTES[self._quotes % 2]]
            case "fraction":
                self._frames[-1].items += _with_slash(frame.items)
            case _:
                self._literal -= frame.kind == "literal"
                self._frames[-1].items += frame.items

    def take(self) -> str:
        """The text since the last one, with all elements that are open; these stay open."""
        self._last_tex = ""
        items: list[Item] = []
        if len(self._frames) == 1:
            items, self._frames[0].items = self._frames[0].items, items
            return join_items(items, in_table=self.in_table)
        for frame in reversed(self._frames):
            said: list[Item] = [*frame.items, *items]
            if frame.kind == "sup" and any(isinstance(item, str) and item.strip() for item in said):
                items = [Script("sup", join_items(said), frame.is_note)]
            else:
                items = said
            frame.items = []
        return join_items(items, in_table=self.in_table)

    # Elements

    def _kind(self, tag: str, attributes: Attributes) -> str:
        top = self._frames[-1]
        if tag == "annotation":
            return "tex" if "tex" in (attributes.get("encoding") or "").lower() else "label"
        if top.in_math and top.kind != "tex":
            return "math"
        if tag == "label" and top.kind == "choice":
            return "label"
        return self._kind_by_style(attributes) if tag in STYLED else KINDS.get(tag, "")

    def _kind_by_style(self, attributes: Attributes) -> str:
        """Kind of an element that is raised, lowered or a fraction by its class or style."""
        if not attributes:
            return ""
        if (style := attributes.get("style")) and (raised := RAISED.search(style[:500])):
            return "sup" if raised[1] == "super" else "sub"
        if style and "relative" in style and (shifted := SHIFTED.search(style[:500])):
            return "raised" if (shifted[1] == "top") == bool(shifted[2]) else "lowered"
        names = (attributes.get("class") or "").lower()
        if NOTE_ROLE.search(names[:300]):
            return "link"
        for name in names.split()[:20]:
            if name in FRACTION_CLASSES:
                return "fraction"
            if name in SCRIPT_CLASSES and (name[0] == "s" or any(open_.kind == "fraction" for open_ in self._frames)):
                return SCRIPT_CLASSES[name]
        return ""

    def _leave_formula(self, frame: _Frame) -> None:
        parent = self._frames[-1]
        if frame.kind == "math":
            self._leave_mathml(frame, parent)
        elif frame.kind == "choice":  # the same formula in TeX and MathML, or in TeX alone
            said = join_items(frame.items)
            parent.items += frame.items if said.strip() or not frame.tex else [SEAM, frame.tex, SEAM]
        elif frame.kind == "tex":
            tex = join_items(frame.items)
            if parent.in_math:
                parent.tex = tex
            elif parent.kind == "choice":
                parent.tex = tex_to_text(tex)
            else:
                self._formula(tex_to_text(tex))

    def _leave_mathml(self, frame: _Frame, parent: _Frame) -> None:
        parts = [item for item in frame.items if isinstance(item, str)]
        if frame.tag == "math":
            self._formula(tex_to_text(frame.tex) if frame.tex.strip() else mathml("mrow", parts))
            return
        parent.tex = parent.tex or frame.tex
        # Each child is one item, an empty one too: the second child of <msup> is the exponent.
        parent.items.append(mathml(frame.tag, parts))

    def _leave_ruby(self, frame: _Frame) -> None:
        """The base without gaps, then how it is read in brackets."""
        if frame.kind == "rt":
            ruby = next((outer for outer in reversed(self._frames) if outer.kind == "ruby"), self._frames[-1])
            ruby.readings.append("".join(join_items(frame.items).split()))
            return
        reading = "".join(frame.readings)
        base = join_items([item.strip() if isinstance(item, str) else item for item in frame.items])
        self._frames[-1].items.append(f"{base}({reading})" if reading and base else base + reading)

    def _formula(self, said: str) -> None:
        self._last_tex = said
        self._frames[-1].items += [SEAM, said, SEAM]

    def _leave_link(self, frame: _Frame) -> None:
        parent = self._frames[-1]
        words = [item for item in frame.items if not isinstance(item, str) or item.strip()]
        if frame.is_note:
            if parent.kind == "sup":
                parent.is_note = True
            elif len(words) == 1 and isinstance(words[0], Script) and words[0].kind == "sup":
                words[0].is_mark = True
            elif _is_attached(parent.items) and NOTE.fullmatch(join_items(frame.items).strip()):
                parent.items.append(Script("sup", "", is_mark=True))
                return
        parent.items += frame.items


def _with_slash(items: list[Item]) -> list[Item]:
    """Content of a fraction: a line between its halves where only style draws one, "3+1/2" as "3 1/2"."""
    said: list[Item] = []
    for item in items:
        if isinstance(item, str) and not item.strip(" +"):
            continue
        if said and isinstance(item, Script) and isinstance(said[-1], Script):
            said.append("/")
        said.append(item)
    return said


def _has_class(attributes: Attributes, name: str) -> bool:
    names = attributes.get("class") if attributes else None
    return names is not None and name in names and name in names.split()


def _is_struck(attributes: Attributes) -> bool:
    """Whether style strikes a text through, as `s` does: "<span style='text-decoration: line-through'>199</span>"."""
    style, names = attributes.get("style"), attributes.get("class")
    if style is not None and STRUCK.search(style[:500]):
        return True
    if names is None or not ("through" in names or "strike" in names):
        return False
    return STRUCK_CLASS.search(names[:500]) is not None


def _is_formula_image(attributes: Attributes) -> bool:
    names = (attributes.get("class") or "").lower()
    return re.search(r"\b(?:tex|latex|mwe-math-fallback)|\bmath", names) is not None


def _is_note(tag: str, attributes: Attributes) -> bool:
    """Whether an element can be the mark of a note: it leads to a place on a page, or says that it is one."""
    if not attributes:
        return False
    if tag == "xref":
        return attributes.get("ref-type") in NOTE_TYPES
    if "#" in (attributes.get("href") or "") or (tag == "sup" and _has_class(attributes, "reference")):
        return True
    named = " ".join(filter(None, (attributes.get(name) for name in ("role", "epub:type", "class", "id", "rel"))))
    return NOTE_ROLE.search(named[:300]) is not None


def _is_attached(items: list[Item]) -> bool:
    """Whether what comes next is set right behind a word or number."""
    last = items[-1] if items else ""
    return isinstance(last, Script) or (
        isinstance(last, str) and re.search(r"[\w.,;:!?\u201d\u2019\"')%]$", last) is not None
    )
