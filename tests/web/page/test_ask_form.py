"""What was chosen for questions: read from the form, kept in the browser, handed on to every question of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from research_agent.llm import AvailableModel, AvailableModels
from research_agent.testing import FakeSource
from research_agent.web.middleware import cookie_name
from research_agent.web.page.ask_form import Choice, models_view, read_choice
from research_agent.web.page.ask_form import options_of as _options_of
from research_agent_devtools.harness.scripted_engine import QUESTION
from research_agent_devtools.harness.web_server import Served, serving

MODELS = AvailableModels(
    models=(
        AvailableModel(id="ollama:qwen3:4b", place="here", bytes=2_600_000_000, billions=4.0, fits=True),
        AvailableModel(id="ollama:huge", place="here", bytes=400_000_000_000, fits=False),
        AvailableModel(id="llamacpp:smollm2", place="here", bytes=144_000_000, billions=0.135, fits=True),
    )
)


@pytest.mark.parametrize(
    ("fields", "choice"),
    [
        ({}, Choice()),
        ({"options": "1", "model": "ollama:x", "lang": "de"}, Choice(model="ollama:x", lang="de")),
        ({"from_web": "1", "from_papers": "1", "offline": "1"}, Choice(groups=("papers", "web"), offline=True)),
        ({"strict": "1", "model": "x" * 300}, Choice(strict=True)),
    ],
)
def test_a_form_is_read(fields: dict[str, str], choice: Choice) -> None:
    assert read_choice(fields) == choice


def test_a_model_is_shown_with_its_size_and_whether_it_fits_and_one_that_is_gone_stays_chosen() -> None:
    view = models_view(MODELS, Choice(model="openai:gone"))
    assert view["options"] == [
        ("openai:gone", "openai:gone"),
        ("ollama:qwen3:4b", "qwen3:4b (Ollama) · 4B · 2.6 GB"),
        ("ollama:huge", "huge (Ollama) · 400.0 GB · too large for this machine"),
        ("llamacpp:smollm2", "smollm2 (built in) · 135M · 0.1 GB"),
    ]
    assert not models_view(None, Choice())["listed"]


def browser(served: Served, **cookies: str) -> dict[str, str]:
    value = served.state.auth.exchange(served.state.auth.token)
    held = "; ".join(f"{name}={text}" for name, text in {cookie_name(served.port): value, **cookies}.items())
    return {"Cookie": held, "Origin": served.url}


@pytest.mark.anyio
async def test_a_choice_goes_into_the_question_and_is_kept_for_the_next(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:

        async def send(headers: dict[str, str], **fields: str) -> Any:
            reply = await served.http.post(f"{served.url}/ask", data=fields, headers=headers, allow_redirects=False)
            assert reply.status == 303, await reply.text()
            run = reply.headers["Location"].partition("run=")[2].partition("#")[0]
            found = served.state.runs.get("main", run)
            assert found
            await found.wait()
            return found, reply.cookies.get(f"ask-{served.port}")

        run, kept = await send(browser(served), question=QUESTION, options="1", strict="1", lang="de")
        assert (run.options.strict, run.options.lang, run.options.offline) == (True, "de", False)
        assert run.answer.settings["strict"] is True
        headers = browser(served, **{f"ask-{served.port}": kept.value})
        again, _ = await send(headers, question=QUESTION, session=run.session, replaces="1")
        assert (again.options.strict, again.options.lang, again.options.replaces) == (True, "de", 1)
        plain, kept = await send(headers, question=QUESTION, options="1")
        assert (plain.options.strict, plain.options.lang) == (False, "")
        home = await (await served.http.get(served.url, headers=headers)).text()
        assert 'name="strict" value="1" checked' in home
        assert '<option value="de" selected>German</option>' in home
        odd = browser(served, **{f"ask-{served.port}": "%ff%fe=&&&=1"})
        assert (await served.http.get(served.url, headers=odd)).status == 200
        wrong = await served.http.post(
            f"{served.url}/ask", data={"question": QUESTION, "options": "1", "lang": "nonsense!"}, headers=headers
        )
        assert (wrong.status, "is not a language code" in await wrong.text()) == (400, True)


@pytest.mark.anyio
async def test_groups_become_the_sources_that_are_here(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        assert (await _options_of(served.state, Choice(groups=("papers",)), user="main")).sources == ()
        listed = await served.get_json("/api/sources")
        assert [one["group"] for one in listed["sources"]] == [""]
        models = await served.get_json("/api/models")
        assert set(models) == {"current", "models", "problems"}


@pytest.mark.anyio
async def test_the_owners_documents_are_offered_to_the_owner_alone(tmp_path: Path) -> None:
    sources = [FakeSource("wikipedia", ["It is long."]), FakeSource("library", ["It is short."])]
    async with serving(tmp_path, sources=sources, users=("ada",)) as served:
        await served.state.runtime()
        assert 'name="from_library"' in await (await served.get("/")).text()
        hers = await served.http.get(served.url, headers=served.of("ada"))
        text = await hers.text()
        assert 'name="from_encyclopedia"' in text
        assert 'name="from_library"' not in text
        choice = Choice(groups=("encyclopedia", "library"))
        for user, names in (("main", ("wikipedia", "library")), ("ada", ("wikipedia",))):
            assert (await _options_of(served.state, choice, user=user)).sources == names
