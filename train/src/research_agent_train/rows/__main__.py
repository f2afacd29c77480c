"""`python -m research_agent_train.rows --seed 13 --out FILE.jsonl.gz --split train`: writes rows, prints counts."""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from research_agent.settings import load_settings
from research_agent_devtools.samples.leads import read_leads
from research_agent_train.rows.build import build

LIMITS = {"train": 90_000, "dev": 5_000}


def main() -> None:
    """Write the rows of a split to a file, compressed, the same bytes for the same seed."""
    parser = argparse.ArgumentParser(prog="research_agent_train.rows", description=__doc__)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--split", choices=sorted(LIMITS), required=True)
    parser.add_argument("--limit", type=int, help="about how many rows; by default 90,000 of train, 5,000 of dev")
    options = parser.parse_args()
    leads = read_leads(load_settings().parts, options.split)
    labels: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    with options.out.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as file:
        for row in build(leads, options.seed, options.limit or LIMITS[options.split]):
            labels[row.label] += 1
            kinds[f"{row.label}: {row.kind if row.label != 'supported' else row.kind.split('+')[0]}"] += 1
            file.write((json.dumps(asdict(row), ensure_ascii=False) + "\n").encode())
    for name, count in (*labels.most_common(), *sorted(kinds.items())):
        print(f"{count:7,}  {name}")


if __name__ == "__main__":
    main()
