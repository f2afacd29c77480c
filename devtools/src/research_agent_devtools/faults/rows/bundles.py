"""L5: exported bundles, damaged or forged, as `verify` reads them on another machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

from research_agent.errors import BundleError
from research_agent.memory.verification.bundle_reader import read_bundle
from research_agent.memory.verification.bundle_writer import pack_bundle
from research_agent.memory.verification.verify import check
from research_agent.types import Turn
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.samples.damaged import damaged_bytes, damaged_json
from research_agent_devtools.samples.stored_sessions import answer

Read = Callable[[Path], object]


def bundles(run: Run, read: Read) -> None:
    turns = [Turn(number=n, question=answer("s", n).question, answer=answer("s", n)) for n in (1, 2)]
    whole = pack_bundle("s", turns)
    file = run.folder / "a.json"
    for number, rng in run.trials():
        by_value = rng.random() < 0.7
        data = json.dumps(damaged_json(rng, json.loads(whole))).encode() if by_value else damaged_bytes(rng, whole)
        file.write_bytes(data)
        try:
            read(file)
        except BundleError as error:
            run.count("refused")
            run.check(error.message.strip(), f"{number}: refused without a word")
        except Exception as error:  # noqa: BLE001 - that there is none is what is tried
            run.fail(f"{number}: {type(error).__name__}: {error}"[:400])


def verified(file: Path) -> object:
    return [check(record) for record in read_bundle(file).records]


def loaded(file: Path) -> object:
    """The naive way: what the file holds is what it should."""
    return [turn["citations"][0]["quote"] for turn in json.loads(file.read_bytes())["turns"]]


ROWS = (
    Row(
        id="L5",
        fault="bundles with values gone, of another type, hostile, or elsewhere, or with damaged bytes",
        guarantee="verified, with what is wrong, or refused with a line; no other error",
        quick=60,
        full=10_000,
        try_it=partial(bundles, read=verified),
        twin=partial(bundles, read=loaded),
        twin_is="values used as they come",
        twin_trials=60,
        unit="bundles",
    ),
)
