"""Fields and example values that several models of the API share."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

__all__ = ["DOCUMENT", "SESSION", "Offsets"]

Offsets = Annotated[list[int], Field(min_length=2, max_length=2, description="start and end, in code points")]
SESSION = "20261123-ab12cd"
DOCUMENT = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
