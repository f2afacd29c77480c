"""GGUF model files: the embedded one that setup makes, and any that the user names."""

from __future__ import annotations

import json
from pathlib import Path

from research_agent.errors import ChatUnavailableError
from research_agent.files import sha256_of
from research_agent.messages import chat_failures, installing
from research_agent.settings import Settings

__all__ = ["EMBEDDED", "embedded_file", "gguf_file", "require_intact"]

EMBEDDED = "smollm2"
"""The name of the embedded model, and of the part that holds it."""


def embedded_file(settings: Settings) -> Path | None:
    """The GGUF file of the embedded chat model, or None until `setup` has brought it."""
    folder = settings.parts / EMBEDDED
    try:
        file = folder / json.loads((folder / "part.json").read_text("utf-8"))["file"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return file if file.is_file() else None


def gguf_file(name: str, settings: Settings) -> Path:
    """The file behind `llamacpp:NAME`. Raises `ChatUnavailableError` when it does not exist."""
    if name == EMBEDDED:
        if (file := embedded_file(settings)) is None:
            raise ChatUnavailableError(chat_failures.NOT_SET_UP(), hint=installing.RUN_SETUP())
        return file
    file = Path(name).expanduser().absolute()
    if not file.is_file():
        raise ChatUnavailableError(chat_failures.NO_FILE(name=name), hint=chat_failures.MODEL_FORMS())
    return file


def require_intact(file: Path) -> None:
    """Check the embedded file's sha256 before native code reads it. Raises `ChatUnavailableError` when it differs."""
    expected = json.loads(file.with_name("part.json").read_text("utf-8")).get("sha256")
    if sha256_of(file) != expected:
        raise ChatUnavailableError(
            chat_failures.CHANGED_FILE(name=file.name),
            hint=installing.RUN_SETUP(),
        )
