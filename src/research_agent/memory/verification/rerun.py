"""Second run of the programs of computed sentences: what `verify` gets must be what was stored, and what is said."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from research_agent.errors import ProgramError, SandboxError
from research_agent.memory.verification.verify import Fault, StoredDocument, TurnRecord, Verdict
from research_agent.messages import verify_lines
from research_agent.sandbox import Sandbox
from research_agent.types import Computation, Plot

__all__ = ["rerun"]

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
CLOSE = 0.006  # relative: a sentence says three digits of a ratio


async def rerun(record: TurnRecord, verdict: Verdict, sandbox: Sandbox) -> Verdict:
    """The verdict, with a fault for each program that gives another result now, or whose sentence says another."""
    faults, notes = list(verdict.faults), list(verdict.notes)
    for at, one in enumerate(record.computed, 1):
        where = f"computed sentence {at}"
        try:
            result = (await sandbox.run(one.program, one.values)).result
        except ProgramError as error:
            faults.append(
                Fault(
                    "computed", where, verify_lines.PROGRAM_FAILS(message=error.message), str(one.result), "no result"
                )
            )
            continue
        except SandboxError as error:
            notes.append(verify_lines.NOT_RUN(reason=error.message))
            break
        if result != one.result:
            message = verify_lines.OTHER_RESULT()
            faults.append(Fault("computed", where, message, str(one.result), str(result)))
        elif not _says(record.text, one):
            faults.append(Fault("computed", where, verify_lines.NOT_THE_RESULT(), str(one.result), "another"))
        elif one.plot is not None and not _shows(one.plot, one.values, record.documents):
            faults.append(Fault("computed", where, verify_lines.OTHER_FIGURE(), str(dict(one.values)), "another"))
    return replace(verdict, faults=tuple(faults), notes=tuple(notes))


def _says(text: str, one: Computation) -> bool:
    """Whether the sentence of a computation says each number of its result; names of a ranking are no numbers."""
    said = [float(number.replace(",", "")) for number in NUMBER.findall(text[slice(*one.sentence)])]
    return all(
        any(math.isclose(abs(value), number, rel_tol=CLOSE, abs_tol=0.006) for number in said)
        for value in _numbers(one.result)
    )


def _shows(plot: Plot, values: Mapping[str, Any], documents: Iterable[StoredDocument]) -> bool:
    """Whether each point of a plot is one of the values (of a day the year), as it is written at its place."""
    texts = {document.id: document.text or "" for document in documents}
    if not all(one.shown and one.shown in texts.get(one.document, "")[one.start : one.end] for one in plot.points):
        return False
    amounts = [float(value[0] if isinstance(value, list) else value) for value in values.values()]
    days = plot.kind == "timeline"
    return all(
        any(math.isclose(math.floor(one.value) if days else one.value, amount) for amount in amounts)
        for one in plot.points
    )


def _numbers(result: Any) -> Iterable[float]:
    if isinstance(result, list):
        return [number for item in result for number in _numbers(item)]
    return [float(result)] if isinstance(result, int | float) and not isinstance(result, bool) else []
