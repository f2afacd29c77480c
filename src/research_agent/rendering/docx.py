"""
Word document (.docx) of a session: real headings, tables, and marks that lead to the list of sources.

The few parts of Office Open XML that this takes are written here, by fixed code; all text reaches them escaped. The
bytes of a session are the same each time. Nothing in the file runs or loads anything.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from research_agent.memory.protocol import SessionInfo
from research_agent.messages import answer_lines
from research_agent.rendering.answer_blocks import Block, Run, blocks
from research_agent.rendering.plots import plot_table
from research_agent.rendering.view import AnswerView, Reference, safe_link
from research_agent.text.sanitize import one_line, printable
from research_agent.types import Turn

__all__ = ["as_docx"]

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold, escaped or not."""
WIDTH = 9_000  # twentieths of a point, of a table
STYLES = {
    "Title": ("Title", "", 40),
    "Heading1": ("heading 1", '<w:outlineLvl w:val="0"/>', 32),
    "Heading2": ("heading 2", '<w:outlineLvl w:val="1"/>', 26),
    "Heading3": ("heading 3", '<w:outlineLvl w:val="2"/>', 24),
    "Quote": ("Quote", '<w:ind w:left="567"/>', 20),
    "ListBullet": ("List Bullet", '<w:numPr><w:numId w:val="1"/></w:numPr>', 22),
    "Code": ("Code", "", 20),
}
"""Style id -> its name in Word, properties of the paragraph, size in half points."""


def as_docx(info: SessionInfo, turns: Sequence[Turn]) -> bytes:
    """Bytes of the document: each turn with its answer, what is to be known of it, and its sources."""
    body = _Body()
    if len(turns) != 1:
        body.paragraph(_run(one_line(info.title)), "Title")
    for turn in turns:
        _write_turn(body, turn, "Title" if len(turns) == 1 else "Heading1")
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "word/document.xml")}),
        "word/document.xml": body.document(),
        "word/styles.xml": _styles(),
        "word/numbering.xml": _numbering(),
        "word/_rels/document.xml.rels": _relations(
            {"rIdStyles": ("styles", "styles.xml"), "rIdNumbering": ("numbering", "numbering.xml")}, body.links
        ),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content.encode(), zipfile.ZIP_DEFLATED)
    return file.getvalue()


@dataclass(slots=True)
class _Body:
    """The body of the document as it grows, and the addresses that its links lead to, by their ids."""

    pieces: list[str] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    bookmarks: int = 0

    def document(self) -> str:
        """The main part of the file."""
        inner = "".join(self.pieces)
        return f'{HEAD}<w:document xmlns:w="{MAIN}" xmlns:r="{OFFICE}"><w:body>{inner}</w:body></w:document>'

    def paragraph(self, content: str, style: str = "") -> None:
        self.pieces.append(_paragraph(content, style))

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """Write rows of cells, the first of which is the head."""
        width = WIDTH // max(map(len, rows))
        edges = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:color="999999"/>'
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        grid = f'<w:gridCol w:w="{width}"/>' * max(map(len, rows))
        lines = "".join(_row(row, width, is_head=at == 0) for at, row in enumerate(rows))
        self.pieces.append(
            f"<w:tbl><w:tblPr><w:tblBorders>{edges}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>"
        )
        self.paragraph("")  # two tables without a paragraph between them are one

    def link(self, url: str) -> str:
        """The address, as a link where a browser may follow it."""
        if not (target := safe_link(url)):
            return _run(url)
        key = f"rIdLink{len(self.links) + 1}"
        self.links[key] = target
        shown = _run(target, '<w:u w:val="single"/>')
        return f'<w:hyperlink r:id="{key}">{shown}</w:hyperlink>'

    def bookmark(self, name: str) -> str:
        """A place that marks lead to."""
        self.bookmarks += 1
        start = f'<w:bookmarkStart w:id="{self.bookmarks}" w:name="{name}"/>'
        return f'{start}<w:bookmarkEnd w:id="{self.bookmarks}"/>'


def _write_turn(body: _Body, turn: Turn, style: str) -> None:
    view = AnswerView(turn.answer)
    body.paragraph(_run(one_line(turn.question)), style)
    if view.summary:
        body.paragraph(_run(view.summary, "<w:i/>"))
    _write_blocks(body, blocks(turn.answer), turn.number)
    for plot in view.plots_untold:
        body.table([[_run(plot.title or "Figures"), ""], *([_run(one), _run(two)] for one, two in plot_table(plot))])
    told = [
        *view.notes,
        *(view.say(answer_lines.TAKEN_OUT_TEXT, reason=item.reason, text=item.text) for item in view.taken_out),
        *(view.say(answer_lines.SEEN_PAGE, page=page.said) for page in view.unread),
    ]
    if told:
        body.paragraph(_run("About this answer"), "Heading2")
    for line in told:
        body.paragraph(_run(one_line(line)), "ListBullet")
    if view.references:
        body.paragraph(_run("Sources"), "Heading2")
    for reference in view.references:
        _write_source(body, reference, turn.number)


def _write_blocks(body: _Body, written: Sequence[Block], turn: int) -> None:
    styles = {"h": "Heading2", "li": "ListBullet", "pre": "Code"}
    rows: list[list[str]] = []
    for block in (*written, Block("p", ())):
        if block.cells:
            rows.append(["".join(_runs(cell, turn)) for cell in block.cells])
            continue
        if rows:
            body.table(rows)
            rows = []
        if block.runs:
            style = "Heading3" if block.kind == "h" and block.level > 2 else styles.get(block.kind, "")
            body.paragraph("".join(_runs(block.runs, turn)), style)


def _runs(runs: Sequence[Run], turn: int) -> Iterator[str]:
    for run in runs:
        if run.mark:
            yield f'<w:hyperlink w:anchor="{_anchor(turn, run.mark)}">{_run(f"[{run.mark}]")}</w:hyperlink>'
        elif run.verdict:
            yield _run(f" [{run.verdict}]", "<w:i/>")
        else:
            marks = [
                name
                for name, is_set in (("b", run.strong), ("i", run.em), ("strike", run.state == "removed"))
                if is_set
            ]
            yield _run(run.text, "".join(f"<w:{name}/>" for name in marks))


def _write_source(body: _Body, reference: Reference, turn: int) -> None:
    place = body.bookmark(_anchor(turn, reference.n))
    facts = ", ".join(filter(None, (reference.source, reference.terms)))
    said = f"{reference.n}. {reference.title or 'Untitled'}{', ' if reference.url else ''}"
    link = body.link(reference.document.url) if reference.url else ""
    body.paragraph(f"{place}{_run(said)}{link}{_run(f', {facts}' if facts else '')}")
    for quote in dict.fromkeys(cited.quote for cited in reference.citations):
        body.paragraph(_run(printable(quote)), "Quote")


def _anchor(turn: int, number: int) -> str:
    return f"turn{turn}_source{number}"


def _paragraph(content: str, style: str = "") -> str:
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{named}{content}</w:p>"


def _row(cells: Sequence[str], width: int, *, is_head: bool) -> str:
    properties = "<w:trPr><w:tblHeader/></w:trPr>" if is_head else ""
    inner = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(one)}</w:tc>' for one in cells
    )
    return f"<w:tr>{properties}{inner}</w:tr>"


def _run(text: str, properties: str = "") -> str:
    """A run of text; its line breaks are breaks."""
    inner = "<w:br/>".join(f'<w:t xml:space="preserve">{_text(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{inner}</w:r>" if text else ""


def _text(text: str) -> str:
    return escape(NO_XML.sub("�", text))


def _content_types() -> str:
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{TYPE}.{kind}+xml"/>'
        for name, kind in (("document", "document.main"), ("styles", "styles"), ("numbering", "numbering"))
    )
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(inner: dict[str, tuple[str, str]], outer: dict[str, str] | None = None) -> str:
    """Relationships to parts of the file by id, and to addresses outside of it."""
    lines = [
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{part}"/>' for key, (kind, part) in inner.items()
    ]
    lines += [
        f'<Relationship Id="{key}" Type="{OFFICE}/hyperlink" Target={_quoted(url)} TargetMode="External"/>'
        for key, url in (outer or {}).items()
    ]
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def _quoted(url: str) -> str:
    return quoteattr(NO_XML.sub("", url))


def _styles() -> str:
    normal = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        '<w:pPr><w:spacing w:after="120"/></w:pPr><w:rPr><w:sz w:val="22"/></w:rPr></w:style>'
    )
    others = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
        f"<w:pPr>{'<w:keepNext/>' if key.startswith('Heading') else ''}{properties}</w:pPr>"
        f'<w:rPr>{"<w:b/>" if key.startswith(("Heading", "Title")) else ""}<w:sz w:val="{size}"/></w:rPr></w:style>'
        for key, (name, properties, size) in STYLES.items()
    )
    return f'{HEAD}<w:styles xmlns:w="{MAIN}">{normal}{others}</w:styles>'


def _numbering() -> str:
    level = (
        '<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/>'
        '<w:pPr><w:ind w:left="426" w:hanging="284"/></w:pPr></w:lvl>'
    )
    return (
        f'{HEAD}<w:numbering xmlns:w="{MAIN}"><w:abstractNum w:abstractNumId="0">{level}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
