"""Load of the machine: when work in the background keeps to one core."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from research_agent.library.machine_load import is_busy, is_on_battery


@pytest.mark.parametrize(
    ("load", "own", "busy"), [(0.0, 0, False), (2.0, 2, False), (2.9, 2, False), (3.0, 2, True), (1.0, 0, True)]
)
def test_others_that_use_half_of_the_cores_make_it_busy(
    monkeypatch: pytest.MonkeyPatch, load: float, own: int, busy: bool
) -> None:
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))
    assert is_busy(own, cores=2) is busy


def test_a_system_that_tells_no_load_is_not_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> tuple[float, float, float]:
        raise OSError

    monkeypatch.setattr(os, "getloadavg", refuse)
    assert not is_busy(0)


@pytest.mark.parametrize(
    ("supplies", "on_battery"),
    [
        ({}, False),
        ({"AC": {"type": "Mains", "online": "1"}, "BAT0": {"type": "Battery", "status": "Charging"}}, False),
        ({"BAT0": {"type": "Battery", "status": "Discharging"}}, True),
        ({"mouse": {"type": "Battery", "status": "Discharging", "scope": "Device"}}, False),
        ({"BAT0": {"type": "Battery"}}, False),
    ],
)
def test_a_battery_that_is_discharged_tells(
    tmp_path: Path, supplies: dict[str, dict[str, str]], on_battery: bool
) -> None:
    for name, values in supplies.items():
        (tmp_path / name).mkdir()
        for key, value in values.items():
            (tmp_path / name / key).write_text(f"{value}\n")
    assert is_on_battery(tmp_path) is on_battery
