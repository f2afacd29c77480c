"""One file that another machine can check; and a stranger's file, refused in one line or checked, never more."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import kept
from research_agent.errors import BundleError, StoreError, UsageError
from research_agent.memory.verification import bundle as bundles
from research_agent.memory.verification.bundle import digest_of, pack_bundle, read_bundle, save
from research_agent.memory.verification.verify import check
from research_agent.types import Document, Finding, SourceReport

ANSWER = kept.answer_from(kept.DOCUMENTS[:3])


def written(tmp_path: Path, found: object) -> Path:
    path = tmp_path / "b.json"
    data = found if isinstance(found, bytes) else json.dumps(found).encode()
    path.write_bytes(data)
    return path


def refused(tmp_path: Path, found: object) -> str:
    with pytest.raises(BundleError) as caught:
        read_bundle(written(tmp_path, found))
    assert caught.value.hint
    return caught.value.message


def test_a_bundle_holds_the_contract_and_every_document_whole() -> None:
    found = kept.bundle(ANSWER, replace(ANSWER, turn=2))
    assert list(found) == ["format", "version", "program", "exported", "session", "turns", "documents", "sha256"]
    assert (found["format"], found["version"], found["session"]) == ("research-agent-bundle", 1, "s")
    assert [turn["answer"]["turn"] for turn in found["turns"]] == [1, 2]
    assert found["turns"][0]["answer"] == json.loads(json.dumps(ANSWER.as_json()))
    assert found["turns"][0]["settings"] == {"version": "0.1.0", "offline": True}
    assert found["turns"][0]["documents"] == found["turns"][1]["documents"] == [0, 1, 2], "each text once"
    assert [one["sha256"] for one in found["documents"]] == [document.id for document in ANSWER.documents]
    first = found["documents"][0]
    assert first["text"] == kept.DOCUMENTS[0].text
    assert (first["revision"], first["licence"], first["retrieved"]) == ("1001", "CC BY-SA 4.0", "2026-11-23T10:00:00Z")


def test_the_same_text_fetched_twice_keeps_both_retrievals() -> None:
    later = replace(ANSWER, turn=2, documents=tuple(replace(one, retrieved="2027") for one in ANSWER.documents))
    found = kept.bundle(ANSWER, later)
    assert [turn["documents"] for turn in found["turns"]] == [[0, 1, 2], [3, 4, 5]]


def test_what_is_written_is_read_and_holds(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    save(path, pack_bundle("s", kept.turns(ANSWER)), force=False)
    found = read_bundle(path)
    assert (found.session, found.faults, len(found.records)) == ("s", (), 1)
    assert check(found.records[0]).holds
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["b.json"], "nothing is left beside it"


def test_texts_with_odd_characters_pass_to_the_character(tmp_path: Path) -> None:
    text = "Tab\tand \U0001f600 and \\ud83d, a \ud83d alone, \x00, e\u0301 and \u2028 end."
    document = Document(source="s", title="\udc80", url="u", text=text, retrieved="2026")
    answer = replace(
        ANSWER, text=text, question=text, citations=(), unsupported=((0, len(text)),), documents=(document,)
    )
    path = tmp_path / "b.json"
    save(path, pack_bundle("s", kept.turns(answer)), force=False)
    path.read_bytes().decode("utf-8")
    found = read_bundle(path)
    assert found.faults == ()
    assert (found.records[0].text, found.records[0].documents[0].text) == (text, text)
    assert check(found.records[0]).holds


def test_surrogates_that_json_would_join_are_refused_not_changed() -> None:
    broken = replace(ANSWER, question="\ud83d" + "\ude00")
    with pytest.raises(UsageError, match="lone surrogates"):
        pack_bundle("s", kept.turns(broken))


def test_a_report_with_numbers_that_json_lacks_can_be_written(tmp_path: Path) -> None:
    odd = replace(ANSWER, finding=Finding(report={"mean": float("nan"), 1: (1, 2)}))
    analysis = kept.bundle(odd)["turns"][0]["answer"]["analysis"]
    assert (analysis["mean"], analysis["1"]) == (None, [1, 2])


def test_no_secret_is_written() -> None:
    key = "sk-canary-0123456789"
    document = replace(kept.DOCUMENTS[0], url="https://me:canary@wiki.example/a@b")
    answer = kept.answer_from([document])
    answer = replace(
        answer,
        notes=(f"The key {key} is wrong.", "http://me:canary@host/ did not answer"),
        sources=(
            SourceReport(name="x", status="failed", documents=0, ms=1, reason="no https://me:canary@wiki.example"),
        ),
        settings={"url.x": "https://me:canary@wiki.example", "model": f"openai:{key}"},
    )
    data = pack_bundle("s", kept.turns(answer), secrets=[key])
    assert b"canary" not in data
    assert b"https://wiki.example/a@b" in data
    with pytest.raises(UsageError, match="secret"):
        pack_bundle("s", kept.turns(replace(answer, question=f"Is {key} good?")), secrets=[key])


def test_a_file_is_not_written_over_unless_told(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text("mine")
    with pytest.raises(UsageError, match="exists already") as caught:
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


def test_what_is_too_large_is_neither_written_nor_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "b.json"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    with pytest.raises(BundleError, match="more than 67,108,864 bytes"):
        read_bundle(path)
    monkeypatch.setattr(bundles, "LARGEST", 1000)
    with pytest.raises(UsageError, match="1,000 are read"):
        pack_bundle("s", kept.turns(ANSWER))


def deep(depth: int) -> bytes:
    return b'{"format": "research-agent-bundle", "version": 1, "turns": ' + b"[" * depth + b"]" * depth + b"}"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Expecting value"),
        (b"\x00\xff\xfe", "not UTF-8"),
        ("\ufeff{}".encode(), "BOM"),
        (b"SQLite format 3\x00", "Expecting value"),
        (b"[1, 2]", "no object"),
        (b"{}", "format"),
        (b'{"format": "research-agent-bundle"}', "no version"),
        (b'{"format": "research-agent-bundle", "version": true}', "no version"),
        (b'{"format": "research-agent-bundle", "version": NaN}', "NaN"),
        (b'{"format": "research-agent-bundle", "version": 1, "x": 1e999}', "too large"),
        (b'{"format": "research-agent-bundle", "version": 1, "x": -Infinity}', "Infinity"),
        (b'{"format": "research-agent-bundle", "version": 1, "x": ' + b"9" * 5000 + b"}", "digits"),
        (b'{"format": "research-agent-bundle", "version": 1, "version": 1}', "twice"),
        (b'{"format": "research-agent-bundle", "version": 1}', "documents is missing"),
        (b'{"format": "research-agent-bundle", "version": 1, "documents": [], "turns": []}', "no turn"),
        (deep(900), "documents is missing"),
        (deep(200_000), "nested too deeply"),
    ],
)
def test_what_is_no_bundle_is_refused_in_one_line(tmp_path: Path, data: bytes, said: str) -> None:
    message = refused(tmp_path, data)
    assert said in message
    assert "\n" not in message


def test_a_cut_file_is_refused_wherever_it_is_cut(tmp_path: Path) -> None:
    data = pack_bundle("s", kept.turns(ANSWER))
    for length in range(0, len(data) - 1, 97):
        refused(tmp_path, data[:length])


def test_a_newer_version_says_which_program_reads_it(tmp_path: Path) -> None:
    found = {**kept.bundle(ANSWER), "version": 2, "program": "research-agent 3.1\x1b[2J"}
    assert refused(tmp_path, found).endswith("this program reads version 1. It was written by research-agent 3.1[2J.")


def test_duplicate_documents_and_turns_are_found(tmp_path: Path) -> None:
    found = kept.bundle(ANSWER)
    found["documents"].append(found["documents"][0])
    read = read_bundle(written(tmp_path, kept.resealed(found)))
    assert [fault.message for fault in read.faults] == ["it stands twice: it is documents[0] too", "no turn has it"]
    found = kept.bundle(ANSWER)
    found["turns"].append(found["turns"][0])
    assert "two turns" in refused(tmp_path, kept.resealed(found))


def test_any_altered_value_is_noticed_by_the_files_own_hash(tmp_path: Path) -> None:
    original = kept.bundle(ANSWER)
    for path in paths(original):
        if path == ("sha256",):
            continue
        found = deepcopy(original)
        value = at(found, path[:-1])[path[-1]]
        at(found, path[:-1])[path[-1]] = f"{value}x" if isinstance(value, str) else [value]
        try:
            read = read_bundle(written(tmp_path, found))
        except BundleError:
            continue
        assert [fault.place for fault in read.faults][:1] == ["the file"], path


HOSTILE: tuple[object, ...] = (
    None, True, False, -1, 0, 1, 2**70, -(2**70), 0.5, 1e300, "", "\x1b[2J\ud800\u202e", "1", [], [[]], [-1, 10**30],
    ["a", "b"], [1, 2, 3], [True, False], {}, {"a": {"b": []}},
)  # fmt: skip


def test_no_value_anywhere_makes_a_traceback(tmp_path: Path) -> None:
    original = kept.bundle(kept.answer_from(kept.DOCUMENTS[:1]))
    tried = 0
    for path in paths(original):
        for value in HOSTILE:
            found = deepcopy(original)
            at(found, path[:-1])[path[-1]] = value
            with_hash = kept.resealed(found) if path != ("sha256",) else found
            with suppress(BundleError):
                for record in read_bundle(written(tmp_path, with_hash)).records:
                    check(record)
            tried += 1
    assert tried > 1000


def paths(found: Any, *before: Any) -> Iterator[tuple[Any, ...]]:
    for key, value in found.items() if isinstance(found, dict) else enumerate(found):
        yield (*before, key)
        if isinstance(value, dict | list):
            yield from paths(value, *before, key)


def at(found: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        found = found[key]
    return found


def test_the_hash_is_of_the_canonical_json_whatever_the_layout(tmp_path: Path) -> None:
    found = kept.bundle(ANSWER)
    again = json.loads(json.dumps(found, sort_keys=True, indent=7))
    assert digest_of(again) == found["sha256"]
    assert read_bundle(written(tmp_path, again)).faults == ()
