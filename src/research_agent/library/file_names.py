"""Names of files as words: "AMCOR_2023Q4_earnings.pdf" speaks of 2023, of Q4 and of earnings."""

from __future__ import annotations

import re
from pathlib import PurePath

__all__ = ["name_words", "split_word"]

RUN = re.compile(r"[^\W\d_]+|\d+")
HUMP = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")


def name_words(path: str) -> str:
    """Words of a file's name and of its folder's, whole and in their parts."""
    pure = PurePath(path)
    words = [word for part in (pure.parent.name, pure.stem) for word in re.findall(r"[^\W_]+", part)]
    return " ".join(dict.fromkeys(part for word in words for part in (word, *split_word(word))))


def split_word(word: str) -> list[str]:
    """Parts of a word of words and numbers, "FY2018Annual" -> "FY", "2018", "Annual"; [] for a plain one."""
    parts = [part for run in RUN.findall(word) for part in HUMP.split(run)]
    return parts if len(parts) > 1 else []
