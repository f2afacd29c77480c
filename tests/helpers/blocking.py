"""
Blocking calls in the event loop, found by blockbuster, and the few that are allowed, each with its reason.

A call counts when a module of the product is among its callers, and the event loop runs in its thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from blockbuster import BlockBuster

__all__ = ["forbidden"]


class Allowed(NamedTuple):
    """Functions of a file in which everything may block; the file by the end of its path."""

    file: str
    functions: frozenset[str]
    reason: str


def allowed(file: str, functions: str, reason: str) -> Allowed:
    return Allowed(file, frozenset(functions.split()), reason)


ALLOWED = (
    # What lasts microseconds, and a hop to a thread would last longer.
    allowed("logging/__init__.py", "emit", "a log line goes to standard error at once"),
    allowed("research_agent/web/auth.py", "digests", "one stat a request tells that the file of tokens was changed"),
    allowed("research_agent/memory/writer.py", "run", "its lock is held for a few instructions only"),
    # What happens once, before anybody waits for an answer.
    allowed("research_agent/version.py", "installed_version", "the version is read once"),
    allowed("research_agent/web/app.py", "create_app", "the app is made before it serves"),
    allowed("research_agent/mcp/server.py", "make_server", "the server is made before it serves"),
    allowed("research_agent/rendering/jinja.py", "environment", "templates are looked for once"),
    allowed("jinja2/loaders.py", "load get_source", "a template is read at its first use, and then kept"),
    allowed("research_agent/web/page/assets.py", "asset", "a static file is hashed at its first use"),
    allowed("research_agent/sources/registry.py", "_entry_points", "installed sources are looked for at a start"),
    allowed("research_agent/llm/model_files.py", "embedded_file", "the model's record is read when it is opened"),
    allowed("research_agent/llm/llamacpp_process.py", "require_processor", "/proc is no disk; when a model is opened"),
    allowed("research_agent/llm/model_files.py", "gguf_file", "the model's file is looked for when it is opened"),
    allowed("research_agent/llm/openai.py", "open_openai", "certificates are loaded when the client is made"),
    allowed("research_agent/settings/load.py", "load_settings", "settings are loaded before anything is opened"),
    allowed("research_agent/sources/registry.py", "_build", "a source is imported when it is opened"),
    # Programs of one person and one task: nobody else waits.
    allowed("research_agent/setup/__init__.py", "setup _make", "setup is a command of its own"),
    allowed("research_agent/setup/parts.py", "part_states", "a few files are looked at, for setup and doctor"),
    allowed(
        "research_agent/sources/encyclopedia/installed_files.py",
        "languages_to_bring",
        "two files are looked at, after a turn that found nothing",
    ),
    allowed("research_agent/cli/chat_commands.py", "run_command", "a slash command runs between two questions"),
    allowed("research_agent/cli/line_editor.py", "store_string _open_history", "a line of the history of questions"),
    allowed("research_agent/cli/profile_output.py", "age", "/proc is no disk"),
    allowed("research_agent/cli/eval.py", "command", "evals are no part of the product"),
    # What the tests do in the loop, and the product in a thread.
    allowed("research_agent/encoders/precision.py", "stored_choice _processor", "called by its tests"),
    allowed(
        "research_agent/sources/encyclopedia/installed_files.py", "vectors_made_by", "called by the tests of setup"
    ),
    allowed("research_agent/workers/pool.py", "shutdown", "called at the end of tests"),
    allowed("research_agent/testing/loopback_server.py", "serve_in_thread", "it is for tests that block"),
    allowed("research_agent_devtools/harness/web_server.py", "serving", "tokens are made before it serves"),
)


@contextmanager
def forbidden() -> Iterator[None]:
    """Have calls that block raise `BlockingError` when the product makes them in a running event loop."""
    buster = BlockBuster(scanned_modules="research_agent")
    for function in buster.functions.values():
        for each in ALLOWED:
            function.can_block_in(each.file, each.functions)
    buster.activate()
    try:
        yield
    finally:
        buster.deactivate()
