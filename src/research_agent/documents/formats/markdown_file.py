"""Markdown: its source as it was written, which is what a person sees in the file, and the headings in it."""

from __future__ import annotations

import re

from research_agent.documents.charset import decode
from research_agent.documents.formats.text_builder import MOST_BYTES, Heading, TextBuilder, sound

__all__ = ["markdown_headings", "read_markdown"]

FRONT_MATTER = re.compile(r"---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
FIELD = re.compile(r"^(title|author|date|lang|language)[ \t]*:[ \t]*(.+)$", re.MULTILINE | re.IGNORECASE)
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")
CLOSING = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
NO_PARAGRAPH = re.compile(r" {0,3}(?:[#>|]|[-*+][ \t]|\d{1,9}[.)][ \t])| {4}|\t")
LINK = re.compile(r"!?\[([^\[\]]{0,300})\](?:\([^()\s]{0,1000}(?:[ \t]+\"[^\"]{0,300}\")?\)|\[[^\[\]]{0,300}\])")
EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{1,3}|`{1,3}|~~)(?=\S)(.{1,300}?)(?<=\S)\1(?![\w*])")
ATTRIBUTES = re.compile(r"[ \t]*\{[#.:][^{}]{0,200}\}$")


def read_markdown(data: bytes, told: TextBuilder) -> None:
    """Tell of a Markdown file; its front matter has title, author, date and language."""
    text = sound(decode(data[:MOST_BYTES]))
    matter = FRONT_MATTER.match(text)
    fields = {name.lower(): value.strip().strip("\"'") for name, value in FIELD.findall(matter[1] if matter else "")}
    headings = markdown_headings(text, start=matter.end() if matter else 0)
    told.title = fields.get("title") or next((label for _, level, label in headings if level == 1), "")
    told.author, told.published = fields.get("author", ""), fields.get("date", "")
    told.language = fields.get("lang") or fields.get("language", "")
    told.source(text, headings)


def markdown_headings(text: str, start: int = 0) -> list[Heading]:
    """The headings of a text: those of signs before them, and those that are underlined; none in code."""
    found: list[Heading] = []
    fence = above = ""
    is_first = True  # of a paragraph: only one of a single line is taken for an underlined heading
    offset = start
    for line in text[start:].split("\n"):
        mark = FENCE.match(line)
        heading, underline = ATX.match(line), UNDERLINE.match(line)
        if fence or mark:
            fence = _fence_after(fence, mark, line)
            above, is_first = "", True
        elif heading:
            found.append((offset, len(heading[1]), label_of(CLOSING.sub("", heading[2] or ""))))
            above, is_first = "", True
        elif underline and above:
            level = 1 if underline[1][0] == "=" else 2
            found.append((offset - len(above) - 1, level, label_of(above)))
            above, is_first = "", True
        else:
            above = line if is_first and line.strip() and not NO_PARAGRAPH.match(line) else ""
            is_first = not line.strip()
        offset += len(line) + 1
    return [heading for heading in found if heading[2]]


def _fence_after(fence: str, mark: re.Match[str] | None, line: str) -> str:
    """The fence that code is in after a line; "" outside of it."""
    if not fence:
        return mark[1] if mark else ""
    return "" if mark and mark[1].startswith(fence) and not line[mark.end() :].strip() else fence


def label_of(marked: str) -> str:
    """Words of a heading without their markup."""
    text = LINK.sub(r"\1", ATTRIBUTES.sub("", marked[:1000]).strip())
    for _ in range(3):
        text = EMPHASIS.sub(r"\2", text)
    return text.strip()
