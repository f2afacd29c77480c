"""Memory: the store of sessions. `Memory` is its protocol, `open_memory` opens the SQLite implementation."""

from research_agent.memory.protocol import VERBATIM_TURNS, Job, Memory, SessionInfo, check_session_id, new_session_id
from research_agent.memory.store import open_memory

__all__ = ["VERBATIM_TURNS", "Job", "Memory", "SessionInfo", "check_session_id", "new_session_id", "open_memory"]
