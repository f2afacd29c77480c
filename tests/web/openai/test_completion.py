"""The text of a completion and its annotations."""

from __future__ import annotations

from research_agent.types import Answer
from research_agent.web.openai.completion import compose
from research_agent_devtools.harness.scripted_engine import answer


def test_nothing_in_a_text_is_loaded_linked_or_run_by_markdown() -> None:
    hostile = 'See ![x](https://evil.example/?q) and [y](javascript:1) <img src=x> `z` https://evil.example "ok".'
    text = compose(answer(text=hostile, citations=(), unsupported=(), documents=()), {}).text
    for acts in ("![", "](", "<img", " `z", "https://"):
        assert acts not in text.replace(f"\\{acts[0]}", "").replace("\\", "\0"), acts


def test_places_stand_through_escapes_verdicts_and_what_is_not_printed() -> None:
    text = "A\u202eB <C>. The Lumen is long. [1] It is old. It does not freeze. [1]"
    made: Answer = answer()
    shift = len(text) - len(made.text)
    from dataclasses import replace

    moved = tuple(replace(one, sentence=(one.sentence[0] + shift, one.sentence[1] + shift)) for one in made.citations)
    spans = tuple((start + shift, end + shift) for start, end in made.unsupported)
    done = compose(replace(made, text=text, citations=moved, unsupported=spans), {"notes": "Notes"})
    said = [
        done.text[one["url_citation"]["start_index"] : one["url_citation"]["end_index"]] for one in done.annotations
    ]
    assert said == ["The Lumen is long.", "It does not freeze."]
    assert "It is old. [unsupported] It does" in done.text
