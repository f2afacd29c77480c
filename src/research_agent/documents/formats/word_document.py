"""Word documents (.docx): HTML by mammoth, which keeps what a style means; equations are said in a line."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from research_agent.documents.formats.archive import Archive
from research_agent.documents.formats.html_text import tell_html
from research_agent.documents.formats.office_xml import refuse_entities, tell_properties
from research_agent.documents.formats.text_builder import TextBuilder
from research_agent.documents.formats.word_equations import EQUATION, with_equations

__all__ = ["read_word"]

STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Heading 7'] => h6:fresh
p[style-name='Heading 8'] => h6:fresh
p[style-name='Heading 9'] => h6:fresh
"""
READ = (".xml", ".rels")
# Tags around text that mammoth would leave out with it: fields, directions, the base of a reading aid.
UNWRAPPED = re.compile(
    rb"""</?(?:\w{1,20}:)?(?:fldSimple|bdo|dir|ruby|rubyBase)(?=[\s/>])(?:"[^"]*"|'[^']*'|[^"'>])*>"""
)
BACK_LINK = re.compile(r'<a href="#(?:foot|end)note-ref-[^"]{1,40}">[^<]{0,5}</a>')


def read_word(archive: Archive, told: TextBuilder) -> None:
    """Tell of a document."""
    tell_properties(archive, told)
    tell_html(_html(_parts(archive)), told)


def _parts(archive: Archive) -> bytes:
    """
    The archive as mammoth is given it: its XML only, with equations as text.

    It parses XML of any kind and unpacks to any size: what is in here was checked. Elements that it does not know it
    leaves out with their text: these are said or unwrapped.
    """
    checked = BytesIO()
    with ZipFile(checked, "w") as file:
        for name in archive.names:
            if name.lower().endswith(READ):
                data = archive.read(name)
                refuse_entities(data)
                file.writestr(name, UNWRAPPED.sub(b"", with_equations(data) if EQUATION in data else data))
    return checked.getvalue()


def _html(data: bytes) -> str:
    import mammoth

    def no_picture(image: Any) -> list[Any]:
        return []

    result = mammoth.convert_to_html(  # type: ignore[no-untyped-call]
        BytesIO(data),
        style_map=STYLES,
        include_embedded_style_map=False,  # it could hide text
        convert_image=no_picture,
        external_file_access=False,
    )
    return BACK_LINK.sub("", result.value)
