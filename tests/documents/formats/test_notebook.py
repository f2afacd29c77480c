"""Notebooks: text, code and outputs in order, pictures left out."""

from __future__ import annotations

import pytest

from research_agent.documents import UnreadableFileError
from research_agent.documents.file_text import FileText
from research_agent.documents.formats.notebook import read_notebook
from research_agent.documents.formats.text_builder import TextBuilder
from research_agent_devtools.samples.office_files import ipynb


def read(data: bytes) -> FileText:
    told = TextBuilder()
    read_notebook(data, told)
    return told.file_text()


def test_cells_and_their_outputs() -> None:
    outputs: list[object] = [
        {"output_type": "stream", "text": ["1895\n", "12"]},
        {
            "output_type": "execute_result",
            "data": {"text/plain": "x", "text/html": "<table><tr><th>a<th>b<tr><td>1<td>2"},
        },
        {"output_type": "display_data", "data": {"image/png": "xx", "text/plain": ["<Figure>"]}},
        {"output_type": "error", "ename": "ValueError", "evalue": "no ice", "traceback": ["gone"]},
        7,
    ]
    cells: list[dict[str, object]] = [
        {"cell_type": "markdown", "source": ["# Ice\n", "In 1895.\ud800"]},
        {"cell_type": "code", "source": "print(1)", "outputs": outputs},
        {"cell_type": "markdown", "source": "## Thaw"},
    ]
    content = read(ipynb(cells, authors=[{"name": "A. Writer"}]))
    assert content.text == (
        "# Ice\nIn 1895.\ufffd\n\nprint(1)\n\n1895\n12\n\na; b\na: 1; b: 2\n\n<Figure>\n\nValueError: no ice\n\n## Thaw"
    )
    assert [(place.kind, place.label) for place in content.places] == [
        ("heading", "Ice"),
        ("table", ""),
        ("heading", "Thaw"),
    ]
    assert (content.title, content.author) == ("Ice", "A. Writer")


def test_the_third_version() -> None:
    old = b"""{"worksheets": [{"cells": [{"cell_type": "heading", "level": 1, "source": "Ice"},
    {"cell_type": "code", "input": ["x"], "outputs": [{"output_type": "pyout", "text": ["1895"]}]}]}]}"""
    assert read(old).text == "Ice\n\nx\n\n1895"


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"cells": 7}', b"7", b"[" * 100_000, b'{"cells": [7, null]}'])
def test_what_is_no_notebook_is_said(data: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="notebook"):
        read(data)
