"""`research-agent sources`: which there are, and what one of them gives."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from research_agent.cli import cli
from research_agent.http.rate_limit_store import FILE, SCHEMA, VERSION, Permit, RateLimitStore
from research_agent.http.rate_limits import Limits
from research_agent.http.sqlite_file import open_file
from research_agent_devtools.world import SOURCES, World

NOT_READY = ["encyclopedia", "feed", "lemmy", "searxng"]
ARTICLES = {"Photosynthesis": "Photosynthesis is what plants do with light."}


def run(*args: str, **environ: str) -> Result:
    return CliRunner(env=environ).invoke(cli, ["sources", *args])


def table(*args: str, **environ: str) -> dict[str, str]:
    found = run(*args, **environ)
    assert found.exit_code == 0
    return {line.split()[0]: line for line in found.stdout.splitlines()}


def listed(**environ: str) -> dict[str, dict[str, Any]]:
    return {source["name"]: source for source in json.loads(run("--json", **environ).stdout)}


def test_every_source_is_a_line_of_eighty_columns() -> None:
    lines = table()
    assert {*SOURCES, "encyclopedia"} <= lines.keys()
    assert max(map(len, lines.values())) <= 80
    assert lines["pubmed"].split() == ["pubmed", "medicine", "optional", "ready"]
    assert lines["wikipedia"].split(maxsplit=1)[1].startswith("any question ")
    assert "only when named" in lines["duckduckgo"]
    assert lines["encyclopedia"].endswith("not set up")
    assert all(lines[name].endswith("needs its address") for name in ("feed", "lemmy", "searxng"))
    assert lines["Set"] == "Set RESEARCH_AGENT_SEARXNG_URL to use SearXNG."


def test_what_is_named_is_asked_for_any_question_and_nothing_else_is() -> None:
    lines = table(RESEARCH_AGENT_SOURCES="pubmed,nowhere")
    assert "any question" in lines["pubmed"]
    assert all("only when named" in lines[name] for name in SOURCES if name != "pubmed")
    assert lines["nowhere"].endswith("There is no source 'nowhere'.")


def test_the_long_list_and_the_json_tell_limits_licence_and_terms() -> None:
    long = run("--long", RESEARCH_AGENT_WIKIPEDIA_URL="http://u:p@wiki.example").stdout
    assert "  limits     1 at once, 3 s apart\n" in long
    assert "  licence    CC BY-SA 4.0\n" in long
    assert "  such as    Who wrote The Great Gatsby?\n" in long
    assert "  asked at   http://wiki.example\n" in long
    found = listed()
    assert [name for name, source in found.items() if not source["ready"]] == [
        "encyclopedia",
        "feed",
        "lemmy",
        "library",
        "searxng",
    ]
    assert [name for name, source in found.items() if source["asked"]] == ["wikipedia", "encyclopedia", "wikidata"]
    assert len(found["pubmed"]["examples"]) == 5
    assert all(found[name]["terms"].startswith("https://") and found[name]["licence"] for name in SOURCES)
    assert found["arxiv"]["limits"]["spacing"] == 3.0
    assert found["github"]["left"] == {"minute": 10, "day": None}


def test_a_key_is_said_to_be_set_and_never_shown() -> None:
    environ = {"RESEARCH_AGENT_GITHUB_KEY": "canary-of-mine"}
    for args in ((), ("--long",), ("--json",)):
        assert "canary" not in run(*args, **environ).output
    assert " set " in table(**environ)["github"]
    assert listed(**environ)["github"]["left"]["minute"] == 30


def test_what_is_used_up_and_what_rests_is_told(tmp_path: Path) -> None:
    (tmp_path / "h").mkdir()
    store = RateLimitStore(open_file(tmp_path / "h" / FILE, SCHEMA, version=VERSION), time.time)
    daily = Limits(at_once=9, per_day=100)
    for ticket in range(1, 4):
        store.acquire(Permit(source="openalex", host="h:1", limits=daily, ticket=ticket), until=time.time() + 9)
    store.pause("pubmed", seconds=3000.0)
    lines = table(RESEARCH_AGENT_HOME=str(tmp_path / "h"))
    assert lines["openalex"].endswith("97 of 100 left today")
    assert re.search(r"resting for \d+ min$", lines["pubmed"])
    assert max(map(len, lines.values())) <= 80


def test_testing_one_keeps_to_its_limits() -> None:
    with World(sources=["github"]).in_thread() as world:
        environ = {**world.environ, "RESEARCH_AGENT_DEADLINE": "5"}
        codes = [run("test", "github", "transformer attention", **environ).exit_code for _ in range(5)]
        asked = len(world.requests)
    assert codes[:3] == [0, 0, 0]
    assert codes[4] == 3
    assert asked == 10


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
    assert "'broken' could not be loaded: No module named 'nowhere_at_all'." in found.stdout
    assert "Update or uninstall broken_source." in found.stdout
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
