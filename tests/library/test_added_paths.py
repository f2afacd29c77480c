"""Paths of what is added, as users name them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from research_agent.errors import UsageError
from research_agent.library.added_paths import added_path, find_added, is_within, typed_file


def test_a_path_is_made_absolute_and_links_are_resolved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert {added_path(form) for form in ("real", "link", "./real/", "~/real")} == {os.path.realpath(tmp_path / "real")}


def test_an_address_loses_its_fragment() -> None:
    assert added_path("https://pages.example/a?b=c#part") == "https://pages.example/a?b=c"


def test_what_is_not_there_is_an_error() -> None:
    with pytest.raises(UsageError, match="no file or folder 'nowhere'"):
        added_path("nowhere")


@pytest.mark.parametrize("path", ["", " ", "a\0b", "/dev/null", "~nobody-of-that-name/x", "x" * 5000])
def test_what_is_no_file_and_no_folder_is_an_error(path: str) -> None:
    with pytest.raises(UsageError):
        added_path(path)
    with pytest.raises(UsageError):
        find_added(path, ["/papers"])


def test_what_was_added_is_found_in_each_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    there = os.path.realpath(tmp_path / "papers")
    added = [there, "https://pages.example/a"]
    assert {find_added(form, added) for form in (there, "papers", "./papers")} == {there}
    assert find_added("https://pages.example/a#x", added) == "https://pages.example/a"
    with pytest.raises(UsageError, match="part of") as caught:
        find_added("papers/one.txt", added)
    assert ".research-agent-ignore" in caught.value.hint
    with pytest.raises(UsageError, match="was not added"):
        find_added("elsewhere", added)


def test_a_folder_of_a_longer_name_is_another() -> None:
    assert is_within("/a/b", "/a")
    assert is_within("/a", "/")
    assert not is_within("/ab/c", "/a")


def test_a_file_typed_from_a_folder_is_absolute_another_one_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path / "docs")
    monkeypatch.setenv("HOME", str(tmp_path))
    here = os.path.realpath(tmp_path)
    typed = {"./c.txt": "docs/c.txt", "../c.txt": "c.txt", "~/c d.txt": "c d.txt", ".": "docs", "./": "docs"}
    assert {name: typed_file(name) for name in typed} == {name: f"{here}/{path}" for name, path in typed.items()}
    for name in ("c.txt", "docs/c.txt", "/own/c.txt", "~$c.docx", ".hidden", "...", "file:///c.txt"):
        assert typed_file(name) == name
