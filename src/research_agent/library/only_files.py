"""Restriction of a search to files: which libraries hold them, and what is near in name to one that none holds."""

from __future__ import annotations

import asyncio
import difflib
import os
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Generic, NamedTuple, TypeVar
from urllib.parse import unquote, urlsplit

from research_agent.errors import UsageError
from research_agent.library.added_paths import is_of_shell
from research_agent.library.protocol import LibraryStore
from research_agent.library.word_index import is_below
from research_agent.messages import own_documents

__all__ = ["Holding", "libraries_holding", "near_files"]

Store = TypeVar("Store", bound=LibraryStore)
COMPARED = 20_000  # names that one is compared with letter by letter
SHOWN = 3


class Holding(NamedTuple, Generic[Store]):
    """Libraries that hold files of a restriction, and that restriction as their stores take it."""

    stores: list[Store]
    only: tuple[str, ...]


async def libraries_holding(stores: Sequence[Store], only: Sequence[str]) -> Holding[Store]:
    """
    Those of the libraries that hold a file that `only` names, by its path, its end, or a folder above it.

    All of them without `only`. A name is taken as it is written where a library holds that; else as the plain path that
    it means, then in any case of its letters. Raises `UsageError` for one that no library holds, with names that are
    near, and for one that is named from a folder, such as ./a.txt: whose that is, only a shell knows.
    """
    if not only:
        return Holding(list(stores), ())
    if of_shell := next(filter(is_of_shell, only), ""):
        raise UsageError(own_documents.FROM_A_FOLDER(file=of_shell), hint=own_documents.WHOLE_PATH())
    if not stores:
        raise UsageError(own_documents.NO_LIBRARY(), hint=own_documents.MAKE_LIBRARY())
    forms = await asyncio.to_thread(lambda: {name: _forms(name) for name in only})
    paths = [[file.path for file in await store.files(inside="")] for store in stores]
    found = {name: _held(forms[name], paths) for name in forms}
    if not all(found.values()):  # what is in archives is looked through only then
        paths = [[file.path for file in await store.files()] for store in stores]
        found = {name: _held(forms[name], paths) or _folded(forms[name], paths) for name in forms}
    for name, held in found.items():
        if not held:
            every = [path for own in paths for path in own]
            raise UsageError(own_documents.NO_FILE(file=name), hint=near_files(name, every))
    chosen = tuple(dict.fromkeys(path for held in found.values() for path in held))
    holding = [store for store, own in zip(stores, paths, strict=True) if any(is_below(path, chosen) for path in own)]
    return Holding(holding, chosen)


def _forms(name: str) -> list[str]:
    """What a name may stand for: itself, the plain path, and where the links on that lead. Looks at the disk."""
    path = name.strip()
    if path.lower().startswith("file://"):  # as a citation has it
        path = unquote(urlsplit(path).path)
    plain = os.path.normpath(path) if path else ""
    forms = [name, "" if plain == "." else plain]
    if plain.startswith("/"):
        with suppress(ValueError, OSError):
            forms.append(os.path.realpath(plain))
    return list(dict.fromkeys(filter(None, forms)))


def _held(forms: Sequence[str], paths: Sequence[Sequence[str]]) -> list[str]:
    """The first of the forms that a path is, ends with or is below; [] when none is."""
    return next(([form] for form in forms if any(is_below(path, [form]) for own in paths for path in own)), [])


def _folded(forms: Sequence[str], paths: Sequence[Sequence[str]]) -> list[str]:
    """Files and folders that are called like the first such form but for case and composition of letters."""
    for form in forms:
        wanted = [_fold(part) for part in form.strip("/").split("/")]
        held = dict.fromkeys(
            "/".join(parts[: at + len(wanted)])
            for own in paths
            for parts in (path.split("/") for path in own)
            for at in ([1] if form.startswith("/") else range(len(parts) - len(wanted) + 1))
            if [_fold(part) for part in parts[at : at + len(wanted)]] == wanted
        )
        if held:
            return list(held)
    return []


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


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
