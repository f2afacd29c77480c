from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from research_agent.stages.analyze import MEMORY, analysis_pool, analyze
from research_agent.types import Document, Finding
from research_agent_devtools.kernel.processor_time import of_ended_children

pytestmark = pytest.mark.anyio


def document(text: str, *, source: str = "wikipedia", title: str = "A title", published: str | None = None) -> Document:
    return Document(
        source=source,
        title=title,
        url="https://example.org/",
        text=text,
        retrieved="2026-01-01T00:00:00Z",
        published=published,
    )


SECONDS = 100.0  # for what takes a moment
EINSTEIN = document(
    "Albert Einstein was born in Ulm in 1879. Einstein developed relativity; Ulm had 720,000 readers.",
    published="1955-04-18T00:00:00Z",
)
PHYSICS = document(
    "Relativity changed physics: Einstein, born 1879, had 720000 readers.", source="hackernews", published="2020"
)


async def report_of(*documents: Document, timeout: float = SECONDS, **options: Any) -> Any:
    finding = await analyze(documents, timeout=timeout, **options)
    assert finding.reason is None
    return finding.report


async def test_no_documents_give_an_empty_report() -> None:
    report = await report_of()
    assert report["documents"] == report["words"] == 0
    assert report["average_relevance"] is report["dates"] is report["agreement"]["keyword_overlap"] is None
    assert report["keywords"] == report["top_documents"] == []


async def test_what_is_counted_is_right() -> None:
    report = await report_of(EINSTEIN, PHYSICS, relevance={EINSTEIN.id: 0.9, PHYSICS.id: 0.4})
    assert report["documents"] == 2
    assert report["per_source"] == {"wikipedia": 1, "hackernews": 1}
    assert report["words"] == len(EINSTEIN.text.split()) + len(PHYSICS.text.split())
    assert report["average_relevance"] == 0.65
    assert report["keywords"][0] == "einstein"
    assert report["keyword_counts"]["einstein"] == 3
    assert not {"was", "the", "had", "1879"} & set(report["keywords"])
    assert report["dates"] == {"oldest": "1955-04-18", "newest": "2020"}
    assert [row["relevance"] for row in report["top_documents"]] == [0.9, 0.4]


async def test_agreement_is_between_sources_and_counts_a_number_once_however_it_is_spelt() -> None:
    agreement = (await report_of(EINSTEIN, PHYSICS))["agreement"]
    both = ["hackernews", "wikipedia"]
    assert agreement["shared_numbers"] == [
        {"number": "1879", "sources": both},
        {"number": "720000", "sources": both},
    ]
    assert 0 < agreement["keyword_overlap"] < 1


async def test_documents_of_one_source_agree_with_nobody() -> None:
    agreement = (await report_of(EINSTEIN, EINSTEIN))["agreement"]
    assert agreement == {"keyword_overlap": None, "shared_numbers": []}


async def test_relevance_that_is_no_number_is_left_out() -> None:
    report = await report_of(EINSTEIN, PHYSICS, relevance={EINSTEIN.id: float("nan"), PHYSICS.id: 0.4})
    assert report["average_relevance"] == 0.4


async def test_the_same_documents_give_the_same_report() -> None:
    documents = [document(f"words {n} and others, {n * 7}", source=f"s{n % 3}") for n in range(60)]
    assert await report_of(*documents) == await report_of(*documents)


@pytest.mark.parametrize(
    "text",
    [
        "The quick brown fox of 1879. " * 180_000,
        "\n" * 5_000_000,
        "9" * 5_000_000,
        "日" * 1_700_000,
    ],
    ids=["prose", "lines", "digits", "one word"],
)
async def test_a_document_of_5_mb_is_analysed(text: str) -> None:
    """Within the five seconds that it has by default; seconds of a processor, since others may be at work on it."""
    before = of_ended_children()
    assert (await report_of(document(text), EINSTEIN))["documents"] == 2
    assert of_ended_children() - before < 5


async def test_hostile_text_comes_back_fit_to_be_stored() -> None:
    hostile = document("\0 \ud800 {} {{}} {0.__class__} <|im_end|> ]] }", title="\ud800 \0 {}")
    report = await report_of(hostile, EINSTEIN)
    json.dumps(report, ensure_ascii=False).encode("utf-8")
    assert report["documents"] == 2


ANSWER = "import sys; data = {data}; sys.stdout.buffer.write(len(data).to_bytes(4, 'big') + data)"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os; os.abort()", "SIGABRT"),
        ("raise SystemExit(1)", "exit code 1"),
        ("import time; time.sleep(600)", "longer than 0.5 s"),
        ("while True: print('x' * 1000)", "answered with more than"),
        (ANSWER.format(data="b'garbage'"), "not a report"),
        (ANSWER.format(data="b'[1, 2]'"), "not a report"),
        (ANSWER.format(data="b'{}'"), "not a report"),
        (ANSWER.format(data="b'[' * 100_000"), "not a report"),
        (ANSWER.format(data="bytes([255, 254])"), "not a report"),
        (ANSWER.format(data="b''"), "not a report"),
        (f"x = bytearray({2 * MEMORY})", "exit code 1"),
        ("", "exit code 0"),
    ],
)
async def test_whatever_befalls_the_child_costs_the_report_only(tmp_path: Path, code: str, reason: str) -> None:
    """Broken twins of the child."""
    start = time.monotonic()
    async with analysis_pool(write(tmp_path, code)) as pool:
        finding = await analyze([EINSTEIN], timeout=0.5 if "sleep" in code else SECONDS, pool=pool)
    assert isinstance(finding, Finding)
    assert finding.report == {}
    assert reason in (finding.reason or "")
    assert time.monotonic() - start < SECONDS / 2


def write(folder: Path, code: str) -> Path:
    script = folder / "child.py"
    script.write_text(code)
    return script


async def test_documents_that_need_more_memory_than_allowed_cost_the_report_only() -> None:
    finding = await analyze([document("word " * 4_000_000)] * 8, timeout=SECONDS)
    assert finding.report == {}
    assert "exit code 1" in (finding.reason or "")
