"""The command that adds an extra, by the marks that pip, pipx and uv leave."""

from __future__ import annotations

import json
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest

from research_agent.installation import extra_hint, install_command
from research_agent.version import DISTRIBUTION, installed_version

PIP = "Requires-Dist: pip>=24 ; extra == 'serve'\nRequires-Dist: no-such-thing ; extra == 'mcp'\n"


def installed(folder: Path, origin: object = None) -> PathDistribution:
    info = folder / f"{DISTRIBUTION}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {DISTRIBUTION}\nVersion: 1.0\n{PIP}")
    if origin is not None:
        (info / "direct_url.json").write_text(json.dumps(origin))
    return PathDistribution(info)


@pytest.mark.parametrize(
    ("mark", "content", "command"),
    [
        ("pipx_metadata.json", "{}", "pipx install --force 'footnoted[openai,serve]'"),
        ("uv-receipt.toml", "", "uv tool install --force 'footnoted[openai,serve]'"),
        ("pyvenv.cfg", "home = /usr/bin\nuv = 0.9.1\n", "uv pip install 'footnoted[openai]'"),
        ("bin/pip", "", "pip install 'footnoted[openai]'"),
        ("pyvenv.cfg", "home = /usr/bin\n", "{prefix}/bin/python -m pip install 'footnoted[openai]'"),
    ],
)
def test_it_fits_the_installer(
    mark: str, content: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / mark).write_text(content)
    (tmp_path / mark).chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert install_command("openai", tmp_path, installed(tmp_path)) == command.format(prefix=tmp_path)


@pytest.mark.parametrize(
    ("origin", "place"),
    [
        ({"url": "file://{here}", "dir_info": {"editable": True}}, "--editable '{here}[serve]'"),
        ({"url": "file://{here}", "dir_info": {}}, "'{here}[serve]'"),
        ({"url": "file://{here}/one.whl", "archive_info": {}}, "'{here}/one.whl[serve]'"),
        ({"url": "file:///gone/one.whl", "archive_info": {}}, "'.[serve]'"),
        (None, "'footnoted[serve]'"),
    ],
)
def test_it_installs_from_where_it_came(origin: dict[str, object] | None, place: str, tmp_path: Path) -> None:
    (tmp_path / "one.whl").touch()
    if origin is not None:
        origin = {**origin, "url": str(origin["url"]).replace("{here}", str(tmp_path))}
    command = install_command("serve", tmp_path, installed(tmp_path, origin))
    assert command.endswith(f" -m pip install {place.format(here=tmp_path)}")


def test_this_installation_is_found() -> None:
    assert installed_version()
    assert extra_hint("serve").startswith("Run: ")
    assert "[serve]'" in extra_hint("serve")
