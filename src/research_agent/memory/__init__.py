"""What is remembered. `Memory` is the whole contract; `open_memory` opens the one that keeps it in SQLite."""

from research_agent.memory.protocol import KEPT_TURNS, Job, Memory, SessionInfo, check_session_id, new_session_id
from research_agent.memory.store import open_memory

__all__ = ["KEPT_TURNS", "Job", "Memory", "SessionInfo", "check_session_id", "new_session_id", "open_memory"]
