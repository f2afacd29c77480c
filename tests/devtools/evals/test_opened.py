"""The models of an eval: the judge where there is one, and never silently less than that."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.errors import JudgeError
from research_agent.settings import Settings
from research_agent_devtools.evals import opened
from research_agent_devtools.evals.opened import RULES_ALONE, open_models

pytestmark = [pytest.mark.anyio, pytest.mark.parts]


async def test_without_weights_the_rules_are_named(parts_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    absent = parts_home / "no-weights"
    monkeypatch.setattr(opened, "SHIPPED", absent)
    monkeypatch.setattr(opened, "judge_folder", lambda settings: absent)
    async with open_models(Settings(home=parts_home)) as models:
        assert (models.entail, models.note) == (None, RULES_ALONE)
        assert (await models.embed(["one", "two"])).shape == (2, 384)


async def test_a_judge_that_cannot_be_loaded_is_an_error(
    parts_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the rules alone would be measured under its name."""
    monkeypatch.setattr(opened, "judge_folder", lambda settings: tmp_path)
    monkeypatch.setattr("research_agent.encoders.entailment.judge_folder", lambda settings: tmp_path)
    with pytest.raises(JudgeError):
        async with open_models(Settings(home=parts_home)):
            pass
