"""Paths in the checkout that the tools are installed from (`pip install --editable ./devtools`)."""

from __future__ import annotations

from pathlib import Path

__all__ = ["CACHE", "PARTS_HOME", "ROOT"]

ROOT = Path(__file__).parents[3]
CACHE = ROOT / ".cache"
PARTS_HOME = CACHE / "home"
"""A home with the embedded parts, made by `make parts`."""
