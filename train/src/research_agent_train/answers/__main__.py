"""`python -m research_agent_train.answers --public FOLDER --out FILE --split train`: writes rows, prints counts."""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter
from pathlib import Path

from research_agent.encoders.embedder import open_embedder
from research_agent.settings import load_settings
from research_agent_devtools.samples.leads import read_leads
from research_agent_train.answers.build import build
from research_agent_train.answers.passages import Passage, write_passages
from research_agent_train.answers.public import read_asked


def main() -> None:
    """Write the rows of a split to a file, compressed, the same bytes for the same seed."""
    parser = argparse.ArgumentParser(prog="research_agent_train.answers", description=__doc__)
    parser.add_argument("--public", type=Path, required=True, help="folder of the public question sets")
    parser.add_argument("--seed", type=int, default=14)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--split", choices=("train", "dev"), required=True)
    options = parser.parse_args()
    rows = asyncio.run(_rows(options.public, options.split, options.seed))
    write_passages(options.out, rows)
    kinds = Counter(f"{row.kind}: {'answers' if row.right else 'does not'}" for row in rows)
    for name, count in sorted(kinds.items()):
        print(f"{count:7,}  {name}")
    print(f"{len(rows):7,}  in all")


async def _rows(public: Path, split: str, seed: int) -> list[Passage]:
    settings = load_settings()
    leads = read_leads(settings.parts, "train" if split == "train" else "dev")
    async with open_embedder(settings) as embedder:
        asked = read_asked(public, dev=split == "dev")
        return await build(leads, asked, parts=settings.parts, embed=embedder.embed, seed=seed)


if __name__ == "__main__":
    main()
