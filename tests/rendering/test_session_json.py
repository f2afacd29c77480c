"""JSON export: the contract of `ask --json`, and every text that it quotes."""

from __future__ import annotations

import json

import pytest

from helpers.exported_turn import INFO, make_turn
from research_agent.errors import UsageError
from research_agent.rendering.session_json import as_json


def test_json_holds_the_contract_of_ask_and_text_to_check_every_quote_against() -> None:
    turns = [make_turn(), make_turn(number=2)]
    exported = json.loads(as_json(INFO, turns))
    assert list(exported) == ["session", "title", "created", "summary", "turns", "documents"]
    assert exported["turns"] == [json.loads(json.dumps(turn.answer.as_json())) for turn in turns]
    assert len(exported["documents"]) == 2, "each document once"
    texts = {document["id"]: document["text"] for document in exported["documents"]}
    citations = [citation for turn in exported["turns"] for citation in turn["citations"]]
    assert len(citations) == 6
    for citation in citations:
        assert texts[citation["document"]][citation["start"] : citation["end"]] == citation["quote"]


def test_json_is_refused_for_text_that_it_would_change() -> None:
    """Read back, the two would be one character, and each offset after them one too high."""
    with pytest.raises(UsageError, match="JSON cannot represent"):
        as_json(INFO, [make_turn(notes=("\ud83d\ude00",)), make_turn(text="a\ud83d\ude00b")])
