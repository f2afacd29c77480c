"""Doctor says what is so, what to do, and never breaks on what it finds."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from aiohttp import web

from research_agent.doctor import Diagnosis, diagnose
from research_agent.doctor.checks import check_second_judge
from research_agent.errors import SettingsError
from research_agent.llm.ollama_probe import OllamaModel, OllamaState
from research_agent.settings import Settings, load_settings
from research_agent.sources import load_sources
from research_agent.testing import FakeOllama
from research_agent.testing.loopback_server import serve
from research_agent_devtools.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("patient_probe")]

ARTICLES = {"Photosynthesis": "Photosynthesis is what plants do with light."}


@pytest.fixture
def home(tiny_index: Path, tiny_home: Path, tmp_path: Path) -> Path:
    """Everything is set up."""
    return Path(shutil.copytree(tiny_home, tmp_path / "home"))


async def diagnosed(**environ: str) -> Diagnosis:
    settings = load_settings({**os.environ, "OLLAMA_HOST": "127.0.0.1:9", **environ})
    return await diagnose(settings.with_changes(workers=1))


async def offline(**environ: str) -> Diagnosis:
    settings = load_settings({**os.environ, "OLLAMA_HOST": "127.0.0.1:9", **environ}, offline=True)
    return await diagnose(settings.with_changes(workers=1))


async def test_where_all_is_well_there_is_nothing_to_do_but_ask(home: Path) -> None:
    async with World(articles=ARTICLES, sources=("wikipedia", "wikidata")) as world, FakeOllama() as ollama:
        diagnosis = await diagnosed(**world.environ, **ollama.environ, RESEARCH_AGENT_CONTACT="me@example.org")
    assert diagnosis.usable
    assert diagnosis.model is not None
    assert diagnosis.model.startswith("ollama:")
    assert [(part.name, part.state) for part in diagnosis.parts] == [
        (name, "ready") for name in ("smollm2", "minilm", "encyclopedia")
    ]
    assert diagnosis.ollama.reachable
    assert diagnosis.ollama.version
    assert {item.name: item.status for item in diagnosis.sources if item.name == "wikipedia"} == {"wikipedia": "ok"}
    assert diagnosis.warnings == ()
    assert diagnosis.next == ('Ask: research-agent ask "What is photosynthesis?"',)


async def test_an_empty_home_names_setup_first_and_cannot_answer(tmp_path: Path) -> None:
    diagnosis = await offline()
    assert not diagnosis.usable
    assert {part.state for part in diagnosis.parts} == {"missing"}
    assert diagnosis.next[0] == "Run: research-agent setup"
    assert "home" not in os.listdir(tmp_path), "looking changes nothing"


async def test_without_a_chat_model_extracts_still_answer() -> None:
    async with World(articles=ARTICLES) as world:
        diagnosis = await diagnosed(**world.environ)
    assert diagnosis.model is None
    assert diagnosis.usable
    assert "There is no chat model" in diagnosis.warnings[0]


async def test_the_embedded_model_is_chosen_and_why_is_said(home: Path) -> None:
    diagnosis = await offline()
    assert diagnosis.model == "llamacpp:smollm2"
    assert "127.0.0.1:9" in diagnosis.chat.text
    assert diagnosis.usable


def as_file(home: Path) -> None:
    shutil.rmtree(home)
    home.write_text("not a folder")


def without_parts_json(home: Path) -> None:
    for note in home.glob("parts/*/part.json"):
        note.write_text("[]")


def with_flipped_bits(home: Path) -> None:
    for file in home.glob("parts/*/*"):
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)


def with_empty_files(home: Path) -> None:
    for file in home.glob("parts/*/*"):
        file.write_bytes(b"")


def with_folders_for_files(home: Path) -> None:
    for file in home.glob("parts/*/*"):
        file.unlink()
        file.mkdir()


def with_dangling_links(home: Path) -> None:
    for file in home.glob("parts/*/*"):
        file.unlink()
        file.symlink_to("/nowhere")


@pytest.mark.parametrize(
    "spoil",
    [as_file, without_parts_json, with_flipped_bits, with_empty_files, with_folders_for_files, with_dangling_links],
)
async def test_no_state_of_the_home_is_too_much_for_it(home: Path, spoil: Callable[[Path], None]) -> None:
    spoil(home)
    diagnosis = await offline()
    assert "ready" not in {part.state for part in diagnosis.parts}
    assert diagnosis.warnings
    assert any("setup" in line or "RESEARCH_AGENT_HOME" in line for line in diagnosis.next)


def append_to(home: Path, name: str) -> None:
    (file,) = home.glob(f"parts/{name}")
    file.write_bytes(file.read_bytes() + b" ")


@pytest.mark.parametrize(
    ("damaged", "check"),
    [
        ("smollm2/*.gguf", "chat"),
        ("minilm/model.onnx", "embedding"),
        ("minilm/tokenizer.json", "embedding"),
        ("encyclopedia/encyclopedia.db", "encyclopedia"),
    ],
)
async def test_what_a_damaged_part_does_is_never_called_ok(home: Path, damaged: str, check: str) -> None:
    before = await offline()
    assert getattr(before, check).ok
    append_to(home, damaged)
    diagnosis = await offline()
    assert "damaged" in {part.state for part in diagnosis.parts}
    assert not getattr(diagnosis, check).ok
    assert getattr(diagnosis, check).text in diagnosis.warnings
    assert diagnosis.next[0] == "Run: research-agent setup"


async def test_a_damaged_store_is_named_and_with_a_strangers_nothing_can_be_answered(home: Path) -> None:
    async with World(articles=ARTICLES) as world:
        (home / "sessions.db").write_bytes(b"this is no database" * 1000)
        diagnosis = await diagnosed(**world.environ)
        assert diagnosis.usable
        assert "kept as sessions.db.damaged-1" in diagnosis.warnings[0]
        assert (await diagnosed(**world.environ)).home.ok
        (home / "sessions.db").unlink()
        with closing(sqlite3.connect(home / "sessions.db")) as db, db:
            db.execute("CREATE TABLE of_someone_else (x)")
            db.execute("PRAGMA user_version = 99")
        db.close()
        assert not (await diagnosed(**world.environ)).usable


async def test_vectors_of_another_model_or_damaged_ones_are_said(home: Path) -> None:
    folder = home / "parts" / "encyclopedia"
    assert (await offline()).encyclopedia.text == "searched by words and by meaning"
    note = json.loads((folder / "vectors.json").read_text())
    (folder / "vectors.json").write_text(json.dumps({**note, "embedding": "another"}))
    assert "another embedding model" in (await offline()).encyclopedia.text
    (folder / "vectors.json").write_text(json.dumps({**note, "views": ["lead"]}))
    assert "outdated" in (await offline()).encyclopedia.text
    (folder / "vectors.json").write_text(json.dumps({**note, "sha256": "another"}))
    diagnosis = await offline()
    assert "damaged" in diagnosis.encyclopedia.text
    assert diagnosis.next[0] == "Run: research-agent setup"


@pytest.mark.parametrize("fault", ["500", "hang", "reset", "html"])
async def test_a_source_that_fails_is_said_within_its_time(fault: str) -> None:
    patience = {"RESEARCH_AGENT_DEADLINE": "60"}  # so that it is doctor's own limit that ends a search which hangs
    patience |= {"RESEARCH_AGENT_SOURCES": "wikipedia,hackernews,encyclopedia"}
    async with World(articles=ARTICLES, faults={"hackernews": fault}) as world:
        start = time.perf_counter()
        diagnosis = await diagnosed(**world.environ, **patience, RESEARCH_AGENT_CONTACT="me@example.org")
    assert time.perf_counter() - start < 20
    (hackernews,) = [item for item in diagnosis.sources if item.name == "hackernews"]
    assert hackernews.status == "failed"
    assert hackernews.reason
    assert fault != "hang" or hackernews.reason == "did not answer within 3 s"
    assert f"Hacker News {hackernews.reason}" in diagnosis.warnings
    assert diagnosis.usable


async def test_offline_asks_no_live_source(home: Path) -> None:
    async with World(articles=ARTICLES) as world:
        diagnosis = await offline(**world.environ)
        assert world.requests == []
    assert {item.status for item in diagnosis.sources if item.live} == {"skipped"}


async def test_a_plugin_that_cannot_be_loaded_or_breaks_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "odd_source.py").write_text(
        "class Odd:\n"
        "    name, title, live = 'odd', 'Odd', False\n"
        "    def __init__(self, settings): pass\n"
        "    async def search(self, topic, *, tools, limit): raise KeyError('bug')\n"
        "class Broken:\n"
        "    def __init__(self, settings): raise RuntimeError('no licence')\n"
        "class Strict:\n"
        "    def __init__(self, settings):\n"
        "        from research_agent.errors import SettingsError\n"
        "        raise SettingsError('It needs a key.', hint='Get one.')\n"
    )
    info = tmp_path / "odd_source-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odd_source\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[research_agent.sources]\nodd = odd_source:Odd\nbroken = odd_source:Broken\ngone = nowhere_at_all:Source\n"
        "strict = odd_source:Strict\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    diagnosis = {item.name: item for item in (await offline()).sources}
    assert diagnosis["odd"].reason == "is broken: KeyError: 'bug'"
    assert "no licence" in diagnosis["broken"].reason
    assert "nowhere_at_all" in diagnosis["gone"].reason
    assert (diagnosis["odd"].loads, diagnosis["broken"].loads, diagnosis["gone"].loads) == (True, False, False)
    assert diagnosis["gone"].hint == "Update or uninstall odd_source."
    assert (diagnosis["strict"].loads, diagnosis["strict"].reason, diagnosis["strict"].hint) == (
        False,
        "It needs a key.",
        "Get one.",
    )
    with pytest.raises(SettingsError, match=r"^It needs a key\.$"):
        load_sources(load_settings(), ["strict"])


async def test_a_source_that_is_not_installed_cannot_be_asked(home: Path) -> None:
    diagnosis = await offline(RESEARCH_AGENT_SOURCES="encyclopedia,wikipdia")
    assert not diagnosis.usable
    assert any("'wikipdia'" in line for line in diagnosis.warnings)
    assert any("wikipedia" in line for line in diagnosis.next)


async def test_each_setting_has_its_value_its_origin_and_its_variable(tmp_path: Path) -> None:
    config = tmp_path / "config" / "research-agent" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('lang = "de"\n')
    diagnosis = await offline(
        OPENAI_API_KEY="sk-secret",
        OPENAI_BASE_URL="http://user:pass@llm.example/v1",
        RESEARCH_AGENT_WIKIPEDIA_URL="https://user:pass@wiki.example",
        RESEARCH_AGENT_DEADLINE="3",
        RESEARCH_AGENT_WIKIPEDIA_KEY="sk-secret",
        RESEARCH_AGENT_FEED_URL="https://a.example/rss?key=sk-secret https://b.example/atom",
    )
    settings = {item.name: item for item in diagnosis.settings}
    assert (settings["lang"].value, settings["lang"].origin) == ("de", "config.toml")
    assert (settings["deadline"].value, settings["deadline"].origin) == ("3.0", "RESEARCH_AGENT_DEADLINE")
    assert (settings["workers"].origin, settings["workers"].variable) == ("default", "RESEARCH_AGENT_WORKERS")
    assert settings["urls.wikipedia"].value == "https://wiki.example"
    assert settings["urls.feed"].value == "https://a.example/rss https://b.example/atom"
    key = settings["keys.wikipedia"]
    assert (key.value, key.origin) == ("(set, hidden)", "RESEARCH_AGENT_WIKIPEDIA_KEY")
    text = json.dumps(diagnosis.as_json())
    assert "sk-secret" not in text
    assert "pass" not in text.replace("passage", "").replace("password", "")


async def test_settings_that_do_not_exist_are_listed_with_what_was_meant(tmp_path: Path) -> None:
    config = tmp_path / "config" / "research-agent" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(
        'modle = "x"\n[urls]\nwikipedai = "http://a"\nencyclopedia = "http://a"\n[keys]\nhackernew = "a"\n'
    )
    config.chmod(0o600)
    diagnosis = await offline(
        RESEARCH_AGENT_DEADLIEN="3", RESEARCH_AGENT_HACKERNEW_URL="http://a", RESEARCH_AGENT_WIKIPEDIA_URL="http://a"
    )
    assert [(item.name, item.nearest) for item in diagnosis.unknown] == [
        ("modle", "model"),
        ("RESEARCH_AGENT_DEADLIEN", "RESEARCH_AGENT_DEADLINE"),
        ("urls.wikipedai", "urls.wikipedia"),
        ("RESEARCH_AGENT_HACKERNEW_URL", "RESEARCH_AGENT_HACKERNEWS_URL"),
        ("keys.hackernew", "keys.hackernews"),
    ]
    assert sum("is unknown" in line for line in diagnosis.warnings) == 5
    assert diagnosis.as_json()["unknown"][0] == {"name": "modle", "place": str(config), "nearest": "model"}
    assert f"In {config}, write model for modle." in diagnosis.next


async def test_no_network_is_one_problem_and_the_next_step_whatever_was_not_tried(home: Path) -> None:
    diagnosis = await offline()

    def probed(**statuses: Literal["ok", "failed"]) -> Diagnosis:
        probes = [
            replace(item, status=statuses.get(item.name, item.status), reason="could not be reached", hint="It went.")
            if item.live
            else item
            for item in diagnosis.sources
        ]
        return replace(diagnosis, sources=tuple(probes))

    cut_off = probed(wikipedia="failed", wikidata="failed")
    (line,) = [line for line in cut_off.warnings if "reached" in line]
    assert line.startswith("No network: none of the 2 online sources")
    assert cut_off.next[0].startswith("Check the connection")
    one_answers = probed(wikipedia="failed", wikidata="ok")
    assert "Wikipedia could not be reached" in one_answers.warnings
    assert not one_answers.next[0].startswith("Check the connection")


async def test_an_ollama_on_another_machine_is_a_warning() -> None:
    diagnosis = await offline(OLLAMA_HOST="http://someone:pw@ollama.example:11434")
    assert any("is another machine" in line for line in diagnosis.warnings)
    assert "pw" not in json.dumps(diagnosis.as_json())
    assert not any("is another machine: questions" in line for line in (await offline()).warnings)


async def test_an_ollama_host_that_is_no_address_is_said() -> None:
    diagnosis = await offline(OLLAMA_HOST="http://a b:port")
    assert not diagnosis.usable
    assert any("OLLAMA_HOST" in line for line in diagnosis.warnings)


@pytest.mark.parametrize(
    ("model", "hint"),
    [
        ("ollama:none", "models pull none"),
        ("gpt", "Use ollama:"),
        ("llamacpp:/nowhere.gguf", "Use ollama:"),
        ("openai:gpt", "OPENAI_API_KEY"),
    ],
)
async def test_a_model_that_cannot_answer_is_said_with_what_to_do(model: str, hint: str) -> None:
    async with FakeOllama() as ollama:
        diagnosis = await diagnosed(**ollama.environ, RESEARCH_AGENT_MODEL=model, RESEARCH_AGENT_SOURCES="encyclopedia")
    assert not diagnosis.chat.ok
    assert hint in diagnosis.next[0] or "[openai]" in diagnosis.next[0]


async def test_something_else_on_ollamas_port_is_said() -> None:
    async def page(request: web.Request) -> web.Response:
        return web.Response(text="<html>hello</html>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/{any:.*}", page)
    async with serve(app) as url:
        diagnosis = await offline(OLLAMA_HOST=url)
    assert not diagnosis.ollama.reachable
    assert "is not Ollama" in diagnosis.ollama.reason


async def test_the_json_has_the_names_that_scripts_rely_on(home: Path) -> None:
    diagnosis = json.loads(json.dumps((await offline()).as_json()))
    assert diagnosis["usable"] is True
    assert {"version", "python", "home", "ollama", "model", "chat", "warnings", "next"} <= set(diagnosis)
    assert set(diagnosis["parts"][0]) == {"name", "title", "version", "licence", "state", "bytes", "path"}
    assert {"name", "live", "url", "asked", "status", "reason", "hint"} <= set(diagnosis["sources"][0])
    assert set(diagnosis["settings"][0]) == {"name", "value", "origin", "variable", "meaning"}


@pytest.mark.parametrize(
    ("judge", "model", "text"),
    [
        ("auto", "ollama:llama3.1:8b", "llama3.1:8b, 8.0 B parameters, for uncertain sentences"),
        ("model", "ollama:mine", "mine, 7.2 B parameters, for every sentence that is not verbatim"),
        ("auto", "openai:gpt-5", "gpt-5, size unknown, for uncertain sentences"),
        ("auto", "llamacpp:smollm2", "none: smollm2, smaller than 3 B"),
        ("auto", "ollama:unknown", "none: unknown, its size is unknown"),
        ("auto", None, "none: no chat model"),
        ("own", "ollama:llama3.1:8b", 'none: judge = "own"'),
    ],
)
def test_the_second_judge_is_named_with_its_size(judge: str, model: str | None, text: str) -> None:
    models = (OllamaModel(name="mine:latest", modified="", chats=True, billions=7.2),)
    ollama = OllamaState(reachable=True, url="", models=models)
    check = check_second_judge(Settings.of(home=Path(), judge=judge), model, ollama)
    assert (check.ok, check.text) == (True, text)
