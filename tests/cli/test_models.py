"""`research-agent models`: what can be used here, and a download with its progress."""

from __future__ import annotations

import json

from click.testing import CliRunner, Result

from research_agent.cli import cli
from research_agent.testing import FakeOllama


def run(*args: str, host: str = "127.0.0.1:9") -> Result:
    return CliRunner(env={"OLLAMA_HOST": host}).invoke(cli, ["models", *args])


def test_models_of_ollama_are_listed_and_one_is_pulled() -> None:
    ollama = FakeOllama(parameters="3.2B")
    with ollama.in_thread():
        listed = run(host=ollama.url)
        assert listed.stdout.splitlines()[1].split()[:2] == ["ollama:llama3.2:latest", "3.2"]
        pull = run("pull", "ollama:tiny", host=ollama.url)
        assert pull.exit_code == 0
        assert pull.stderr.splitlines()[:4] == [
            "pulling manifest",
            "pulling 8eeb52dfb3bb 0 %",
            "pulling 8eeb52dfb3bb 30 %",
            "pulling 8eeb52dfb3bb 100 %",
        ]
        assert pull.stderr.endswith("tiny is there. Use it: research-agent ask --model ollama:tiny QUESTION\n")
        assert "ollama:tiny" in run(host=ollama.url).stdout


def test_where_there_is_none_it_says_what_to_do() -> None:
    result = run()
    assert "research-agent setup" in result.stdout
    assert "nothing listens there" in result.stderr
    assert json.loads(run("--json").stdout)["models"] == []
