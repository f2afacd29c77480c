"""Plain text, program code with its definitions for headings, TeX with its sections: as they were written."""

from __future__ import annotations

import re

from research_agent.documents.charset import decode
from research_agent.documents.formats.text_builder import MOST_BYTES, Heading, TextBuilder, sound

__all__ = ["read_code", "read_tex", "read_text"]

FORM_FEED = "\f"
WORDS_BEFORE = (
    "export default declare public private protected internal static abstract final sealed open override virtual "
    "async unsafe extern const inline pub local data case partial"
)
# A definition that begins its line: words, one that says what it is, its name.
DEFINITION = re.compile(
    rf"(?:(?:{'|'.join(WORDS_BEFORE.split())})(?:\([\w ]{{1,20}}\))?[ \t]+){{0,6}}"
    r"(?P<kind>def|class|func|fn|function|struct|enum|interface|trait|impl|module|namespace|sub|procedure|macro|proc"
    r"|record|object|protocol|type|contract|union)\b[ \t*]*"
    r"(?:<[^<>\n]{1,80}>[ \t]*|\([^()\n]{1,80}\)[ \t]*)?(?P<name>[A-Za-z_$][\w$.:]{0,100})",
    re.IGNORECASE,
)
# A function of C and its relatives: type, name, arguments, and no semicolon.
C_FUNCTION = re.compile(
    r"[A-Za-z_][\w:<>,*& \t]{0,120}?[ \t*&](?P<name>[A-Za-z_~][\w:~]{0,100})[ \t]*"
    r"\([^;{}=()\n]{0,300}(?:\)[ \t]*(?:const|noexcept|override|throws[ \t][\w., \t]{1,80})?[ \t]*\{?)?[ \t]*$"
)
TEX_LEVELS = "part chapter section subsection subsubsection paragraph".split()
TEX_SECTION = re.compile(
    rf"^[ \t]*\\({'|'.join(TEX_LEVELS)})\*?(?:\[[^\[\]\n]{{0,200}}\])?\{{([^{{}}\n]{{1,300}})\}}", re.MULTILINE
)
TEX_TITLE = re.compile(r"^[ \t]*\\(title|author)\{([^{}]{1,300})\}", re.MULTILINE)
NO_TYPE = frozenset(
    "if else for while switch return case do goto typedef using new delete throw elif print not".split()
)


def read_text(data: bytes, told: TextBuilder) -> None:
    """Tell of a text; form feeds are the ends of its pages."""
    pages = decode(data[:MOST_BYTES]).split(FORM_FEED)
    if len(pages) == 1:
        told.source(pages[0])
        return
    for number, page in enumerate(pages, 1):
        if page.strip() or number < len(pages):
            told.page(str(number))
            told.source(page)


def read_code(data: bytes, told: TextBuilder) -> None:
    """Tell of a program: each definition at the left margin is a heading."""
    text = sound(decode(data[:MOST_BYTES]))
    told.source(text, _definitions(text))


def read_tex(data: bytes, told: TextBuilder) -> None:
    """Tell of a TeX document: each command of a section is a heading."""
    text = sound(decode(data[:MOST_BYTES]))
    said = {match[1]: match[2] for match in TEX_TITLE.finditer(text)}
    told.title, told.author = said.get("title", ""), said.get("author", "")
    told.source(
        text, [(match.start(), TEX_LEVELS.index(match[1]) + 1, match[2]) for match in TEX_SECTION.finditer(text)]
    )


def _definitions(text: str) -> list[Heading]:
    found: list[Heading] = []
    offset = 0
    for line in text.split("\n"):
        if line[:1].isalpha() or line[:1] in ("_", "$"):
            match = DEFINITION.match(line)
            if match is None and line.split(None, 1)[0].rstrip("(:") not in NO_TYPE and len(line) < 500:
                match = C_FUNCTION.match(line)
            if match is not None:
                found.append((offset, 1, match["name"].rstrip(":.")))
        offset += len(line) + 1
    return found
