"""Models of a question: how it is asked, and how far it is."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from research_agent.web.api.schemas.answer_models import AnswerModel
from research_agent.web.api.schemas.schema_fields import SESSION

__all__ = ["MAX_TEXT", "AskModel", "BegunModel", "RunModel"]

MAX_TEXT = 208_000
"""Characters of a question and what comes along with it. As in `pipeline`, imported only after the server is up."""
Site = Annotated[str, Field(max_length=300, examples=["nasa.gov"])]
DAY = "2026-11-22, 2026-11, 2026, or how long ago, as 7d, 2w, 3m or 1y"


class AskModel(BaseModel):
    """A question."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"question": "What is photosynthesis?", "session": SESSION}]}
    )

    question: str = Field(min_length=1, max_length=MAX_TEXT)
    session: str | None = Field(None, max_length=200, description="Go on with this session, or begin it by this name.")
    stream: bool = Field(False, description="Answer with the events as they come (text/event-stream).")
    keep_unsupported: bool = Field(
        False, description="Keep sentences that no source says in the answer; their spans are in `removed`."
    )
    sites: list[Site] = Field([], max_length=20, description="Use only texts of these hosts, and of those below them.")
    exclude_sites: list[Site] = Field([], max_length=20, description="Use no texts of these hosts.")
    since: str | None = Field(None, max_length=40, description=f"Use only texts of this day or later: {DAY}.")
    until: str | None = Field(None, max_length=40, description=f"Use only texts of this day or earlier: {DAY}.")
    libraries: list[Annotated[str, Field(max_length=64)]] = Field(
        [], max_length=20, description="Use only these libraries of yours, of `/api/library`."
    )
    only: list[Annotated[str, Field(max_length=4096)]] = Field(
        [], max_length=100, description="Use only these files or folders of yours: paths, or the ends of them."
    )
    model: str | None = Field(None, max_length=200, description="Answer with this model, one of `/api/models`.")
    sources: list[Annotated[str, Field(max_length=100)]] = Field(
        [], max_length=40, description="Ask these sources only, of `/api/sources`."
    )
    offline: bool = Field(False, description="Use local material and what was stored only.")
    strict: bool = Field(False, description="Take out what the sources say only in part, too.")
    lang: str | None = Field(None, max_length=12, description="Language of the answer and of Wikipedia: en, de.")
    replaces: int = Field(
        0, ge=0, le=1_000_000, description="The turn of the session that this one takes the place of; it is kept."
    )


class BegunModel(BaseModel):
    """A question that is being answered, and where to follow it."""

    run: str
    session: str
    events: str = Field(examples=["/api/runs/8c1f0e5d2b7a49c3/events"])


class RunModel(BegunModel):
    """How far a question is. `answer` is there once it is on disk."""

    state: Literal["running", "answered", "interrupted", "failed"]
    numbered: int = Field(description="The number of its latest event.")
    answer: AnswerModel | None
    error: dict[str, str] | None
