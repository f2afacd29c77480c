"""
Whether the exact words of a source say a sentence.

    sentence -> `read` -> Statement     what it states: names, figures, quantities, denial, direction
    evidence -> `quotes` -> Quote       the spans a citation can point at
    `weigh`  -> Judgement               how well they say it, and which do

Pure arithmetic over words and cosines: no model, no network, the same for the same inputs.
"""

from research_agent.grounding.claims import Statement, read
from research_agent.grounding.spans import Quote, quotes
from research_agent.grounding.verdict import THRESHOLDS, Judgement, Thresholds, Verdict, weigh

__all__ = ["THRESHOLDS", "Judgement", "Quote", "Statement", "Thresholds", "Verdict", "quotes", "read", "weigh"]
