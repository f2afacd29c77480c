"""
Watch: questions that are asked anew at intervals, and what is new in what the sources say.

    intervals -> how often        askings -> one question asked, compared and settled        feed -> changes as Atom
    known_statements -> what answers said, and their texts            changes -> what is new in another
"""

from research_agent.watch.askings import Asked, ask_due
from research_agent.watch.changes import find_changes
from research_agent.watch.intervals import interval_text, parse_interval

__all__ = ["Asked", "ask_due", "find_changes", "interval_text", "parse_interval"]
