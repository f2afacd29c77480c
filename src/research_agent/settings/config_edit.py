"""Changes of the user's `config.toml`: one setting at a time; every other byte of the file stays."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from research_agent.files import PRIVATE, encoding_of, replacing
from research_agent.settings.schema import NAMES, NUMBER, WHOLE, Option

__all__ = ["change_config", "toml_value", "without_setting"]

TABLE = re.compile(r"^\s*\[", re.MULTILINE)


def toml_value(option: Option, value: str) -> str:
    """The text of a valid value as TOML."""
    if option.toml in (NUMBER, WHOLE):
        return value.strip()
    if option.toml is NAMES:
        return json.dumps([name.strip() for name in value.split(",") if name.strip()], ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)


def change_config(path: Path, name: str, value: str | None) -> None:
    """
    Write `name = value`, a TOML value, or take the setting out for None; atomically.

    It takes the place of the old one, or the first line of the file. Raises `OSError`.
    """
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_bytes() if path.exists() else b""
    mark, encoding = encoding_of(before)
    text = before[len(mark) :].decode(encoding)
    rest, at = without_setting(text, name)
    line = "" if value is None else f"{name} = {value}\n"
    after = rest[:at] + line + rest[at:]
    assert tomllib.loads(after).get(name) == (None if value is None else tomllib.loads(line)[name])
    with replacing(path, PRIVATE) as fresh:
        fresh.write_bytes(mark + after.encode(encoding))
        if before:
            fresh.chmod(path.stat().st_mode)


def without_setting(text: str, name: str) -> tuple[str, int]:
    """The text without the setting of that name above all tables, and the offset where it stood, else 0."""
    table = TABLE.search(text)
    top = text[: table.start()] if table else text
    begin = re.search(rf"^[ \t]*(?:{re.escape(name)}|\"{re.escape(name)}\")[ \t]*=", top, re.MULTILINE)
    if begin is None:
        return text, 0
    end = begin.end()
    while True:  # a value may go over several lines
        newline = text.find("\n", end)
        end = len(text) if newline < 0 else newline + 1
        if _is_toml(text[begin.start() : end]) or newline < 0:
            return text[: begin.start()] + text[end:], begin.start()


def _is_toml(text: str) -> bool:
    try:
        found: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return bool(found)
