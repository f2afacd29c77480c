"""Restriction of a search to files: which libraries hold them, and what is near in name to one that none holds."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import TypeVar

from research_agent.errors import UsageError
from research_agent.library.protocol import LibraryStore
from research_agent.library.word_index import is_below
from research_agent.messages import own_documents

__all__ = ["libraries_holding", "near_files"]

Store = TypeVar("Store", bound=LibraryStore)
COMPARED = 20_000  # names that one is compared with letter by letter
SHOWN = 3


async def libraries_holding(stores: Sequence[Store], only: Sequence[str]) -> list[Store]:
    """
    Those of the libraries that hold a file that `only` names, by its path, its end, or a folder above it.

    All of them without `only`. Raises `UsageError` for one that no library holds, with the names that are near.
    """
    if not only:
        return list(stores)
    if not stores:
        raise UsageError(own_documents.NO_LIBRARY(), hint=own_documents.MAKE_LIBRARY())
    chosen: list[Store] = []
    missing, paths = set(only), list[str]()
    for store in stores:
        own = [file.path for file in await store.files(inside="")]
        held = {name for name in only if any(is_below(path, [name]) for path in own)}
        if held != set(only):  # what is in archives is looked through only then
            own = [file.path for file in await store.files()]
            held = {name for name in only if any(is_below(path, [name]) for path in own)}
        if held:
            chosen.append(store)
        missing -= held
        paths += own
    for name in only:
        if name in missing:
            raise UsageError(own_documents.NO_FILE(file=name), hint=near_files(name, paths))
    return chosen


def near_files(wanted: str, paths: Iterable[str]) -> str:
    """Hint for a file that is not among those paths: names that are near, else where all are listed."""
    near = _near(wanted, list(dict.fromkeys(paths)))
    if near:
        return own_documents.NEAR_FILES(names=", ".join(map(repr, near)))
    return own_documents.LIST_FILES() if paths else own_documents.NO_FILES_YET()


def _near(wanted: str, paths: Sequence[str]) -> list[str]:
    """Ends of paths that are like what was wanted: one of the same name, else names that share most letters."""
    base = wanted.rstrip("/").rpartition("/")[2].casefold()
    if not base:
        return []
    names = list(dict.fromkeys(path.rpartition("/")[2] for path in paths))
    within = [name for name in names if base in name.casefold()]
    if within:
        return within[:SHOWN]
    by_stem: dict[str, list[str]] = {}
    for name in names[:COMPARED]:
        by_stem.setdefault(_stem(name), []).append(name)
    near = difflib.get_close_matches(_stem(base), by_stem, n=SHOWN, cutoff=0.6)
    return [name for one in near for name in by_stem[one]][:SHOWN]


def _stem(name: str) -> str:
    """A name in small letters without its ending, by which names of nothing in common would be alike."""
    folded = name.casefold()
    return folded.rpartition(".")[0] or folded
