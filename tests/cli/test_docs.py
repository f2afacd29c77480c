"""`research-agent docs`: every address leads to a page, in a checkout and in a wheel."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from click.testing import CliRunner

from research_agent.cli import cli, docs
from research_agent_devtools.checkout import ROOT


def test_each_address_is_that_of_a_page() -> None:
    rows = CliRunner().invoke(cli, ["docs"]).stdout.splitlines()
    addresses = [row.split()[-1] for row in rows]
    assert len(addresses) == len(list((ROOT / "docs").glob("*.md")))
    assert all(Path(address.removeprefix("file://")).is_file() for address in addresses)


@pytest.mark.parametrize("name", ["serve", "serve.md", "docs/serve.md"])
def test_a_page_is_printed(name: str) -> None:
    assert CliRunner().invoke(cli, ["docs", name]).stdout == (ROOT / "docs" / "serve.md").read_text("utf-8")


def test_an_unknown_page_is_a_line() -> None:
    result = CliRunner().invoke(cli, ["docs", "nope"])
    assert result.exit_code == 2
    assert "There is no page 'nope'." in result.stderr


def test_where_there_are_none_no_path_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(docs, "FOLDERS", (tmp_path / "nowhere",))
    result = CliRunner().invoke(cli, ["docs"])
    assert (result.exit_code, result.stdout, "nowhere" in result.stderr) == (0, "", False)


def test_the_wheel_has_them() -> None:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    hatch_build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hatch_build)
    data: dict[str, dict[str, str]] = {}
    hatch_build.add_docs(str(ROOT), data)
    assert data["force_include"][str(ROOT / "docs" / "serve.md")] == "research_agent/docs/serve.md"
    assert len(data["force_include"]) == len(docs.pages())
