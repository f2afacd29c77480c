"""
Watch: questions that are asked anew at intervals, and what is new in what the sources say.

    intervals -> how often        asking -> one question asked, compared and settled        feed -> changes as Atom
    statements -> what an answer says, and the texts it rests on        changes -> what is new between two
"""

from research_agent.watch.asking import Asked, ask_due
from research_agent.watch.changes import find_changes
from research_agent.watch.intervals import interval_text, parse_interval

__all__ = ["Asked", "ask_due", "find_changes", "interval_text", "parse_interval"]
