"""
Claim verification: whether the exact words of a source say a sentence.

    sentence -> `parse_statement` -> Statement  what it states: names, figures, quantities, denial, direction
    evidence -> `find_quotes` -> Quote          the spans a citation can point at
    both     -> `judge_claim` -> Judgement      how well the quotes say it, and which do

Pure arithmetic over words and cosines: no model, no network, the same for the same inputs.
"""

from research_agent.grounding.claims import Statement, parse_statement
from research_agent.grounding.spans import Quote, find_quotes
from research_agent.grounding.verdict import UNCERTAIN, Judgement, Verdict, judge_claim

__all__ = [
    "UNCERTAIN",
    "Judgement",
    "Quote",
    "Statement",
    "Verdict",
    "find_quotes",
    "judge_claim",
    "parse_statement",
]
