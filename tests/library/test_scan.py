"""Scan: which files of a folder are looked at, and which never."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from research_agent.library.scan import Snapshot, scan


def tree(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")
    return root


def look(root: Path, *apart: str) -> Snapshot:
    return scan(str(root), readable=lambda name: name.endswith(".txt"), apart=[str(root / name) for name in apart])


def names(root: Path, *apart: str) -> list[str]:
    return sorted(os.path.relpath(path, root) for path in look(root, *apart).files)


@pytest.mark.parametrize(
    "never",
    [
        ".hidden.txt", ".git/a.txt", "deep/.cache/a.txt", "node_modules/a.txt", "src/__pycache__/a.txt", "CVS/a.txt",
        "~$open.txt", "env/pyvenv.cfg", "lib/site-packages/a.txt", "picture.png",
    ],
)  # fmt: skip
def test_what_is_no_document_is_never_listed(tmp_path: Path, never: str) -> None:
    assert names(tree(tmp_path, "kept.txt", "deep/kept.txt", "env/inside.txt", never)) == sorted(
        ["kept.txt", "deep/kept.txt"] + ["env/inside.txt"] * (not never.startswith("env"))
    )


def test_a_file_is_listed_with_size_time_and_inode(tmp_path: Path) -> None:
    (file,) = look(tree(tmp_path, "a.txt")).files.values()
    about = (tmp_path / "a.txt").stat()
    assert (file.size, file.mtime_ns, file.inode) == (1, about.st_mtime_ns, about.st_ino)


def test_what_is_not_read_is_counted_by_ending(tmp_path: Path) -> None:
    assert look(tree(tmp_path, "a.png", "b.PNG", "c.zip", "bare", "d.txt")).others == {".png": 2, ".zip": 1, "": 1}


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = tree(tmp_path / "outside", "secret.txt")
    root = tree(tmp_path / "root", "kept.txt")
    (root / "link.txt").symlink_to(outside / "secret.txt")
    (root / "folder").symlink_to(outside)
    (root / "circle").symlink_to(root)
    (root / "broken.txt").symlink_to("nowhere")
    assert names(root) == ["kept.txt"]


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert names(tmp_path) == []


def test_rules_hold_for_their_folder_and_below_and_the_nearest_wins(tmp_path: Path) -> None:
    tree(tmp_path, "a.txt", "draft.txt", "deep/a.txt", "deep/draft.txt", "out/a.txt", "deep/more/a.txt", "top/out.txt")
    (tmp_path / ".gitignore").write_text("draft.txt\n/out/\n# note\n\n\\\n")
    (tmp_path / "deep/.gitignore").write_text("!draft.txt\n/more/*.txt\n")
    assert names(tmp_path) == ["a.txt", "deep/a.txt", "deep/draft.txt", "top/out.txt"]


def test_the_own_rules_win_over_those_of_git(tmp_path: Path) -> None:
    tree(tmp_path, "a.txt", "b.txt")
    (tmp_path / ".gitignore").write_text("a.txt\n")
    (tmp_path / ".research-agent-ignore").write_bytes("\ufeff!a.txt\nb.txt\n".encode())
    assert names(tmp_path) == ["a.txt"]


def test_rules_that_are_no_text_have_none(tmp_path: Path) -> None:
    (tree(tmp_path, "a.txt") / ".gitignore").write_bytes(b"\xff\xfe\x00*\x80")
    assert names(tmp_path) == ["a.txt"]


def test_what_was_added_by_itself_is_left_to_itself(tmp_path: Path) -> None:
    assert names(tree(tmp_path, "a.txt", "b.txt", "deep/c.txt"), "deep", "b.txt") == ["a.txt"]


def test_a_single_file_is_listed_whatever_it_is(tmp_path: Path) -> None:
    file = tree(tmp_path, ".hidden.odd") / ".hidden.odd"
    assert list(look(file).files) == [str(file)]


def test_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    snapshot = look(tmp_path / "gone")
    assert [(item.path, item.why) for item in snapshot.unseen] == [
        (str(tmp_path / "gone"), "No such file or directory.")
    ]
    assert snapshot.files == {}


def test_a_name_that_is_no_text_is_told(tmp_path: Path) -> None:
    try:
        tree(tmp_path, os.fsdecode(b"caf\xe9.txt"), "a.txt")
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    assert names(tmp_path) == ["a.txt"]
    assert [item.why for item in look(tmp_path).unseen] == ["Its name is not valid UTF-8. Rename it."]


def test_depth_costs_no_stack(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(300):
        deep /= "d"
    tree(deep, "a.txt")
    assert len(names(tmp_path)) == 1
