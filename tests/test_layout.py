"""The layout of the source: each module has a test that mirrors it, and a file name of its own."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from research_agent_devtools.checkout import ROOT

SOURCE = ROOT / "src" / "research_agent"
TESTS = ROOT / "tests"
MODULES = {str(file.relative_to(SOURCE)): file for file in SOURCE.rglob("*.py") if file.stem != "__init__"}

MAX_LINES = 320

SHARED_NAMES = {"errors", "html", "library", "pdf", "protocol", "search", "server", "state"}
"""File names that are the field's word in more than one room; a command of `cli/` is named after what it commands."""

TESTED_ELSEWHERE: dict[str, str] = {
    **{name: "tests/messages/test_messages.py: each line by what it says" for name in MODULES if "messages/" in name},
    "__main__.py": "tests/cli/test_main.py starts the program by it",
    **{f"cli/library_{name}.py": "tests/cli/test_library.py" for name in ("doctor", "tasks", "views", "work")},
    "cli/store_calls.py": "tests/cli/test_watch.py and tests/cli/test_research.py, by the commands that call it",
    "cli/mcp.py": "tests/mcp/test_stdio.py and tests/mcp/test_http.py run the command",
    "doctor/checks.py": "tests/doctor/test_doctor.py: each check by what doctor shows of it",
    "cli/painted_lines.py": "tests/cli/test_answer_stream.py: by what a screen shows of them",
    "cli/name_completion.py": "tests/cli/test_completion.py: names as a shell asks for them",
    "rendering/reference.py": "tests/rendering/test_view.py: references as the view has them",
    "doctor/web_search_check.py": "tests/doctor/test_engine_status.py: the check by the states that it is made of",
    "doctor/source_probe.py": "tests/doctor/test_doctor.py",
    "documents/archive_child.py": "tests/documents/test_archives.py: by what it answers",
    "documents/file_text.py": "declarations: what each reader of files makes is tested with the reader",
    **{
        f"library/{name}.py": "tests/library/test_stores.py: by the stores that are made of them"
        for name in (
            *("database", "file_records", "open_store", "ranking", "sqlite_index", "stored_values", "terms"),
            "vectors",
        )
    },
    "library/file_updates.py": "tests/library/test_sync.py: by what is stored of a file in each case",
    "library/ignore_rules.py": "tests/library/test_scan.py: by the files that are listed",
    "library/protocol.py": "a protocol and its values; each store is tested in tests/library",
    **{
        f"library/postgres/postgres_{name}.py": "tests/library/test_stores.py: by the stores that are made of them"
        for name in ("database", "index", "reading", "records", "tables", "vectors", "words")
    },
    "library/search_index.py": "a protocol; each store is tested in tests/library",
    "documents/formats/html_text.py": "tests/documents/test_read_file.py: saved pages",
    "documents/formats/office_xml.py": "tests/documents/formats/test_word_document.py: by the formats that are of XML",
    "documents/formats/rich_text_words.py": "declarations; tests/documents/formats/test_rich_text.py reads by them",
    "documents/formats/sheet_text.py": "tests/documents/formats/test_sheets.py: by what is read of sheets",
    "documents/formats/whole_parts.py": "tests/documents/formats/test_slides.py: by slides that are damaged",
    "documents/formats/zip_formats.py": "tests/documents/test_read_file.py: archives by what they are",
    "documents/formats/recognition.py": "tests/documents/test_read_file.py: formats by what is read of them",
    **{
        f"documents/pdf_file/{name}.py": "tests/documents/pdf_file/test_reading.py: by what is read of whole PDFs"
        for name in (
            *("assembly", "cells", "column_headings", "headings", "hyphens", "layout", "metadata", "page_blocks"),
            *("rows", "running_heads", "tables", "words"),
        )
    },
    "documents/pdf_file/alignment.py": "tests/documents/pdf_file/test_painting.py: by what is painted",
    **{
        f"documents/pdf_file/{name}.py": "tests/documents/test_isolated_files.py: by what the locked child answers"
        for name in ("requests", "scans", "tesseract", "tesseract_child")
    },
    "documents/html.py": "tests/documents/test_isolated_reader.py: parsed in the locked child only",
    "documents/html_links.py": "tests/documents/test_isolated_reader.py: parsed in the locked child only",
    "documents/html_metadata.py": "tests/documents/test_isolated_reader.py: parsed in the locked child only",
    "documents/html_visibility.py": "tests/documents/test_inline.py: hidden elements by what is read of them",
    "documents/page_walk.py": "tests/documents/test_main_text.py and tests/documents/test_inline.py: by what is read",
    "documents/shadow_roots.py": "tests/documents/test_main_text.py: a text that no script has filled in",
    "documents/stand_ins.py": "tests/documents/test_main_text.py: a text that no script has filled in",
    "documents/node_text.py": "tests/sources/test_pubmed.py and tests/sources/test_europepmc.py: markup in XML",
    "documents/pdf.py": "tests/documents/test_isolated_reader.py: parsed in the locked child only",
    "documents/pdf_scripts.py": "tests/documents/test_isolated_reader.py: parsed in the locked child only",
    "documents/reader.py": "tests/documents/test_isolated_reader.py: the protocol and its values",
    "sandbox/interpreter.py": "tests/sandbox/test_runner.py and tests/sandbox/test_attacks.py, by what runs in it",
    "sandbox/locked_process.py": "tests/sandbox/test_runner.py and tests/sandbox/test_attacks.py, by what runs in it",
    "sandbox/locked_process_child.py": "tests/sandbox/test_runner.py: runs as a child only",
    **{
        f"sources/web_search/{name}.py": "tests/sources/web_search/test_engines.py: each by its documentation's answers"
        for name in ("bing", "brave", "exa", "google", "http_engine", "kagi", "marginalia", "serper", "tavily")
    },
    "sources/web_search/searxng_api.py": "tests/sources/test_searxng.py: by the source of that name",
    "sources/web_search/protocol.py": "a protocol; each engine is tested in tests/sources/web_search",
    "documents/reader_child.py": "tests/documents/test_isolated_reader.py: runs as a child only",
    "documents/spacing.py": "tests/documents/test_inline.py: cells and spaces between digits",
    "documents/xml.py": "tests/documents/test_isolated_reader.py: parsed in the locked child only",
    "deep_research/conduct.py": "tests/deep_research/test_research_runs.py: steps by what they find",
    "deep_research/finds.py": "tests/deep_research/test_research_runs.py: what is found of each step",
    "deep_research/journal.py": "tests/deep_research/test_research_runs.py: kills, budgets, events",
    "deep_research/report.py": "tests/deep_research/test_research_runs.py: reports by their text and JSON",
    "deep_research/searches.py": "tests/deep_research/test_research_runs.py: what is asked of which source",
    "rendering/report_markdown.py": "tests/cli/test_research.py: by what is printed",
    "cli/research_progress.py": "tests/cli/test_research.py",
    "cli/research_run.py": "tests/cli/test_research.py",
    "engine.py": "tests/cli/test_chat.py and tests/web/test_state.py: two functions that are passed in",
    "errors.py": "declarations; what raises each is tested in its room, what shows them in tests/cli/test_main.py",
    "events.py": "declarations; tests/pipeline/test_research.py holds which are sent and when",
    "grounding/spans.py": "tests/grounding/test_judge.py and tests/stages/test_cite.py, by their verdicts",
    "http/clock.py": "three calls of the standard library, replaced in tests/http/test_throttle.py",
    "http/errors.py": "tests/http/test_client.py: each failure of a real server by its message",
    "http/rate_limits.py": "tests/http/test_rate_limit_store.py and tests/http/test_source_client.py",
    "http/redirects.py": "tests/http/test_client.py and tests/http/test_ssrf.py",
    "http/request_options.py": "tests/http/test_client.py: what was sent, as a text",
    "http/response.py": "tests/http/test_client.py and tests/http/test_cache.py",
    "http/sqlite_file.py": "tests/http/test_cache.py and tests/http/test_rate_limit_store.py, which are such files",
    "llm/llamacpp.py": "tests/llm/test_llamacpp_process.py and tests/llm/test_llamacpp_slots.py, with the real server",
    "llm/llamacpp_server.py": "tests/llm/test_llamacpp_process.py: runs as a child only",
    "llm/reply.py": "tests/llm/test_reply_stream.py and tests/llm/test_calls.py, by what calls give of it",
    "llm/reply_delta.py": "tests/llm/test_reply_stream.py: each shape by what the client library reads of it",
    "llm/reply_marks.py": "tests/llm/test_reasoning_filter.py: each form of a mark by what is left",
    "llm/reply_reader.py": "tests/llm/test_reply_stream.py: each framing, by the client libraries, and a fuzz",
    "mcp/server.py": "tests/mcp/test_stdio.py and tests/mcp/test_http.py, by the SDK's client",
    "documents/charset_letters.py": "tests/documents/test_charset.py: what is decoded by it",
    "documents/charset_statistics.py": "tests/documents/test_charset.py: what is decoded by it",
    "documents/notice_words.py": "wordings; tests/documents/test_interstitials.py reads pages by them",
    "encoders/cross_encoder.py": "tests/encoders/test_entailment.py and tests/encoders/test_reranker.py",
    "encoders/model_card.py": "tests/encoders/test_entailment.py and tests/encoders/test_reranker.py",
    "encoders/model_workers.py": "tests/encoders/test_entailment.py: by the judge that it runs",
    "memory/research_records.py": "declarations; tests/memory/test_research_rows.py stores and reads them",
    "memory/research_store.py": "tests/memory/test_research_rows.py",
    "memory/watch_records.py": "declarations; tests/memory/test_watches.py stores and reads them",
    "memory/watch_store.py": "tests/memory/test_watches.py",
    "mcp/tools.py": "tests/mcp/test_stdio.py and tests/mcp/test_http.py, by the SDK's client",
    "pipeline/compose.py": "tests/pipeline/test_research.py: a stage is tested in tests/stages, the whole turn there",
    "memory/verification/rerun.py": "tests/pipeline/test_computing.py: stored turns, true and altered",
    "pipeline/persistence.py": "tests/pipeline/test_research.py",
    "web/page/addresses.py": "tests/web/page/test_session_routes.py and test_source_panel.py: by the links of the page",
    "web/page/app_routes.py": "tests/web/test_plain_page.py: the manifest and its icons",
    "pipeline/search.py": "tests/pipeline/test_overlap.py",
    "pipeline/state.py": "tests/pipeline/test_research.py",
    "messages/plans.py": "tests/messages/test_messages.py: each line by what it says",
    "memory/research_protocol.py": "a protocol; its store is tested in tests/memory/test_research_rows.py",
    "memory/session_rows.py": "tests/memory/test_store.py: by the sessions that are listed",
    "memory/verification/stored_turn.py": "tests/memory/verification/test_turn_records.py",
    "rendering/view_parts.py": "tests/rendering/test_view.py: by the view that they are of",
    "runtime/opening.py": "tests/pipeline/test_research.py and tests/pipeline/test_overlap.py: each opens one",
    "runtime/runtime.py": "tests/pipeline/test_research.py and tests/runtime/test_options.py",
    "cli/research_plan.py": "tests/cli/test_research.py",
    "runtime/models.py": "tests/pipeline/test_research.py and tests/pipeline/test_overlap.py",
    "http/request_budget.py": "tests/sources/crawler/test_hits.py: by what is sent",
    "sources/crawler/choice.py": "tests/sources/crawler/test_hits.py: by what is read",
    "sources/crawler/page.py": "tests/sources/crawler/test_pages.py",
    "sources/scholarly/source.py": "tests/sources/test_scholarly_sources.py: by the sources that are one",
    "sources/worldbank/countries.py": "tests/sources/test_worldbank.py",
    "sources/worldbank/indicators.py": "tests/sources/test_worldbank.py",
    "sources/mediawiki.py": "tests/sources/test_wikipedia.py and tests/sources/test_wikinews.py",
    "sources/wikidata/names.py": "tests/sources/test_wikidata.py",
    "sources/wikidata/statements.py": "tests/sources/test_wikidata.py",
    "sources/wikidata/snaks.py": "tests/sources/test_wikidata.py",
    "sources/wikidata/wording.py": "tests/sources/test_wikidata.py",
    "sqlite.py": "tests/memory/test_connection.py and tests/http/test_rate_limit_store.py",
    "stages/analyze_child.py": "tests/stages/test_analyze.py: runs as a child only",
    "stages/split.py": "tests/stages/test_rank.py and tests/pipeline/test_overlap.py",
    "testing/fake_source.py": "a fake for tests; tests/stages/test_fetch.py is built on it",
    "testing/loopback_server.py": "a server for tests; tests/http/test_client.py is built on it",
    "testing/server_faults.py": "faults for tests; tests/stages/test_fetch.py goes through all of them",
    "text/stop_words.py": "lists; tests/text/test_scripts.py reads questions by them",
    **{
        f"types/{name}.py": "declarations; tests/test_public.py holds the JSON of an answer"
        for name in ("answer", "citation", "computation", "document", "inference", "source_report", "topic")
    },
    "version.py": "one cached call of the standard library, shown in tests/cli/test_main.py",
    "watch/change_text.py": "tests/cli/test_watch.py: by what is printed",
    "watch/known_statements.py": "tests/watch/test_changes.py: by what is new of them",
    "documents/formats/rich_text_pages.py": "tests/documents/formats/test_rich_text.py: by what is read of it",
    "http/response_body.py": "tests/http/test_client.py: bodies by what servers send",
    "memory/answer_fields.py": "tests/memory/test_mapping.py: turns as they are stored and read",
    "memory/research_fields.py": "tests/memory/test_research_rows.py: runs as they are stored and read",
    "memory/recovery/scratch_database.py": "tests/memory/recovery/test_salvage.py: by what is rescued",
    "rendering/answer_blocks.py": "tests/rendering/test_answer_html.py: the same answers as blocks",
    "rendering/marked_text.py": "tests/rendering/test_answer_html.py: by the HTML that is made of it",
    **{
        f"sources/encyclopedia/{name}.py": "tests/sources/test_encyclopedia_words.py and test_encyclopedia.py"
        for name in ("article_features", "article_names")
    },
    "text/asking_forms.py": "tests/text/test_question.py: questions by what is asked",
    "web/api/router.py": "tests/web/api/test_schemas.py: every route by its description",
    **{
        f"web/api/schemas/{name}.py": "tests/web/api/test_schemas.py: every model by the routes that it describes"
        for name in ("answer_models", "question_models", "schema_fields", "server_models", "session_models")
    },
    "web/api/server_info.py": "tests/web/api/test_schemas.py and tests/web/test_state.py",
    "web/openai/pieces.py": "tests/web/openai/test_chat_completions.py and tests/web/openai/test_responses.py",
    "web/openai/response_events.py": "tests/web/openai/test_responses.py, by the official client",
    "web/page/assets.py": "tests/web/page/test_browser.py",
    "web/page/html_responses.py": "tests/web/page/test_routes.py: forms, redirects, errors as pages",
    "web/page/views.py": "tests/web/page/test_routes.py and tests/web/page/test_browser.py",
    "workers/dask_files.py": "tests/workers/test_dask_pool.py: runs in a cluster's worker",
    "workers/lifeline.py": "tests/workers/test_isolated_process.py and tests/workers/test_pool.py",
    "workers/pool_worker.py": "tests/workers/test_pool.py: runs as a child only",
    "workers/rlimits.py": "tests/workers/test_isolated_process.py: runs as a child only",
    "workers/worker_process.py": "tests/workers/test_pool.py",
}
"""Modules without a test of their own, and where they are tested."""


def mirror(module: str) -> Path:
    file = Path(module)
    return TESTS / file.parent / f"test_{file.name}"


def test_each_module_is_mirrored_by_a_test_or_says_why_not() -> None:
    missing = {module for module in MODULES if not mirror(module).exists()}
    assert missing - TESTED_ELSEWHERE.keys() == set()


def test_the_list_of_those_without_is_as_short_as_it_can_be() -> None:
    assert [module for module in TESTED_ELSEWHERE if module not in MODULES or mirror(module).exists()] == []


def test_each_reason_names_tests_that_are_there() -> None:
    named = [path for reason in TESTED_ELSEWHERE.values() for path in re.findall(r"tests/\S+\.py", reason)]
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_no_two_rooms_have_a_file_of_the_same_name() -> None:
    rooms = defaultdict(set)
    for module in MODULES:
        room, stem = Path(module).parent, Path(module).stem
        if stem not in SHARED_NAMES and room.name != "cli":
            rooms[stem].add(str(room))
    assert {stem: places for stem, places in rooms.items() if len(places) > 1} == {}


def test_no_module_is_longer_than_can_be_read_at_once() -> None:
    lengths = {module: file.read_text().count("\n") for module, file in MODULES.items()}
    assert {module: lines for module, lines in lengths.items() if lines > MAX_LINES} == {}


@pytest.mark.parametrize("word", ["utils", "helpers", "misc", "common"])
def test_no_module_is_called_by_a_word_that_says_nothing(word: str) -> None:
    assert [module for module in MODULES if Path(module).stem == word] == []
