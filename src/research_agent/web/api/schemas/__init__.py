"""Pydantic models of the API: they validate requests; responses are documented by them, and checked in tests only."""

from __future__ import annotations

from research_agent.web.api.schemas.answer_models import AnswerModel, CitationModel
from research_agent.web.api.schemas.question_models import MAX_TEXT, AskModel, BegunModel, RunModel
from research_agent.web.api.schemas.schema_fields import SESSION
from research_agent.web.api.schemas.server_models import (
    ChatModelsModel,
    ErrorModel,
    HealthModel,
    SettingModel,
    SettingsModel,
    SourceModel,
    SourcesModel,
)
from research_agent.web.api.schemas.session_models import (
    CitedModel,
    DocumentModel,
    LabelModel,
    SessionModel,
    SessionsModel,
    TurnsModel,
)

__all__ = [
    "MAX_TEXT",
    "SESSION",
    "AnswerModel",
    "AskModel",
    "BegunModel",
    "ChatModelsModel",
    "CitationModel",
    "CitedModel",
    "DocumentModel",
    "ErrorModel",
    "HealthModel",
    "LabelModel",
    "RunModel",
    "SessionModel",
    "SessionsModel",
    "SettingModel",
    "SettingsModel",
    "SourceModel",
    "SourcesModel",
    "TurnsModel",
]
