"""A stranger's file is refused in one line or checked, never more."""

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

from helpers import altered_bundles
from research_agent.errors import BundleError
from research_agent.memory.verification.bundle_reader import read_bundle
from research_agent.memory.verification.bundle_writer import pack_bundle, save
from research_agent.memory.verification.verify import check
from research_agent.types import Document

ANSWER = altered_bundles.answer_from(altered_bundles.DOCUMENTS[:3])


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


def test_what_is_written_is_read_and_holds(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    save(path, pack_bundle("s", altered_bundles.turns(ANSWER)), force=False)
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
    save(path, pack_bundle("s", altered_bundles.turns(answer)), force=False)
    path.read_bytes().decode("utf-8")
    found = read_bundle(path)
    assert found.faults == ()
    assert (found.records[0].text, found.records[0].documents[0].text) == (text, text)
    assert check(found.records[0]).holds


def test_what_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    with pytest.raises(BundleError, match="more than 67,108,864 bytes"):
        read_bundle(path)


def deep(depth: int) -> bytes:
    return b'{"format": "research-agent-bundle", "version": 1, "turns": ' + b"[" * depth + b"]" * depth + b"}"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Expecting value"),
        (b"\x00\xff\xfe", "not UTF-8"),
        ("\ufeff{}".encode(), "format"),
        (b"\xff\xfe{\x00}\x00", "format"),
        (b"\xff\xfe{\x00}", "saved as UTF-16, and cut"),
        (b'{"caf\xe9": 1}', "not UTF-8: line 1 has the byte 0xE9"),
        (b"SQLite format 3\x00", "Expecting value"),
        (b"[1, 2]", "does not contain an object"),
        (b"{}", "format"),
        (b'{"format": "research-agent-bundle"}', "does not say its version"),
        (b'{"format": "research-agent-bundle", "version": true}', "does not say its version"),
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
    data = pack_bundle("s", altered_bundles.turns(ANSWER))
    for length in range(0, len(data) - 1, 97):
        refused(tmp_path, data[:length])


def test_a_newer_version_says_which_program_reads_it(tmp_path: Path) -> None:
    found = {**altered_bundles.bundle(ANSWER), "version": 2, "program": "research-agent 3.1\x1b[2J"}
    assert refused(tmp_path, found).endswith("this program reads version 1. It was written by research-agent 3.1[2J.")


def test_duplicate_documents_and_turns_are_found(tmp_path: Path) -> None:
    found = altered_bundles.bundle(ANSWER)
    found["documents"].append(found["documents"][0])
    read = read_bundle(written(tmp_path, altered_bundles.resealed(found)))
    assert [fault.message for fault in read.faults] == ["it appears twice: it is documents[0] too", "no turn uses it"]
    found = altered_bundles.bundle(ANSWER)
    found["turns"].append(found["turns"][0])
    assert "two turns" in refused(tmp_path, altered_bundles.resealed(found))


def test_any_altered_value_is_noticed_by_the_files_own_hash(tmp_path: Path) -> None:
    original = altered_bundles.bundle(ANSWER)
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
    original = altered_bundles.bundle(altered_bundles.answer_from(altered_bundles.DOCUMENTS[:1]))
    tried = 0
    for path in paths(original):
        for value in HOSTILE:
            found = deepcopy(original)
            at(found, path[:-1])[path[-1]] = value
            with_hash = altered_bundles.resealed(found) if path != ("sha256",) else found
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
