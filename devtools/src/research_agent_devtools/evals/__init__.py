"""
The evals behind `research-agent eval`: the product against questions, claims, altered quotes and hostile pages.

Rows go in as JSONL, a `Result` comes out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module

from research_agent.errors import UsageError
from research_agent_devtools.evals.result import Request, Result

__all__ = ["EVALS", "Request", "Result", "evaluate"]


@dataclass(frozen=True, slots=True)
class Eval:
    """What an eval measures, the module whose `evaluate` does it, the rows it needs, and whether of several files."""

    about: str
    module: str
    rows: str = ""
    several: bool = False


QUESTIONS = "question, titles; grades, answer and source if there are"
ARTICLES = "question, title, sentences, gold (positions in sentences)"
CLAIMS = "id, claim, passages (title, text), label; or claim, evidence, label, meta.id"
MULTIHOP = "question and paragraphs, as MuSiQue; or context and supporting_facts, as HotpotQA and 2Wiki"
PLACES = "question, doc_name, evidence (evidence_page_num); as CSV: question, references, corpus_id"
EVALS = {
    "retrieval": Eval("Does the search find the page that answers?", "retrieval", QUESTIONS),
    "support": Eval("Does the check judge claims as people do?", "support", CLAIMS, several=True),
    "citations": Eval("Are altered quotes and altered claims refused?", "citations"),
    "injection": Eval("Do hostile pages get anything shown or remembered?", "injection"),
    "falsehoods": Eval("Does a planted falsehood come out with a citation?", "planted"),
    "answers": Eval("Do answers show what the corpus says?", "answers", f"{QUESTIONS}; or question, answer"),
    "web": Eval("Are general questions answered from the web?", "web"),
    "choice": Eval("Are a question's own sources among the first three?", "choice"),
    "sentences": Eval("Does the reader find the sentence that answers?", "sentences", ARTICLES),
    "computing": Eval("Is what is computed right?", "computing"),
    "multihop": Eval("Do hops find every passage that an answer needs?", "multihop", MULTIHOP, several=True),
    "reports": Eval("Is every sentence of a deep research report checked?", "reports"),
    "library": Eval("Does a search of one's own documents find the place?", "library", PLACES),
}


async def evaluate(name: str, request: Request) -> Result:
    """
    Run the eval of that name.

    Raises `UsageError` for an unknown name or data that cannot be used, and `SetupError` or `EmbeddingError` when the
    embedded parts it needs are missing.
    """
    if name not in EVALS:
        raise UsageError(f"There is no eval {name!r}.", hint=f"There are: {', '.join(EVALS)}.")
    chosen = EVALS[name]
    if chosen.rows and request.data is None:
        raise UsageError(
            f"The {name} eval needs rows.", hint=f"Give --data a JSONL file; the fields of a row: {chosen.rows}."
        )
    if request.more and not chosen.several:
        raise UsageError(f"The {name} eval takes one file.", hint="Several: support, multihop (--data FILE FILE ...).")
    if request.corpus and name != "multihop":
        raise UsageError(f"The {name} eval takes no corpus.", hint="Only multihop does: --corpus FILE.")
    run: Callable[[Request], Awaitable[Result]] = import_module(
        f"research_agent_devtools.evals.{chosen.module}"
    ).evaluate
    return await run(request)
