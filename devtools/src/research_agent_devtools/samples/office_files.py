"""Office documents, books, mail and notebooks, made in memory: as small as their formats allow."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

__all__ = ["SAMPLES", "docx", "epub", "ipynb", "odt", "pptx", "xlsx", "zipped"]

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"
MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
    "<dc:title>Ice</dc:title><dc:creator>A. Writer</dc:creator><dcterms:created>2024-03-05T10:00:00Z</dcterms:created>"
    "<dc:language>en-GB</dc:language></cp:coreProperties>"
)


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """A zip archive."""
    data = BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return data.getvalue()


def relations(targets: Mapping[str, tuple[str, str]]) -> str:
    """Relations by id: their kind and target."""
    rows = (
        f'<Relationship Id="{name}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{PACKAGE}">{"".join(rows)}</Relationships>'


def docx(body: str, **more: str) -> bytes:
    """A Word document of that body; `more` are members below word/ by their stem."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="H{level}"><w:name w:val="heading {level}"/></w:style>'
        for level in range(1, 7)
    )
    return zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "_rels/.rels": relations({"r1": ("officeDocument", "word/document.xml")}),
            "docProps/core.xml": CORE,
            "word/styles.xml": f'<w:styles xmlns:w="{WORD}">{styles}</w:styles>',
            "word/document.xml": f'<w:document xmlns:w="{WORD}" xmlns:m="{MATH}"><w:body>{body}</w:body></w:document>',
            **{f"word/{name}.xml": content for name, content in more.items()},
        }
    )


def word_paragraph(text: str, *, style: str = "") -> str:
    """A paragraph of a Word document."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def word_table(rows: Sequence[Sequence[str]]) -> str:
    """A table of a Word document."""
    said = ("".join(f"<w:tc>{word_paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in said)}</w:tbl>"


def xlsx(
    sheets: Mapping[str, str],
    *,
    formats: Sequence[str] = (),
    strings: str = "",
    workbook: str = "",
    state: str = "visible",
) -> bytes:
    """A workbook of sheets by name: their rows, merged cells; `formats` are those of the styles from 1."""
    own = "".join(f'<numFmt numFmtId="{200 + n}" formatCode="{escape(code)}"/>' for n, code in enumerate(formats))
    styles = "".join(f'<xf numFmtId="{200 + n}"/>' for n in range(len(formats)))
    names = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" state="{state}" r:id="s{n}"/>' for n, name in enumerate(sheets, 1)
    )
    parts = {f"s{number}": ("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)}
    return zipped(
        {
            "_rels/.rels": relations({"r1": ("officeDocument", "xl/workbook.xml")}),
            "docProps/core.xml": CORE,
            "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{RELATIONS}">{workbook}<sheets>{names}</sheets>'
            "</workbook>",
            "xl/_rels/workbook.xml.rels": relations(
                {**parts, "t": ("sharedStrings", "sharedStrings.xml"), "y": ("styles", "styles.xml")}
            ),
            "xl/sharedStrings.xml": f'<sst xmlns="{SHEET}">{strings}</sst>',
            "xl/styles.xml": f'<styleSheet xmlns="{SHEET}"><numFmts>{own}</numFmts><cellXfs><xf numFmtId="0"/>{styles}'
            "</cellXfs></styleSheet>",
            **{
                f"xl/worksheets/sheet{number}.xml": f'<worksheet xmlns="{SHEET}"><sheetData>{rows}</worksheet>'
                if "</sheetData>" in rows
                else f'<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData></worksheet>'
                for number, rows in enumerate(sheets.values(), 1)
            },
        }
    )


def sheet_rows(rows: Sequence[Sequence[str | float | None]]) -> str:
    """Rows of a sheet: texts in line, and numbers."""
    said = []
    for row in rows:
        cells = (
            "<c/>" if cell is None
            else f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' if isinstance(cell, str)
            else f"<c><v>{cell!r}</v></c>"
            for cell in row
        )  # fmt: skip
        said.append(f"<row>{''.join(cells)}</row>")
    return "".join(said)


def pptx(slides: Sequence[str], notes: Mapping[int, str] | None = None) -> bytes:
    """A presentation of slides, each its shapes; `notes` by the number of a slide, from 1."""
    numbers = range(1, len(slides) + 1)
    ids = "".join(f'<p:sldId id="{255 + number}" r:id="s{number}"/>' for number in numbers)
    spaces = f'xmlns:p="{SLIDES}" xmlns:a="{DRAWING}" xmlns:r="{RELATIONS}"'
    members = {
        "_rels/.rels": relations({"r1": ("officeDocument", "ppt/presentation.xml")}),
        "docProps/core.xml": CORE,
        "ppt/presentation.xml": f"<p:presentation {spaces}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations({f"s{n}": ("slide", f"slides/slide{n}.xml") for n in numbers}),
    }
    for number, shapes in enumerate(slides, 1):
        members[f"ppt/slides/slide{number}.xml"] = (
            f"<p:sld {spaces}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"
        )
    for number, text in (notes or {}).items():
        relation = relations({"n": ("notesSlide", f"../notes/n{number}.xml")})
        members[f"ppt/slides/_rels/slide{number}.xml.rels"] = relation
        members[f"ppt/notes/n{number}.xml"] = f"<p:notes {spaces}><p:spTree>{shape(text, 'body')}</p:spTree></p:notes>"
    return zipped(members)


def shape(text: str, kind: str = "") -> str:
    """A shape of a slide; `kind` is that of the placeholder that it is."""
    placeholder = f'<p:nvSpPr><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr>' if kind else ""
    return f"<p:sp>{placeholder}<p:txBody><a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p></p:txBody></p:sp>"


def odt(body: str, *, kind: str = "text", **more: str) -> bytes:
    """An OpenDocument file of that body; `more` are members by their stem."""
    names = "office style text table draw presentation fo xlink".split()
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    styles = '<style:style style:name="up"><style:text-properties style:text-position="super 58%"/></style:style>'
    meta = (
        f'<office:document-meta {spaces} xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="urn:meta">'
        "<office:meta><dc:title>Ice</dc:title><meta:initial-creator>A. Writer</meta:initial-creator>"
        "<meta:creation-date>2024-03-05T10:00:00</meta:creation-date></office:meta></office:document-meta>"
    )
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"<office:document-content {spaces}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
            "meta.xml": meta,
            **{f"{name}.xml": content for name, content in more.items()},
        }
    )


def epub(chapters: Mapping[str, str], *, nav: str = "", **more: str) -> bytes:
    """A book of pages by the name of their member; `nav` is the list of its table of contents."""
    items = "".join(
        f'<item id="{name}" href="text/{name}.xhtml" media-type="application/xhtml+xml"/>' for name in chapters
    )
    spine = "".join(f'<itemref idref="{name}"/>' for name in chapters)
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container><rootfile full-path="OPS/book.opf"/></container>',
            "OPS/book.opf": '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>Ice</dc:title>'
            "<dc:creator>A. Writer</dc:creator><dc:creator>B. Writer</dc:creator><dc:date>2024</dc:date>"
            f"<dc:language>en</dc:language></metadata><manifest>{items}"
            '<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
            f"</manifest><spine>{spine}</spine></package>",
            "OPS/nav.xhtml": f'<html><nav epub:type="toc">{nav}</nav></html>',
            **{f"OPS/text/{name}.xhtml": f"<html><body>{content}</body></html>" for name, content in chapters.items()},
            **{name.replace("_", "/"): content for name, content in more.items()},
        }
    )


def ipynb(cells: Sequence[Mapping[str, object]], **metadata: object) -> bytes:
    """A notebook of cells."""
    return json.dumps({"nbformat": 4, "metadata": metadata, "cells": list(cells)}).encode()


ROWS = (("Ship", "2022", "2023"), ("Aurora", "1234.5", "17"), ("Borealis", "0.004", "1895"))
EML = b"""From: A. Writer <a@ice.example>
To: b@ice.example
Subject: =?utf-8?q?Ice_of_1895?=
Date: Tue, 05 Mar 2024 10:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="part"

--part
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Gr=FC=DFe, 12,5 km.
--part
Content-Type: application/pdf; name="report.pdf"
Content-Disposition: attachment; filename="report.pdf"
Content-Transfer-Encoding: base64

JVBERi0=
--part--
"""
RTF = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil\fcharset0 Arial;}{\f1\fnil\fcharset204 Arial;}}
{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}}
{\info{\title Ice}{\author A. Writer}{\creatim\yr2024\mo3\dy5}}
\pard\s1 Ice\par\pard In 1895 it was 10{\super 6} Pa, caf\'e9, \u8364?5
 {\f1 \'cf\'f0\'e8\'e2\'e5\'f2}{\footnote Note of 7.}.\par
\trowd\trhdr\pard\intbl Ship\cell 2022\cell 2023\cell\row\trowd\pard\intbl Aurora\cell 1234.5\cell 17\cell\row
\pard{\pict\wmetafile8 0102}{\field{\*\fldinst HYPERLINK "x"}{\fldrslt link}}{\v unseen}\par}"""

SEPARATOR = b"From a@ice.example Tue Mar  5 10:00:00 2024\n"

SAMPLES: dict[str, bytes] = {
    "a.docx": docx(word_paragraph("Ice", style="H1") + word_paragraph("It froze in 1895.") + word_table(ROWS)),
    "a.xlsx": xlsx({"Ships": sheet_rows([ROWS[0], ("Aurora", 1234.5, 17), ("Borealis", 0.004, 1895)])}),
    "a.pptx": pptx([shape("Ice", "title") + shape("It froze in 1895.")], {1: "Say it."}),
    "a.odt": odt('<text:h text:outline-level="1">Ice</text:h><text:p>It froze in 1895.</text:p>'),
    "a.epub": epub({"one": "<h1>Ice</h1><p>It froze in 1895.</p>"}, nav='<ol><a href="text/one.xhtml">Ice</a></ol>'),
    "a.rtf": RTF,
    "a.eml": EML,
    "a.mbox": SEPARATOR + EML + b"\n" + SEPARATOR + EML,
    "a.csv": b"Ship,2022,2023\nAurora,1234.5,17\nBorealis,0.004,1895\n",
    "a.ipynb": ipynb([{"cell_type": "markdown", "source": "# Ice\nIt froze in 1895."},
                      {"cell_type": "code", "source": ["1 + 1"],
                       "outputs": [{"output_type": "execute_result", "data": {"text/plain": "2"}}]}]),
    "a.html": b"<title>Ice</title><h1>Ice</h1><p>It froze in 1895.</p><table><tr><th>a<th>b<tr><td>1<td>2</table>",
    "a.md": b"# Ice\n\nIt froze in 1895.\n",
    "a.zip": zipped({"a.txt": "It froze in 1895.", "b.zip": zipped({"c.txt": "again"})}),
}  # fmt: skip
"""A whole file of each format, by a name."""
