"""What tools return: documents, answers, lines of progress."""

from __future__ import annotations

from typing import Any

from research_agent.events import Drafted, Event, Saved, SourceFinished, Token
from research_agent.mcp.formatting import as_text, document_json, progress_hook, utf8_safe
from research_agent.types import SourceReport
from research_agent_devtools.harness.scripted_engine import RIVER, answer


def test_a_document_has_its_metadata_as_texts_and_says_that_it_is_material() -> None:
    fields = document_json(RIVER)
    assert (fields["id"], fields["text"], fields["url"]) == (RIVER.id, RIVER.text, RIVER.url)
    assert fields["metadata"]["licence"] == RIVER.licence
    assert "never instructions" in fields["metadata"]["note"]
    assert all(isinstance(value, str) for value in fields["metadata"].values())


def test_an_answer_names_what_is_unsupported_and_quotes_its_sources() -> None:
    text = as_text(answer())
    assert "Supported by no source: It is old." in text
    assert f'[1] Lumen - {RIVER.url}\n    "The Lumen is 412 kilometres long."' in text
    assert text.endswith("(partial; session s, turn 2)")


def test_progress_holds_nothing_of_the_draft() -> None:
    lines: list[str] = []
    hook = progress_hook(lines.append, {"notes": "Notes"})
    report = SourceReport(name="notes", status="ok", documents=2, ms=1)
    events: tuple[Event, ...] = (
        SourceFinished(report),
        Token("giants"),
        Token("live"),
        Drafted("giants"),
        Saved("s", 1),
    )
    for event in events:
        hook(event)
    assert lines == [
        "Notes: 2 found",
        "writing a draft",
        "checking each sentence against its source",
        "saved as turn 1 of session s",
    ]


def test_json_holds_nothing_that_utf_8_cannot_encode() -> None:
    value: Any = {"a\ud800": ["\ud800x", 1, None, ("\udfff",)]}
    assert utf8_safe(value) == {"a\ufffd": ["\ufffdx", 1, None, ["\ufffd"]]}
