"""`research-agent sources`: which there are, and what one of them gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from research_agent.cli import cli
from research_agent.testing import World

ARTICLES = {"Photosynthesis": "Photosynthesis is what plants do with light."}


def run(*args: str, **environ: str) -> Result:
    return CliRunner(env=environ).invoke(cli, ["sources", *args])


def test_every_source_is_a_line_with_what_it_is_and_whether_it_is_ready() -> None:
    found = run(RESEARCH_AGENT_SOURCES="wikipedia,encyclopedia", RESEARCH_AGENT_WIKIPEDIA_URL="http://u:p@wiki.example")
    assert found.exit_code == 0
    lines = {line.split()[0]: line for line in found.stdout.splitlines()}
    assert "http://wiki.example" in lines["wikipedia"]
    assert "live" in lines["wikipedia"]
    assert lines["encyclopedia"].endswith("not set up; run: research-agent setup")
    assert lines["hackernews"].endswith("asked only when it is named")
    listed = {source["name"]: source for source in json.loads(run("--json").stdout)}
    assert [name for name, source in listed.items() if not source["ready"]] == ["encyclopedia"]
    assert [name for name, source in listed.items() if source["asked"]] == ["wikipedia", "encyclopedia", "hackernews"]


def test_a_plugin_that_cannot_be_loaded_is_shown_and_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "broken_source-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken_source\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[research_agent.sources]\nbroken = nowhere_at_all:Source\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = run()
    assert found.exit_code == 0
    assert found.stdout.splitlines()[-1].endswith("'broken' cannot be loaded: No module named 'nowhere_at_all'.")
    assert found.stdout.splitlines()[1].endswith("ready")


def test_testing_one_shows_what_comes() -> None:
    with World(articles=ARTICLES).in_thread() as world:
        found = run("test", "wikipedia", **world.environ)
    assert found.exit_code == 0
    assert found.stdout.splitlines()[0] == "Photosynthesis"
    assert ARTICLES["Photosynthesis"] in found.stdout


@pytest.mark.parametrize("fault", ["500", "html", "reset"])
def test_one_that_fails_says_why_and_exits_with_3(fault: str) -> None:
    with World(articles=ARTICLES, faults={"all": fault}).in_thread() as world:
        found = run("test", "hackernews", **world.environ)
    assert (found.exit_code, found.stdout) == (3, "")
    assert found.stderr.startswith("hackernews ")


def test_one_that_hangs_is_left_at_the_deadline() -> None:
    with World(faults={"all": "hang"}).in_thread() as world:
        found = run("test", "hackernews", RESEARCH_AGENT_DEADLINE="0.3", **world.environ)
    assert found.exit_code == 3
    assert "timed out after 0." in found.stderr


def test_nothing_found_exits_with_3() -> None:
    with World(articles=ARTICLES, stories=()).in_thread() as world:
        found = run("test", "hackernews", **world.environ)
    assert (found.exit_code, found.stdout, found.stderr) == (3, "", "hackernews gave nothing.\n")


def test_one_that_is_not_set_up_says_what_to_run() -> None:
    found = run("test", "encyclopedia")
    assert (found.exit_code, found.stdout) == (3, "")
    assert "Run: research-agent setup" in found.stderr


@pytest.mark.parametrize("args", [("wikipdia",), ("wikipedia", " ")])
def test_wrong_usage_exits_with_2(args: tuple[str, ...]) -> None:
    found = run("test", *args)
    assert found.exit_code == 2
    assert found.stderr.startswith("error: ")


@pytest.mark.parts
def test_the_encyclopedia_is_searched_as_ask_does(parts_home: Path) -> None:
    found = run("test", "encyclopedia", RESEARCH_AGENT_HOME=str(parts_home))
    assert (found.exit_code, found.stdout.splitlines()[0]) == (0, "Photosynthesis")
