"""White space of plain text: single spaces, lines, cells by tabs."""

from __future__ import annotations

import re

__all__ = ["row_of_cells", "tidy"]

# Spaces that group the digits of one number, and all others.
GROUPING = re.compile(r"(?<=\d)[\u00a0\u2007\u2009\u202f](?=\d{3}(?!\d))")
SPACES = re.compile(r"[^\S\n\u202f]+|\u202f(?!\d{3}(?!\d))|(?<!\d)\u202f")


def row_of_cells(content: str) -> str:
    """Cells of a row by tabs. Empty ones stay, so that each cell is below its heading, unless all but one are."""
    cells = [" ".join(tidy(cell).split("\n")) for cell in content.split("\t")[1:]]
    filled = [cell for cell in cells if cell]
    return filled[0] if len(filled) == 1 else "\t".join(cells).rstrip("\t")


def tidy(text: str) -> str:
    """Lines without empty ones, with single spaces; in "10 000" the space is a narrow one that does not break."""
    if text.isascii():
        lines = (" ".join(line.split()) for line in text.split("\n"))
        return "\n".join(line for line in lines if line)
    lines = (SPACES.sub(" ", GROUPING.sub("\u202f", line)).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
