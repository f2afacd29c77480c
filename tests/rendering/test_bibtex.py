"""BibTeX export: an entry for each cited document."""

from __future__ import annotations

from dataclasses import replace

from inline_snapshot import snapshot

from helpers.stored_turns import INFO, stored_turn
from research_agent.rendering import export
from research_agent_devtools.harness.scripted_engine import RIVER, answer


def test_bibtex() -> None:
    paper = replace(
        RIVER,
        title="The Lumen & its {bed}",
        author="A. Weir, B. Ford",
        published="2024-05-01",
        details={"doi": "10.1/x_y"},
    )
    cited = tuple(replace(one, title=paper.title) for one in answer().citations)
    assert export("bibtex", INFO, [stored_turn(documents=(paper,), citations=cited)]).decode() == snapshot("""\
@article{lumen-its-bed2024,
  title = {{The Lumen \\& its \\{bed\\}}},
  author = {{A. Weir} and {B. Ford}},
  year = {2024},
  date = {2024-05-01},
  doi = {10.1/x_y},
  url = {https://notes.example/lumen},
  urldate = {2026-01-02},
  note = {notes; CC BY-SA 4.0},
  annote = {sha256 of the text: 1106def71af0a85948d0bf1005c7e2a468ffaf8e6536c64c77a2a221d773a978},
}
""")
