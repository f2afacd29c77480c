"""Files of the encyclopedia, as `setup` writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from research_agent.files import sha256_of

if TYPE_CHECKING:
    pass


__all__ = [
    "DATABASE",
    "FOLDER",
    "LANGUAGES",
    "VECTORS",
    "VECTORS_NOTE",
    "VIEWS",
    "folder_of",
    "languages_to_bring",
    "vectors_made_by",
]

FOLDER, DATABASE, VECTORS, VECTORS_NOTE = "encyclopedia", "encyclopedia.db", "vectors.npy", "vectors.json"
LANGUAGES = ("es", "fr")  # besides English, by `setup --lang`
VIEWS = ("lead", "title")  # texts of an article that have a vector, in the order of the vectors' first axis


def folder_of(lang: str) -> str:
    """Name of the part, and of its folder, that holds the leads in a language other than English."""
    return f"{FOLDER}-{lang}"


def languages_to_bring(parts: Path) -> frozenset[str]:
    """Languages of leads that `setup --lang` can bring and has not."""
    return frozenset(lang for lang in LANGUAGES if not (parts / folder_of(lang) / DATABASE).is_file())


def vectors_made_by(folder: Path, *, verify: bool = False) -> str | None:
    """Id of the embedding model that made the vectors; None unless of the recorded size (`verify`: and sha256)."""
    file = folder / VECTORS
    try:
        note = json.loads((folder / VECTORS_NOTE).read_text("utf-8"))
        intact = note.get("views") == list(VIEWS) and file.stat().st_size == note["bytes"]
        if verify:
            intact = intact and sha256_of(file) == note["sha256"]
        return str(note["embedding"]) if intact else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
