"""Runs of setup and what they leave."""

from __future__ import annotations

from pathlib import Path

from research_agent.settings import Settings
from research_agent.setup import Step, setup
from research_agent.setup.parts import part_states

READY = dict.fromkeys(("smollm2", "minilm", "encyclopedia"), "ready")


def states(settings: Settings) -> dict[str, str]:
    return {state.name: state.state for state in part_states(settings, verify=True)}


def unfinished(settings: Settings) -> list[Path]:
    return [*settings.parts.glob(".partial-*"), *settings.parts.glob("*/*.partial"), *settings.parts.rglob("*.whl")]


async def steps_of(settings: Settings) -> list[Step]:
    steps: list[Step] = []
    await setup(settings, on_step=steps.append)
    return steps


def alter(file: Path) -> None:
    """One bit of a file, its size as it was."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
