"""Models of what is stored: sessions, their turns, documents."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from research_agent.web.api.schemas.answer_models import AnswerModel
from research_agent.web.api.schemas.schema_fields import DOCUMENT, SESSION

__all__ = ["CitedModel", "DocumentModel", "LabelModel", "SessionModel", "SessionsModel", "TurnsModel"]


class SessionModel(BaseModel):
    """A stored session; `title` is its first question, shortened."""

    session: str = Field(examples=[SESSION])
    title: str
    turns: int
    created: str
    updated: str
    pinned: bool = False


class LabelModel(BaseModel):
    """What a user writes on a session; what is left out stays."""

    title: str | None = Field(None, max_length=1000)
    pinned: bool | None = None


class SessionsModel(BaseModel):
    """Stored sessions, the latest first. `total` counts all that fit."""

    sessions: list[SessionModel]
    total: int


class DocumentModel(BaseModel):
    """A stored text with all that is known of it; `id` is the sha256 of `text`."""

    id: str = Field(examples=[DOCUMENT])
    source: str
    title: str
    url: str
    text: str
    retrieved: str
    published: str | None
    author: str | None
    revision: str | None
    language: str | None
    licence: str | None
    attribution: str | None
    details: dict[str, Any]
    parts: list[list[int | str]] = Field(
        [], description="What its source found of a long document: start, end, page, section of each part."
    )


class TurnsModel(BaseModel):
    """A whole session, as `sessions export --format json` writes it."""

    session: str
    title: str
    created: str
    summary: str
    turns: list[AnswerModel]
    documents: list[DocumentModel]


class CitedModel(BaseModel):
    """The citations of one turn, each held against the stored text now: `verified` says that the words stand there."""

    session: str
    turn: int
    citations: list[dict[str, Any]]
