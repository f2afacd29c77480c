"""A home for tests that want none."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["NOWHERE"]

NOWHERE = Path(os.devnull) / "home"
"""Cannot be made by anybody: nothing is stored, and limits hold within the process."""
