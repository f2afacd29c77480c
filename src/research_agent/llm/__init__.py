"""
Chat models. The only room that imports LangChain, and not before a model is opened.

    choose_model -> ModelChoice -> open_chat -> chat (any LangChain BaseChatModel) -> ask | stream
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from research_agent.llm.available_models import AvailableModel, AvailableModels, available_models
from research_agent.llm.calls import ask, prime, stream
from research_agent.llm.endpoints import ollama_url
from research_agent.llm.json_reply import JsonReply, ask_json
from research_agent.llm.model_info import chat_id, context_size, count_tokens, truncated
from research_agent.llm.model_size import LARGE, is_embedded, is_embedded_id, is_large, is_large_model, size_of
from research_agent.llm.ollama_probe import OllamaState, probe_ollama
from research_agent.llm.selection import ModelChoice, choose_model, open_chat, parse_model_id, unavailable

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel as Chat

__all__ = [
    "LARGE",
    "AvailableModel",
    "AvailableModels",
    "Chat",  # a type only: LangChain is not imported for it
    "JsonReply",
    "ModelChoice",
    "OllamaState",
    "ask",
    "ask_json",
    "available_models",
    "chat_id",
    "choose_model",
    "context_size",
    "count_tokens",
    "is_embedded",
    "is_embedded_id",
    "is_large",
    "is_large_model",
    "ollama_url",
    "open_chat",
    "parse_model_id",
    "prime",
    "probe_ollama",
    "size_of",
    "stream",
    "truncated",
    "unavailable",
]
