"""Memory: the store of sessions. `Memory` is its protocol, `open_memory` opens the SQLite implementation."""

from research_agent.memory.protocol import VERBATIM_TURNS, Job, Memory, SessionInfo, check_session_id, new_session_id
from research_agent.memory.store import open_memory
from research_agent.memory.watch_records import Asking, Change, Quoted, Said, Watch, WatchClaim, Watches

__all__ = [
    "VERBATIM_TURNS",
    "Asking",
    "Change",
    "Job",
    "Memory",
    "Quoted",
    "Said",
    "SessionInfo",
    "Watch",
    "WatchClaim",
    "Watches",
    "check_session_id",
    "new_session_id",
    "open_memory",
]
