"""Models of the server itself: sources, chat models, settings, health, errors."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "ChatModelModel",
    "ChatModelsModel",
    "ErrorModel",
    "HealthModel",
    "SettingModel",
    "SettingsModel",
    "SourceModel",
    "SourcesModel",
]


class SourceModel(BaseModel):
    """A source that can be asked."""

    name: str
    title: str
    live: bool = Field(description="Asks a service; false for local material.")
    group: str = Field("", description="What it is chosen by on the page: web, encyclopedia, papers, code, news.")


class SourcesModel(BaseModel):
    """The sources of this server."""

    sources: list[SourceModel]


class ChatModelModel(BaseModel):
    """A chat model that can be used; `fits` says whether this machine's memory holds it, null if it runs elsewhere."""

    id: str = Field(examples=["ollama:llama3.2"])
    place: str
    bytes: int | None
    billions: float | None = Field(description="Billions of parameters.")
    fits: bool | None


class ChatModelsModel(BaseModel):
    """The chat models that can be used here; `current` answers when a question names none."""

    current: str | None
    models: list[ChatModelModel]
    problems: list[str]


class SettingModel(BaseModel):
    """A setting, its value as it may be shown, and who set it."""

    name: str
    variable: str
    value: str
    origin: str
    meaning: str


class SettingsModel(BaseModel):
    """All settings; secrets are hidden."""

    settings: list[SettingModel]


class HealthModel(BaseModel):
    """The server answers."""

    status: Literal["ok"]


class ErrorModel(BaseModel):
    """What went wrong and what to do next."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "error": {
                        "type": "UnknownSessionError",
                        "message": "There is no session 'x'.",
                        "hint": "List them: research-agent sessions list",
                    }
                }
            ]
        }
    )

    error: dict[str, str]
