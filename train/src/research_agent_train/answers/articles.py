"""
Rows of `research-agent eval sentences` from public questions that the reader was not trained on.

    python -m research_agent_train.answers.articles --public FOLDER --out FILE.jsonl

A question, up to 24 sentences of its article in random order, and which of them answer.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from research_agent_train.answers.public import LONG, Asked, read_asked

__all__ = ["articles"]

FEWEST, MOST = 4, 24  # sentences of an article


def articles(asked: Sequence[Asked], seed: int) -> Iterator[dict[str, Any]]:
    """The rows, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    for one in asked:
        sentences = [(text, True) for text in one.right] + [(text, False) for text in one.wrong]
        if one.kind in LONG or not one.right or len(sentences) < FEWEST:
            continue
        sentences = sentences[:MOST]
        rng.shuffle(sentences)
        gold = [at for at, (_, answers) in enumerate(sentences) if answers]
        yield {"question": one.question, "title": "", "sentences": [text for text, _ in sentences], "gold": gold}


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--public", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    rows = articles(read_asked(given.public, dev=True), given.seed)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    given.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
