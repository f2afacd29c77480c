"""`research-agent eval`: rows in, a table or one JSON object out, errors that say what to do."""

from __future__ import annotations

import json
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from research_agent.cli import cli
from research_agent.cli.eval import ENTRY_POINTS, NAMES
from research_agent_devtools.evals import EVALS

ROW = {"question": "What are the rings of Saturn made of?", "titles": ["Saturn"], "source": "own"}


def run(*args: str, **environ: str) -> Result:
    return CliRunner(env={"RESEARCH_AGENT_WORKERS": "1", **environ}).invoke(cli, ["eval", *args])


@pytest.fixture
def rows(tmp_path: Path) -> str:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(ROW), "utf-8")
    return str(path)


@pytest.mark.parts
def test_json_is_one_object_of_the_contract(rows: str, parts_home: Path) -> None:
    found = run("retrieval", "--data", rows, "--json", "--seed", "2", RESEARCH_AGENT_HOME=str(parts_home))
    told = json.loads(found.stdout)
    assert (told["eval"], told["n"], told["seed"]) == ("retrieval", 1, 2)
    assert told["metrics"]["hit@10"] == 1.0
    assert told["ci95"]["hit@10"] == [1.0, 1.0]
    assert told["ms_p50"] > 0
    assert told["command"] == f"research-agent eval retrieval --data {rows} --seed 2"
    assert len(told["data"][0]["sha256"]) == 64
    assert told["machine"]["cpu"]
    assert found.stderr == ""


@pytest.mark.parts
def test_a_table_for_people(rows: str, parts_home: Path) -> None:
    lines = run("retrieval", "--data", rows, RESEARCH_AGENT_HOME=str(parts_home)).stdout.splitlines()
    assert lines[0].startswith("retrieval: 1 in ")
    assert any(line.split() == ["hit@10", "1.000", "1.000", "to", "1.000"] for line in lines)
    assert any(line.split() == ["own", "1", "1.000", "1.000"] for line in lines)
    assert any(line.startswith("data  rows.jsonl, sha256 ") for line in lines)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["retrieval"], "The retrieval eval needs rows."),
        (["support"], "The support eval needs rows."),
        (["retrieval", "--data", "absent.jsonl"], "'absent.jsonl' cannot be read"),
        (["retrieval", "--limit", "0"], "--limit"),
        (["speed"], "'speed' is not one of"),
        ([], "Missing argument 'NAME'"),
    ],
)
def test_wrong_usage_is_exit_2_with_a_line_and_a_hint(args: list[str], said: str) -> None:
    found = run(*args)
    assert found.exit_code == 2
    assert said in found.stderr
    assert found.stderr.splitlines()[-1]  # the hint
    error = json.loads(run(*args, "--json").stdout)["error"]
    assert error["hint"]


def test_the_help_knows_every_eval() -> None:
    assert tuple(EVALS) == NAMES
    shown = run("--help").stdout
    assert all(name in shown for name in EVALS)


@pytest.mark.parametrize(
    "points", [(), (EntryPoint("citations", "of_a_checkout_that_is_gone:citations", ENTRY_POINTS),)]
)
def test_without_the_developer_tools_it_says_what_to_install(
    points: tuple[EntryPoint, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("research_agent.cli.eval.entry_points", lambda **group: points)
    result = run("citations")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "error: The evals are not installed.",
        "In a checkout of research-agent: pip install ./devtools",
    ]


def test_each_eval_has_an_entry_point() -> None:
    assert {point.name for point in entry_points(group=ENTRY_POINTS)} == set(NAMES)
