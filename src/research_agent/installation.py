"""How this program was installed, and the command that adds an extra to that installation."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import unquote, urlsplit

from research_agent.version import DISTRIBUTION

__all__ = ["extra_hint", "install_command"]

EXTRA = re.compile(r"^([\w.-]+).*;.*\bextra == ['\"]([\w-]+)['\"]")
UV_MADE = re.compile(r"^uv = ", re.MULTILINE)


def extra_hint(extra: str) -> str:
    """The line that says how to add `extra`: "Run: pip install '/home/me/checkout[serve]'"."""
    return f"Run: {install_command(extra, Path(sys.prefix), distribution(DISTRIBUTION))}"


def install_command(extra: str, prefix: Path, installed: Distribution) -> str:
    """
    Command that adds `extra` by the installer whose marks are in the environment at `prefix`.

    The distribution comes from where it came from (PEP 610): its checkout or wheel, or the index. pipx and uv replace
    what is there, so that the extras which are installed are named again.
    """
    tool, replaces = _tool(prefix)
    place, editable = _origin(installed)
    extras = ",".join(sorted({extra, *_extras(installed)}) if replaces else [extra])
    flag = "--editable " if editable else ""
    return f"{tool} {flag}{shlex.quote(f'{place}[{extras}]')}"


def _tool(prefix: Path) -> tuple[str, bool]:
    """Command that installs there, and whether it replaces the whole environment."""
    if (prefix / "pipx_metadata.json").is_file():
        return "pipx install --force", True
    if (prefix / "uv-receipt.toml").is_file():
        return "uv tool install --force", True
    config = prefix / "pyvenv.cfg"
    if config.is_file() and UV_MADE.search(config.read_text("utf-8", "replace")):
        return "uv pip install", False
    found = shutil.which("pip")
    if found is not None and Path(found).parent == prefix / "bin":
        return "pip install", False
    return f"{shlex.quote(str(prefix / 'bin' / 'python'))} -m pip install", False


def _origin(installed: Distribution) -> tuple[str, bool]:
    """What to name to an installer, and whether as editable; "." (of a checkout) when the files are gone."""
    text = installed.read_text("direct_url.json")
    if text is None:
        return DISTRIBUTION, False
    origin = json.loads(text)
    url = urlsplit(origin["url"])
    if url.scheme != "file":
        return f"{DISTRIBUTION} @ {origin['url']}", False
    path = Path(unquote(url.path))
    return (str(path), bool(origin.get("dir_info", {}).get("editable"))) if path.exists() else (".", False)


def _extras(installed: Distribution) -> set[str]:
    """Extras all of whose requirements are there; "all" is none, as it names others."""
    needs: dict[str, list[str]] = {}
    for line in installed.requires or ():
        if match := EXTRA.match(line):
            needs.setdefault(match[2], []).append(match[1])
    needs.pop("all", None)
    return {extra for extra, names in needs.items() if all(map(_is_installed, names))}


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
