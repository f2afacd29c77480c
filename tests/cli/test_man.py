"""The manual page: every command with its options, and nothing in it that roff would obey."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from click.testing import CliRunner

from research_agent.cli import COMMANDS, cli
from research_agent.cli.man import _escaped


@pytest.fixture(scope="module")
def page() -> str:
    result = CliRunner().invoke(cli, ["man"])
    assert result.exit_code == 0
    return result.stdout


def test_every_command_and_the_usual_sections_are_there(page: str) -> None:
    for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "EXIT STATUS"):
        assert f"\n.SH {section}\n" in page
    for name in COMMANDS:
        assert f"\n.SS research\\-agent {name}" in page, name
    assert ".SS research\\-agent sessions search" in page
    assert ".B \\-\\-since DAY" in page


def test_lines_that_begin_as_an_order_are_those_of_the_page(page: str) -> None:
    orders = {line.split()[0] for line in page.splitlines() if line.startswith((".", "'"))}
    assert orders == {".TH", ".SH", ".SS", ".TP", ".B", ".PP"}
    assert _escaped('.so /etc/passwd "x" \\n') == "\\&.so /etc/passwd \\(dqx\\(dq \\en"


@pytest.mark.skipif(shutil.which("groff") is None, reason="there is no groff")
def test_groff_sets_it_without_a_warning(page: str) -> None:
    made = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww"], input=page, capture_output=True, text=True, check=True, timeout=60
    )
    assert made.stderr == ""
    plain = re.sub(r"\x1b\[[\d;]*m|.\x08", "", made.stdout)
    assert "sessions search" in plain
