"""One file that another machine can check: everything a turn needs, no secret, written atomically."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpers import altered_bundles
from research_agent.errors import StoreError, UsageError
from research_agent.memory.verification.bundle_writer import pack_bundle, save
from research_agent.types import Finding, SourceReport

ANSWER = altered_bundles.answer_from(altered_bundles.DOCUMENTS[:3])


def test_a_bundle_holds_the_contract_and_every_document_whole() -> None:
    found = altered_bundles.bundle(ANSWER, replace(ANSWER, turn=2))
    assert list(found) == ["format", "version", "program", "exported", "session", "turns", "documents", "sha256"]
    assert (found["format"], found["version"], found["session"]) == ("research-agent-bundle", 1, "s")
    assert [turn["answer"]["turn"] for turn in found["turns"]] == [1, 2]
    assert found["turns"][0]["answer"] == json.loads(json.dumps(ANSWER.as_json()))
    assert found["turns"][0]["settings"] == {"version": "0.1.0", "offline": True}
    assert found["turns"][0]["documents"] == found["turns"][1]["documents"] == [0, 1, 2], "each text once"
    assert [one["sha256"] for one in found["documents"]] == [document.id for document in ANSWER.documents]
    first = found["documents"][0]
    assert first["text"] == altered_bundles.DOCUMENTS[0].text
    assert (first["revision"], first["licence"], first["retrieved"]) == ("1001", "CC BY-SA 4.0", "2026-11-23T10:00:00Z")


def test_the_same_text_fetched_twice_keeps_both_retrievals() -> None:
    later = replace(ANSWER, turn=2, documents=tuple(replace(one, retrieved="2027") for one in ANSWER.documents))
    found = altered_bundles.bundle(ANSWER, later)
    assert [turn["documents"] for turn in found["turns"]] == [[0, 1, 2], [3, 4, 5]]


def test_surrogates_that_json_would_join_are_refused_not_changed() -> None:
    broken = replace(ANSWER, question="\ud83d" + "\ude00")
    with pytest.raises(UsageError, match="lone surrogates"):
        pack_bundle("s", altered_bundles.turns(broken))


def test_a_report_with_numbers_that_json_lacks_can_be_written(tmp_path: Path) -> None:
    report: Any = {"mean": float("nan"), 1: (1, 2)}
    odd = replace(ANSWER, finding=Finding(report=report))
    analysis = altered_bundles.bundle(odd)["turns"][0]["answer"]["analysis"]
    assert (analysis["mean"], analysis["1"]) == (None, [1, 2])


def test_no_secret_is_written() -> None:
    key = "sk-canary-0123456789"
    document = replace(altered_bundles.DOCUMENTS[0], url="https://me:canary@wiki.example/a@b")
    answer = altered_bundles.answer_from([document])
    answer = replace(
        answer,
        notes=(f"The key {key} is wrong.", "http://me:canary@host/ did not answer"),
        sources=(
            SourceReport(name="x", status="failed", documents=0, ms=1, reason="no https://me:canary@wiki.example"),
        ),
        settings={"url.x": "https://me:canary@wiki.example", "model": f"openai:{key}"},
    )
    data = pack_bundle("s", altered_bundles.turns(answer), secrets=[key])
    assert b"canary" not in data
    assert b"https://wiki.example/a@b" in data
    with pytest.raises(UsageError, match="secret"):
        pack_bundle("s", altered_bundles.turns(replace(answer, question=f"Is {key} good?")), secrets=[key])


def test_a_file_is_not_written_over_unless_told(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text("mine")
    with pytest.raises(UsageError, match="already exists") as caught:
        save(path, b"new", force=False)
    assert "--force" in caught.value.hint
    assert path.read_text() == "mine"
    save(path, b"new", force=True)
    assert path.read_text() == "new"
    assert os.listdir(tmp_path) == ["b.json"]


def test_where_there_are_no_links_it_is_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    save(tmp_path / "b.json", b"new", force=False)
    assert os.listdir(tmp_path) == ["b.json"]
    with pytest.raises(StoreError):
        save(tmp_path / "b.json", b"newer", force=False)
    assert (tmp_path / "b.json").read_bytes() == b"new"


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    (tmp_path / "b.json").write_text("old")
    with pytest.raises(StoreError, match="No space left"):
        save(tmp_path / "b.json", b"new", force=True)
    assert os.listdir(tmp_path) == ["b.json"]
    assert (tmp_path / "b.json").read_text() == "old"


def test_a_folder_or_a_missing_one_is_a_usage_error(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none" / "b.json"):
        with pytest.raises(UsageError):
            save(path, b"", force=True)


def test_what_is_too_large_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("research_agent.memory.verification.bundle_writer.LARGEST", 1000)
    with pytest.raises(UsageError, match="at most 1,000 can be read"):
        pack_bundle("s", altered_bundles.turns(ANSWER))
