"""A `config.toml` of the test's own."""

from __future__ import annotations

from pathlib import Path


def configured(tmp_path: Path, text: str) -> dict[str, str]:
    folder = tmp_path / "research-agent"
    folder.mkdir()
    (folder / "config.toml").write_text(text, "utf-8")
    return {"XDG_CONFIG_HOME": str(tmp_path)}


def only_mine(env: dict[str, str], mode: int = 0o600) -> dict[str, str]:
    (Path(env["XDG_CONFIG_HOME"]) / "research-agent" / "config.toml").chmod(mode)
    return env
