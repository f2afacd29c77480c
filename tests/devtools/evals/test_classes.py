"""Classes of falsehood and rewording: made from leads, and a check that accepts or refuses everything is seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from research_agent.grounding import Judgement, Verdict
from research_agent_devtools.evals import classes
from research_agent_devtools.evals.opened import Models
from research_agent_devtools.samples.falsehoods import FALSEHOODS
from research_agent_devtools.samples.leads import Lead
from research_agent_devtools.samples.rewordings import REWORDINGS

pytestmark = pytest.mark.anyio


def lead(title: str, *sentences: str) -> Lead:
    return Lead(title, "River in the north", "Geography", " ".join(sentences), sentences)


LEADS = [
    lead(
        title,
        f"The {title} was the second largest river in the old kingdom of the north.",
        "It is 412 kilometres long and usually carries sand to the sea in the month of May.",
        "It has no bridges and many of its people live in houses made of wood.",
    )
    for title in ("Lumen", "Arvel", "Ondra", "Sorn", "Kanar", "Telve", "Mirra", "Boska")
]


async def embed(texts: Sequence[str]) -> np.ndarray:
    return np.eye(len(texts), 384, dtype=np.float32)


def test_each_class_is_made_from_the_leads_and_the_same_for_a_seed() -> None:
    made = list(classes.changed(LEADS, FALSEHOODS, 5, 3))
    assert made == list(classes.changed(LEADS, FALSEHOODS, 5, 3))
    assert {"modifier", "negation", "number"} <= {item.kind for item in made}
    for item in made:
        assert item.text not in item.lead.text
        titles = [evidence.passage.document.title for evidence in item.evidence]
        assert titles == [item.lead.title, item.other.title]
    assert list(classes.changed(LEADS, REWORDINGS, 5, 3))


@pytest.mark.parametrize("verdict", ["supported", "unsupported"])
async def test_a_check_that_cannot_tell_is_seen(verdict: Verdict, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twins: one accepts every falsehood, the other refuses every rewording."""

    async def judge(sentences: Sequence[str], *args: Any, **models: Any) -> list[Judgement]:
        return [Judgement(0.5, verdict)] * len(sentences)

    monkeypatch.setattr(classes, "judge", judge)
    tallied = await classes.tally(LEADS, Models(embed), 1, each=2)
    accepted, false = tallied.wrongly_accepted
    refused, true = tallied.wrongly_refused
    assert false > 5
    assert true > 2
    assert (accepted, refused) == ((false, 0) if verdict == "supported" else (0, true))
    for name, row in classes.shares(tallied).items():
        wrong = name.startswith("class: ") == (verdict == "supported")
        assert row["share"] == float(wrong)
        low, high = row["ci95"]
        assert 0.0 <= low <= row["share"] <= high <= 1.0
