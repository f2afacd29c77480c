"""Paths of what the user adds to a library: absolute, links resolved, or addresses of the web."""

from __future__ import annotations

import os
from collections.abc import Iterable

from research_agent.errors import UsageError
from research_agent.messages import library_failures

__all__ = ["absolute", "added_path", "find_added", "is_address", "is_of_shell", "is_within", "typed_file"]


def is_address(path: str) -> bool:
    """Whether a path is the address of a page of the web."""
    return path.startswith(("https://", "http://"))


def is_within(path: str, folder: str) -> bool:
    """Whether a path is a folder, or anywhere below it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def absolute(path: str) -> str:
    """The absolute path that a user means: ~ expanded, links resolved. Looks at the disk. Raises `UsageError`."""
    try:
        return os.path.realpath(os.path.expanduser(path))
    except ValueError as error:  # a NUL
        raise UsageError(library_failures.NOT_A_PATH(path=path), hint=library_failures.GIVE_PATH()) from error


def is_of_shell(name: str) -> bool:
    """Whether a file is named from the folder that a user is in, or from the home: ./a.txt, ../a.txt, ~/a.txt."""
    seen = name.strip()
    return seen in (".", "..", "~") or seen.startswith(("./", "../", "~/"))


def typed_file(name: str) -> str:
    """A file's name as typed in a folder: those of `is_of_shell` are absolute then, others are ends of paths."""
    return absolute(name.strip()) if is_of_shell(name) else name


def added_path(path: str) -> str:
    """The path under which something is added, an address without its fragment. Raises `UsageError`."""
    if is_address(path):
        return path.partition("#")[0]
    there = absolute(path)
    if not path.strip() or not os.path.exists(there):  # "" would be the folder that the program happens to run in
        raise UsageError(library_failures.NOTHING_THERE(path=path), hint=library_failures.GIVE_PATH())
    if not (os.path.isfile(there) or os.path.isdir(there)):
        raise UsageError(library_failures.DEVICE(path=path), hint=library_failures.GIVE_FILE())
    try:
        there.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UsageError(library_failures.BAD_NAME(path=path), hint=library_failures.RENAME_IT()) from error
    return there


def find_added(path: str, added: Iterable[str]) -> str:
    """The one of the `added` paths that a user names. Raises `UsageError` for one that was not added by itself."""
    known = tuple(added)
    there = absolute(path)
    for form in (path, path.partition("#")[0], there):
        if form in known:
            return form
    if folder := next((item for item in known if is_within(there, item)), None):
        raise UsageError(
            library_failures.PART_OF(path=path, folder=folder),
            hint=library_failures.IGNORE_IT(file=os.path.join(folder, ".research-agent-ignore")),
        )
    raise UsageError(library_failures.NOT_ADDED(path=path), hint=library_failures.LIST_IT())
