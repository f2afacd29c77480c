"""Pages of a rich text as they are read: paragraphs, tables and footnotes, as HTML."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["RichTextPages"]


@dataclass(slots=True)
class RichTextPages:
    """What was read: HTML, paragraph and row in progress, and what fonts and styles are."""

    html: list[str] = field(default_factory=list)
    paragraph: list[str] = field(default_factory=list)
    note: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    level: int = 0
    in_table: bool = False
    row: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    is_header: bool = False
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = 0
    styles: dict[int, int] = field(default_factory=dict)
    style: int = 0
    kept: dict[str, str] = field(default_factory=dict)
    length: int = 0

    def end_paragraph(self) -> None:
        """End the paragraph in progress, and a table before it; one without text is none."""
        text = "".join(self.paragraph)
        self.paragraph.clear()
        if text.strip():
            self.end_table()
            tag = f"h{min(self.level, 6)}" if self.level else "p"
            self.html.append(f"<{tag}>{text}</{tag}>")
            self.html += self.notes
            self.notes.clear()

    def end_cell(self) -> None:
        """End the cell in progress."""
        tag = "th" if self.is_header else "td"
        self.row.append(f"<{tag}>{''.join(self.paragraph)}</{tag}>")
        self.paragraph.clear()

    def end_row(self) -> None:
        """End the row in progress."""
        self.rows.append(f"<tr>{''.join(self.row)}</tr>")
        self.row = []
        self.in_table = False

    def end_table(self) -> None:
        """End the table in progress, if there is one."""
        if self.rows:
            self.html += [f"<table>{''.join(self.rows)}</table>", *self.notes]
            self.rows = []
            self.notes.clear()

    def end_note(self) -> None:
        """End the footnote in progress; it follows the paragraph or table that it is of."""
        self.notes.append(f"<p>{''.join(self.note)}</p>")
        self.note.clear()
