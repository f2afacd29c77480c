"""
Runtime: sources, HTTP client, embedding pool, chat model and memory, opened once and kept warm between turns.

The models load in the background, since the sources can be asked without them; `chat_ready`, `embed_ready`,
`rerank_ready` and `entail_ready` wait for them. A part that cannot be opened is left out, and a notice says so: without
embedding model and reader evidence goes by words, without a judge sentences are checked by rules alone, without a chat
model answers are extracts.
"""

from __future__ import annotations

from research_agent.runtime.opening import open_runtime
from research_agent.runtime.runtime import Runtime

__all__ = ["Runtime", "open_runtime"]
