"""The MCP server and the handlers of its tools; the `mcp` library negotiates the protocol version."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from mcp.server import Server
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
)

from research_agent.engine import GetRuntime
from research_agent.errors import ResearchAgentError, UsageError, known_error
from research_agent.mcp.detached_tasks import DetachedTasks, ReportProgress, open_detached_tasks
from research_agent.mcp.document_cache import DocumentCache
from research_agent.mcp.formatting import as_text, document_json, progress_hook, utf8_safe
from research_agent.mcp.research_tools import ResearchTools
from research_agent.mcp.search import search
from research_agent.mcp.tools import INSTRUCTIONS, RESTRICTION, TOOLS
from research_agent.memory import check_session_id
from research_agent.messages import agent_lines, storing
from research_agent.pipeline import research
from research_agent.sources.library import Library, search_own
from research_agent.text.restriction import read_restriction
from research_agent.text.sanitize import printable
from research_agent.types import Answer, Restriction
from research_agent.version import APP, installed_version

__all__ = ["make_server", "restriction_of"]

DAYS = ("since", "until")
LISTS = {
    "sites": '["nasa.gov"]',
    "exclude_sites": '["nasa.gov"]',
    "libraries": '["thesis"]',
    "only": '["report.pdf"]',
}


@dataclass(frozen=True, slots=True)
class ToolContext:
    """What the handlers of the tools share."""

    runtime: GetRuntime
    tasks: DetachedTasks
    research: ResearchTools
    documents: DocumentCache = field(default_factory=DocumentCache)


def make_server(runtime: GetRuntime) -> Server[ToolContext]:
    """Make the server with its tools; at its end unfinished turns are cancelled, and their drafts saved."""

    @asynccontextmanager
    async def lifespan(_: Server[ToolContext]) -> AsyncIterator[ToolContext]:
        async with open_detached_tasks() as tasks:
            yield ToolContext(runtime, tasks, ResearchTools(tasks))

    return Server(
        APP,
        title="research-agent",
        version=installed_version(),
        instructions=INSTRUCTIONS,
        lifespan=lifespan,
        on_list_tools=_list_tools,
        on_call_tool=_call_tool,
    )


async def _list_tools(_: ServerRequestContext[ToolContext], __: PaginatedRequestParams | None) -> ListToolsResult:
    return ListToolsResult(tools=list(TOOLS))


async def _call_tool(context: ServerRequestContext[ToolContext], params: CallToolRequestParams) -> CallToolResult:
    """Run a tool; a `ResearchAgentError` becomes an error result, a protocol error or a bug is raised."""
    handler = HANDLERS.get(params.name)
    if handler is None:
        raise MCPError(INVALID_PARAMS, agent_lines.NO_TOOL(name=params.name, names=", ".join(HANDLERS)))
    lines = 0

    async def report(line: str) -> None:
        nonlocal lines
        lines += 1
        await context.session.report_progress(lines, message=line)

    try:
        return await handler(params.arguments or {}, context.lifespan_context, report)
    except (ResearchAgentError, ExceptionGroup) as error:
        known = known_error(error)
        if known is None:
            raise
        return _error_result(known)


async def _search(arguments: Mapping[str, Any], context: ToolContext, report: ReportProgress) -> CallToolResult:
    rest, restriction = restriction_of(arguments)
    query = _texts(rest, "query")["query"]
    documents, notes = await search(query, await context.runtime(), restriction)
    context.documents.put(documents)
    entries = [{"id": document.id, "title": printable(document.title), "url": document.url} for document in documents]
    result = _json_result({"results": entries})
    if notes:
        result.meta = {f"{APP}/notes": utf8_safe(notes)}
    return result


async def _fetch(arguments: Mapping[str, Any], context: ToolContext, report: ReportProgress) -> CallToolResult:
    key = _texts(arguments, "id")["id"]
    document = context.documents.get(key)
    if document is not None and document.source == Library.name:
        # The documents are shared by all who are served; the owner's own are no other user's.
        document = document if (await context.runtime()).tools.libraries is not None else None
    if document is None:
        try:
            document = await (await context.runtime()).memory.document(key)
        except UsageError as error:
            raise UsageError(storing.NO_DOCUMENT(document=key[:80]), hint=agent_lines.SEARCH_AGAIN()) from error
    return _json_result(document_json(document))


async def _library_search(arguments: Mapping[str, Any], context: ToolContext, report: ReportProgress) -> CallToolResult:
    texts = _texts(arguments, "query", "library", "only", optional=("library", "only"))
    runtime = await context.runtime()
    await runtime.embed_ready()
    await runtime.rerank_ready()
    tools = runtime.tools
    libraries, files = ([texts[name]] if name in texts else [] for name in ("library", "only"))
    found = await search_own(texts["query"], tools, libraries=libraries, files=files, read=True)
    return _json_result({"results": [{"library": store.name, **asdict(passage)} for store, passage in found]})


async def _research(arguments: Mapping[str, Any], context: ToolContext, report: ReportProgress) -> CallToolResult:
    rest, restriction = restriction_of(arguments)
    texts = _texts(rest, "question", "session", optional=("session",))
    question, session = texts["question"], texts.get("session")
    if session is not None:
        check_session_id(session)
    runtime = await context.runtime()

    async def work(say: Callable[[str], None]) -> Answer:
        on_event = progress_hook(say, runtime.source_titles)
        return await research(question, session=session, runtime=runtime, on_event=on_event, restriction=restriction)

    answer = await context.tasks.run(work, report)
    return CallToolResult(content=[_text(as_text(answer))], structured_content=utf8_safe(answer.as_json()))


async def _research_start(arguments: Mapping[str, Any], context: ToolContext, report: ReportProgress) -> CallToolResult:
    rest, flags = _flags(arguments, "wait_for_plan")
    texts = _texts(rest, "question", "budget", optional=("budget",))
    state = await context.research.start(
        await context.runtime(), texts["question"], texts.get("budget", ""), wait_for_plan=flags["wait_for_plan"]
    )
    return _json_result(state)


async def _research_plan(arguments: Mapping[str, Any], context: ToolContext, report: ReportProgress) -> CallToolResult:
    rest, flags = _flags(arguments, "start")
    version = rest.pop("plan_version", 0)
    if not isinstance(version, int) or isinstance(version, bool):
        raise UsageError(agent_lines.VERSION_NOT_NUMBER(), hint=agent_lines.VERSION_FROM())
    texts = _texts(rest, "run", "plan", optional=("plan",))
    return _json_result(
        await context.research.plan(
            await context.runtime(), texts["run"], texts.get("plan", ""), version, start=flags["start"]
        )
    )


async def _research_status(
    arguments: Mapping[str, Any], context: ToolContext, report: ReportProgress
) -> CallToolResult:
    rest, flags = _flags(arguments, "stop")
    run = _texts(rest, "run")["run"]
    return _json_result(await context.research.status(await context.runtime(), run, stop=flags["stop"]))


async def _research_report(
    arguments: Mapping[str, Any], context: ToolContext, report: ReportProgress
) -> CallToolResult:
    run = _texts(arguments, "run")["run"]
    answer, fields = await context.research.report(await context.runtime(), run, report)
    return CallToolResult(content=[_text(as_text(answer))], structured_content=utf8_safe(fields))


HANDLERS: Mapping[str, Callable[[Mapping[str, Any], ToolContext, ReportProgress], Awaitable[CallToolResult]]] = {
    "search": _search,
    "fetch": _fetch,
    "library_search": _library_search,
    "research": _research,
    "research_start": _research_start,
    "research_plan": _research_plan,
    "research_status": _research_status,
    "research_report": _research_report,
}


def restriction_of(arguments: Mapping[str, Any]) -> tuple[dict[str, Any], Restriction]:
    """The other arguments, and the restriction that some of them are. Raises `UsageError`."""
    given = {name: arguments[name] for name in RESTRICTION if arguments.get(name) is not None}
    for name, example in LISTS.items():
        entries = given.get(name, [])
        if not (isinstance(entries, list) and all(isinstance(entry, str) for entry in entries)):
            what = "hosts" if "sites" in name else "texts"
            raise UsageError(agent_lines.NOT_A_LIST(name=name, what=what), hint=agent_lines.SUCH_AS(example=example))
    days = _texts({name: given[name] for name in DAYS if name in given}, *DAYS, optional=DAYS)
    restriction = read_restriction(
        sites=given.get("sites", ()),
        excluded=given.get("exclude_sites", ()),
        since=days.get("since"),
        until=days.get("until"),
        libraries=given.get("libraries", ()),
        files=given.get("only", ()),
    )
    return {name: value for name, value in arguments.items() if name not in RESTRICTION}, restriction


def _flags(arguments: Mapping[str, Any], *names: str) -> tuple[dict[str, Any], dict[str, bool]]:
    """The other arguments, and the flags, False where not given. Raises `UsageError` for one of another type."""
    flags = {name: arguments.get(name, False) for name in names}
    if wrong := [name for name, value in flags.items() if not isinstance(value, bool)]:
        raise UsageError(agent_lines.NOT_A_FLAG(name=wrong[0]), hint=agent_lines.LEAVE_OUT())
    return {name: value for name, value in arguments.items() if name not in names}, flags


def _texts(arguments: Mapping[str, Any], *names: str, optional: tuple[str, ...] = ()) -> dict[str, str]:
    """The arguments, all strings. Raises `UsageError` for one that is missing, unknown or of another type."""
    hint = agent_lines.ARGUMENTS_ARE(
        names=", ".join(f"{name} (optional)" if name in optional else name for name in names)
    )
    if unknown := [name for name in arguments if name not in names]:
        raise UsageError(agent_lines.NO_ARGUMENT(name=unknown[0][:80]), hint=hint)
    texts = {name: value for name, value in arguments.items() if value is not None or name not in optional}
    for name in names:
        if name not in texts and name not in optional:
            raise UsageError(agent_lines.ARGUMENT_MISSING(name=name), hint=hint)
        if not isinstance(texts.get(name, ""), str):
            raise UsageError(agent_lines.NOT_TEXT(name=name), hint=hint)
    return texts


def _json_result(value: Mapping[str, Any]) -> CallToolResult:
    """The value as structured content, and as text for clients that read only that."""
    content = utf8_safe(value)
    return CallToolResult(content=[_text(json.dumps(content, ensure_ascii=False))], structured_content=content)


def _error_result(error: ResearchAgentError) -> CallToolResult:
    lines = filter(None, (error.message, error.hint))
    return CallToolResult(content=[_text(printable("\n".join(lines)))], is_error=True)


def _text(text: str) -> TextContent:
    return TextContent(type="text", text=utf8_safe(text))
