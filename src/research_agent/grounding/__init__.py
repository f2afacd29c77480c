"""
Claim verification: whether the exact words of a source say a sentence.

    evidence -> `find_quotes` -> Quote               the sentences that a citation can point at
    sentence -> `parse_statement` -> Statement       what it states: names, figures, quantities, denial, direction
    both     -> `find_premises` -> Premise           the few spans that the sentence is held against
    premise  -> model, `coverage`, `find_vetoes`     how far it says the sentence (`Reading`)
    readings -> `judge_claim` -> Judgement           verdict, probability, and the spans to cite

`judge_claims` does all of it. The model is passed in (`types.Entail`); without one the rules alone decide.
"""

from research_agent.grounding.judge import judge_claims
from research_agent.grounding.spans import Quote, find_quotes
from research_agent.grounding.verdict import UNCERTAIN, Judgement, Verdict

__all__ = ["UNCERTAIN", "Judgement", "Quote", "Verdict", "find_quotes", "judge_claims"]
