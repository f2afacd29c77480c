"""One setting is changed, and no other byte of the file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from research_agent.settings.config_edit import change_config, toml_value, without_setting
from research_agent.settings.schema import OPTIONS

FILE = """# mine
lang = "de"  # for now
sources = [
    "web",   # first
    "arxiv",
]

[urls]
lang = "not this one"
"""
BY_NAME = {option.name: option for option in OPTIONS}


@pytest.mark.parametrize(
    ("name", "value", "after"),
    [
        ("lang", '"fr"', FILE.replace('lang = "de"  # for now', 'lang = "fr"')),
        ("lang", None, FILE.replace('lang = "de"  # for now\n', "")),
        ("sources", '["web"]', FILE.replace(FILE[FILE.index("sources") : FILE.index("]") + 1], 'sources = ["web"]')),
        ("deadline", "9", f"deadline = 9\n{FILE}"),
        ("deadline", None, FILE),
    ],
)
def test_the_rest_stays(name: str, value: str | None, after: str, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(FILE)
    file.chmod(0o640)
    change_config(file, name, value)
    assert file.read_text() == after
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_new_file_is_the_users_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"
    change_config(file, "lang", '"de"')
    assert tomllib.loads(file.read_text()) == {"lang": "de"}
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_twin_that_looks_for_the_first_line_of_that_name_takes_another() -> None:
    assert without_setting('[urls]\nlang = "x"\n', "lang") == ('[urls]\nlang = "x"\n', 0)


@pytest.mark.parametrize(
    ("name", "value", "toml"),
    [
        ("lang", "de", '"de"'),
        ("deadline", " 9.5 ", "9.5"),
        ("sources", "web, arxiv", '["web", "arxiv"]'),
        ("model", 'a"b\\c', '"a\\"b\\\\c"'),
    ],
)
def test_a_value_is_written_as_toml_reads_it(name: str, value: str, toml: str) -> None:
    assert toml_value(BY_NAME[name], value) == toml
    tomllib.loads(f"x = {toml}")
