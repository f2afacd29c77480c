"""CSL JSON export: an item for each cited document."""

from __future__ import annotations

import json
from dataclasses import replace

from helpers.stored_turns import INFO, stored_turn
from research_agent.rendering import export
from research_agent_devtools.harness.scripted_engine import RIVER, answer


def test_csl() -> None:
    paper = replace(
        RIVER,
        title="The Lumen & its {bed}",
        author="A. Weir, B. Ford",
        published="2024-05",
        details={"doi": "10.1/x_y"},
    )
    cited = tuple(replace(one, title=paper.title) for one in answer().citations)
    (item,) = json.loads(export("csl", INFO, [stored_turn(documents=(paper,), citations=cited)]))
    assert item == {
        "id": "lumen-its-bed2024",
        "type": "article-journal",
        "title": "The Lumen & its {bed}",
        "author": [{"literal": "A. Weir"}, {"literal": "B. Ford"}],
        "issued": {"date-parts": [[2024, 5]]},
        "accessed": {"date-parts": [[2026, 1, 2]]},
        "DOI": "10.1/x_y",
        "URL": "https://notes.example/lumen",
        "source": "notes",
        "note": f"sha256 of the text: {RIVER.id}",
    }


def test_a_file_of_ones_own_is_a_document_without_address_and_nothing_cited_is_an_empty_list() -> None:
    own = replace(RIVER, url="file:///home/ada/notes.md", author=None)
    (item,) = json.loads(export("csl", INFO, [stored_turn(documents=(own,))]))
    assert (item["type"], "URL" in item, "author" in item) == ("document", False, False)
    assert json.loads(export("csl", INFO, [])) == []
