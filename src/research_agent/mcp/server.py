"""What the tools do, and the protocol's server that offers them. Which version is spoken its library negotiates."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
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
from research_agent.errors import ResearchAgentError, UsageError
from research_agent.mcp.detached_tasks import DetachedTasks, ReportProgress, open_detached_tasks
from research_agent.mcp.document_cache import DocumentCache
from research_agent.mcp.formatting import as_text, fetched, told, utf8_safe
from research_agent.mcp.search import search
from research_agent.mcp.tools import INSTRUCTIONS, TOOLS
from research_agent.memory import check_session_id
from research_agent.pipeline import research
from research_agent.text.sanitize import printable

__all__ = ["make_server"]

APP = "research-agent"
IDS = "Ids come from `search`, which are known for a while, or from a citation of `research`. Search again."


@dataclass(frozen=True, slots=True)
class ToolContext:
    """What the tools work with."""

    runtime: GetRuntime
    tasks: DetachedTasks
    documents: DocumentCache = field(default_factory=DocumentCache)


def make_server(runtime: GetRuntime) -> Server[ToolContext]:
    """The server with its three tools; what runs when it ends is stopped, and what was streamed of it is kept."""

    @asynccontextmanager
    async def lifespan(_: Server[ToolContext]) -> AsyncIterator[ToolContext]:
        async with open_detached_tasks() as turns:
            yield ToolContext(runtime, turns)

    return Server(
        APP,
        title="research-agent",
        version=version(APP),
        instructions=INSTRUCTIONS,
        lifespan=lifespan,
        on_list_tools=_list_tools,
        on_call_tool=_call_tool,
    )


async def _list_tools(_: ServerRequestContext[ToolContext], __: PaginatedRequestParams | None) -> ListToolsResult:
    return ListToolsResult(tools=list(TOOLS))


async def _call_tool(context: ServerRequestContext[ToolContext], params: CallToolRequestParams) -> CallToolResult:
    """Run a tool; an error that a user can do something about is a result, one of the protocol or a bug is raised."""
    tool = CALLS.get(params.name)
    if tool is None:
        raise MCPError(INVALID_PARAMS, f"There is no tool {params.name!r}; there are {', '.join(CALLS)}.")
    said = 0

    async def tell(line: str) -> None:
        nonlocal said
        said += 1
        await context.session.report_progress(said, message=line)

    try:
        return await tool(params.arguments or {}, context.lifespan_context, tell)
    except ResearchAgentError as error:
        return _failed(error)
    except ExceptionGroup as errors:
        known, bugs = errors.split(ResearchAgentError)
        if known is None or bugs is not None:
            raise
        return _failed(_first(known))


async def _search(arguments: Mapping[str, Any], context: ToolContext, tell: ReportProgress) -> CallToolResult:
    query = _texts(arguments, "query")["query"]
    found = await search(query, await context.runtime())
    context.documents.put(found.documents)
    results = [
        {"id": document.id, "title": printable(document.title), "url": document.url} for document in found.documents
    ]
    result = _as_json({"results": results})
    if found.notes:
        result.meta = {f"{APP}/notes": utf8_safe(found.notes)}
    return result


async def _fetch(arguments: Mapping[str, Any], context: ToolContext, tell: ReportProgress) -> CallToolResult:
    key = _texts(arguments, "id")["id"]
    document = context.documents.get(key)
    if document is None:
        try:
            document = await (await context.runtime()).memory.document(key)
        except UsageError as error:
            raise UsageError(f"There is no document {key[:80]!r}.", hint=IDS) from error
    return _as_json(fetched(document))


async def _research(arguments: Mapping[str, Any], context: ToolContext, tell: ReportProgress) -> CallToolResult:
    given = _texts(arguments, "question", "session", optional=("session",))
    session = given.get("session")
    if session is not None:
        check_session_id(session)
    runtime = await context.runtime()
    titles = runtime.source_titles
    answer = await context.tasks.run(
        lambda say: research(given["question"], session=session, runtime=runtime, on_event=told(say, titles)), tell
    )
    return CallToolResult(content=[_text(as_text(answer))], structured_content=utf8_safe(answer.as_json()))


CALLS: Mapping[str, Callable[[Mapping[str, Any], ToolContext, ReportProgress], Awaitable[CallToolResult]]] = {
    "search": _search,
    "fetch": _fetch,
    "research": _research,
}


def _texts(arguments: Mapping[str, Any], *names: str, optional: tuple[str, ...] = ()) -> dict[str, str]:
    """The arguments, all of them texts. Raises `UsageError` for one that is missing, unknown or something else."""
    hint = (
        f"Texts that can be given: {', '.join(f'{name} (optional)' if name in optional else name for name in names)}."
    )
    if unknown := [name for name in arguments if name not in names]:
        raise UsageError(f"There is no argument {unknown[0][:80]!r}.", hint=hint)
    given = {name: value for name, value in arguments.items() if value is not None or name not in optional}
    for name in names:
        if name not in given and name not in optional:
            raise UsageError(f"The argument {name!r} is missing.", hint=hint)
        if not isinstance(given.get(name, ""), str):
            raise UsageError(f"The argument {name!r} is no text.", hint=hint)
    return given


def _as_json(value: Mapping[str, Any]) -> CallToolResult:
    """The value as structured content, and as text for clients that read only that."""
    told = utf8_safe(value)
    return CallToolResult(content=[_text(json.dumps(told, ensure_ascii=False))], structured_content=told)


def _failed(error: ResearchAgentError) -> CallToolResult:
    lines = filter(None, (error.message, error.hint))
    return CallToolResult(content=[_text(printable("\n".join(lines)))], is_error=True)


def _first(group: BaseExceptionGroup[ResearchAgentError]) -> ResearchAgentError:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


def _text(text: str) -> TextContent:
    return TextContent(type="text", text=utf8_safe(text))
