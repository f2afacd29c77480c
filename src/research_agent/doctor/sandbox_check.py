"""Check of the sandbox: which of its levels this machine has."""

from __future__ import annotations

import asyncio

from research_agent.doctor.checks import Check
from research_agent.installation import extra_hint
from research_agent.messages import diagnostics
from research_agent.sandbox import open_sandbox
from research_agent.sandbox.runner import LEVELS, OpenLevels
from research_agent.settings import Settings

__all__ = ["check_sandbox"]


async def check_sandbox(settings: Settings, *, levels: OpenLevels = LEVELS) -> Check:
    """Check that there is a level in which a program can run; each is started once."""
    if settings.chat.compute == "off":
        return Check(ok=True, text=diagnostics.COMPUTE_OFF())
    async with open_sandbox(levels=levels) as sandbox:
        held = [f"{level.name} ({level.holds})" for level in await sandbox.levels()]
        refused = [f"no {name}: {reason}" for name, reason in sandbox.refusals.items()]
    text = "; ".join([*held, *refused])
    if not held:
        return Check(
            ok=False,
            text=diagnostics.NO_PROGRAM(text=text),
            hint=await asyncio.to_thread(extra_hint, "sandbox"),
        )
    return Check(ok=True, text=text)
