"""What `import research_agent` promises."""

from __future__ import annotations

import subprocess
import sys

import research_agent
from research_agent.types import Answer, Citation

PUBLIC = [
    "Analyzed", "Answer", "Answered", "Citation", "Document", "Drafted", "Event", "EventHook", "Evidence", "Found",
    "Memory", "ModelReady", "Notice", "Passage", "Planned", "Ranked", "ResearchAgentError", "Runtime", "Saved",
    "SentenceChecked", "Settings", "Source", "SourceFinished", "SourceReport", "SourceSettings", "StageFinished",
    "StageStarted", "Started", "Token", "Tools", "Topic", "load_settings", "open_runtime", "research",
    "research_sync", "stream",
]  # fmt: skip


def test_public_names() -> None:
    assert research_agent.__all__ == PUBLIC
    assert dir(research_agent) == PUBLIC
    for name in PUBLIC:
        assert getattr(research_agent, name) is not None


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = ("numpy", "aiohttp", "apsw", "langchain_core", "onnxruntime")
    script = f"import sys, research_agent; print(*(name for name in {heavy} if name in sys.modules))"
    assert (
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip() == ""
    )


def test_the_json_contract() -> None:
    citation = Citation(
        n=1, sentence=(0, 4), document="d", title="t", url="u", source="s", quote="q", start=5, end=6, score=0.5
    )
    answer = Answer(
        session="s", turn=2, question="q", text="Yes. [1]", answer_from="model", status="complete",
        citations=(citation,), unsupported=((5, 6),), timings={"plan": 0.123456},
    )  # fmt: skip
    assert answer.as_json() == {
        "session": "s", "turn": 2, "question": "q", "answer": "Yes. [1]", "text": "Yes. [1]",
        "answer_from": "model", "status": "complete",
        "citations": [{"n": 1, "sentence": [0, 4], "document": "d", "title": "t", "url": "u", "source": "s",
                       "quote": "q", "start": 5, "end": 6, "score": 0.5, "by": "judge", "site": "",
                       "site_kind": "unknown", "published": None, "page": "", "section": ""}],
        "unsupported": [[5, 6]], "answer_span": None, "partly": [], "contradicted": [], "removed": [],
        "computed": [],
        "single_site": [], "sources": [], "restriction": {}, "model": None, "timings": {"plan": 0.123},
            "replaces": 0, "follow_ups": [],
        "analysis": {
            "support": {"sentences": 2, "supported": 1, "partly": 0, "documents": 1, "independent": 0, "sites": 0},
            "conflicts": [],
        },
    }  # fmt: skip
