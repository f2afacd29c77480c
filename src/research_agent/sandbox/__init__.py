"""
Sandbox for programs that nobody has read, such as those a model writes: they can compute, and reach nothing.

Two levels, each in a process of its own and under the same limits: an interpreter of a subset of Python, which has no
way out of itself, and a CPython with numpy that the kernel holds (Landlock, seccomp). A machine with neither runs none.
"""

from __future__ import annotations

from research_agent.sandbox.protocol import Level, Limits, Outcome
from research_agent.sandbox.runner import Sandbox, open_sandbox

__all__ = ["Level", "Limits", "Outcome", "Sandbox", "open_sandbox"]
