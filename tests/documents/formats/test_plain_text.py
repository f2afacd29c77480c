"""Texts and programs are kept as they are; form feeds end pages, definitions are headings."""

from __future__ import annotations

import pytest

from research_agent.documents.formats.plain_text import read_code, read_tex, read_text
from research_agent.documents.formats.text_builder import TextBuilder


def test_form_feeds_end_pages() -> None:
    told = TextBuilder()
    read_text(b"One.\n\fTwo.\n  \f\n", told)
    content = told.file_text()
    assert [(page.label, content.text[page.start : page.end]) for page in content.pages] == [
        ("1", "One."),
        ("2", "Two."),
    ]


def test_sections_of_tex_are_headings() -> None:
    told = TextBuilder()
    source = "\\title{Ice}\n\\author{A. Writer}\n\\section*{Harbour}\nA \\section{no}.\n\\subsection[a]{Ferries}\nMore."
    read_tex(source.encode(), told)
    content = told.file_text()
    assert (content.title, content.author, content.text) == ("Ice", "A. Writer", source)
    assert [(place.label, place.level) for place in content.places] == [("Harbour", 3), ("Ferries", 4)]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("def freeze(harbour):", "freeze"),
        ("async def freeze() -> None:", "freeze"),
        ("class Ice(Water):", "Ice"),
        ("export default class Ice {", "Ice"),
        ("export async function* freeze(x) {", "freeze"),
        ("func (h *Harbour) Freeze() error {", "Freeze"),
        ("pub(crate) fn freeze<T>(t: T) {", "freeze"),
        ("impl<T> Ice for Water<T> {", "Ice"),
        ("public static final class Ice", "Ice"),
        ("static int freeze(struct harbour *h)", "freeze"),
        ("void Harbour::freeze() const {", "Harbour::freeze"),
        ("struct ice {", "ice"),
        ("procedure Freeze;", "Freeze"),
        ("freeze(harbour);", None),
        ("if (frozen) {", None),
        ("return freeze(harbour)", None),
        ("x = freeze(harbour)", None),
        ("    def inner():", None),
        ("import ice", None),
        ("The ice (of 1895) was thick.", None),
    ],
)
def test_definitions_at_the_margin_are_headings(line: str, name: str | None) -> None:
    told = TextBuilder()
    read_code(f"# first\n{line}\n    body\n".encode(), told)
    content = told.file_text()
    assert [place.label for place in content.places] == ([name] if name else [])
    assert content.text == f"# first\n{line}\n    body"
