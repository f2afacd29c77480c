"""Routes about the server: health, sources, settings, the doctor's report and metrics."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Request
from starlette.responses import Response

from research_agent.web.api import schemas
from research_agent.web.api.router import api_router
from research_agent.web.metrics import CONTENT_TYPE
from research_agent.web.serialization import AsciiJsonResponse
from research_agent.web.state import state_of

__all__ = ["public", "router"]

public = APIRouter(prefix="/api")
"""What `SecurityMiddleware` lets through without a token."""

router = api_router()


@public.get("/health", response_model=schemas.HealthModel, tags=["server"])
async def health() -> Response:
    """Whether the server answers. Needs no token and says nothing else."""
    return AsciiJsonResponse({"status": "ok"})


@router.get("/sources", response_model=schemas.SourcesModel, tags=["server"])
async def sources(request: Request) -> Response:
    """The sources that can be asked."""
    from research_agent.sources.groups import source_groups  # not at the top: the server is up before the sources

    runtime = await state_of(request).runtime()
    group_of = {name: group for group, names in source_groups(runtime.sources).items() for name in names}
    entries = [
        {"name": one.name, "title": one.title, "live": one.live, "group": group_of.get(one.name, "")}
        for one in runtime.sources
    ]
    return AsciiJsonResponse({"sources": entries})


@router.get("/models", response_model=schemas.ChatModelsModel, tags=["server"])
async def models(request: Request) -> Response:
    """The chat models that a question can be asked with. Takes up to a second, the time that servers have to answer."""
    runtime = await state_of(request).runtime()
    found = await runtime.available_models()
    return AsciiJsonResponse({"current": runtime.chat_id or runtime.settings.chat.model or None, **asdict(found)})


@router.get("/settings", response_model=schemas.SettingsModel, tags=["server"])
async def settings(request: Request) -> Response:
    """The settings of this server and who set them; secrets are hidden."""
    from research_agent.doctor.checks import setting_states

    names = schemas.SettingModel.model_fields
    states = setting_states(state_of(request).settings)
    return AsciiJsonResponse({"settings": [{name: getattr(one, name) for name in names} for one in states]})


@router.get("/doctor", response_class=Response, tags=["server"])
async def doctor(request: Request) -> Response:
    """What is there, what is reachable and what to do next, as `doctor --json` says it. Takes a few seconds."""
    from research_agent.doctor import diagnose

    return AsciiJsonResponse((await diagnose(state_of(request).settings)).as_json())


@router.get("/metrics", response_class=Response, tags=["server"])
async def metrics(request: Request) -> Response:
    """Counters, in Prometheus' text format."""
    state = state_of(request)
    text = state.metrics.text(active=len(state.runs.active), ended=state.runs.finished, ready=state.ready)
    return Response(text, media_type=CONTENT_TYPE)
