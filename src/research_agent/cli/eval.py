"""`research-agent eval`: figures about this program, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click

from research_agent.errors import UsageError
from research_agent.messages import command_line

__all__ = ["command"]

ENTRY_POINTS = "research_agent.evals"
NAMES = (
    "retrieval",
    "support",
    "citations",
    "injection",
    "falsehoods",
    "answers",
    "web",
    "choice",
    "sentences",
    "computing",
    "multihop",
    "reports",
    "library",
)

EPILOG = """
\b
retrieval  does the search find the page that answers?
support    does the check judge claims as people do?
citations  are altered quotes and altered claims refused?
injection  do hostile pages get anything shown or remembered?
falsehoods does a planted falsehood come out with a citation?
answers    do answers show what the corpus says?
web        are general questions answered from the web?
choice     are a question's own sources among the first three?
sentences  does the reader find the sentence that answers?
computing  is what is computed right?
multihop   do hops find every passage that an answer needs?
reports    is every sentence of a deep research report checked?
library    does a search of one's own documents find the place?

\b
A row of --data is one JSON object on a line; support and multihop take several files.
retrieval, answers: question, titles (a list); grades (by title), answer, source
support: id, claim, passages (title, text), label;
         or as WiCE: claim, evidence (a list of sentences), label, meta.id
answers, of everyday questions: question, answer (a regular expression, or null)
sentences: question, title, sentences (a list), gold (positions in it)
multihop: MuSiQue, HotpotQA or 2WikiMultihopQA, JSON or JSONL, as published
library: question, doc_name, evidence (FinanceBench); or CSV: question, references, corpus_id (chunking_evaluation)
injection (not needed): text
choice (not needed): question, lang, kinds, half
reports (not needed): question, source
web (not needed): question, answer (a regular expression, or null), pages; since, sites
"""


@click.command("eval", epilog=EPILOG)
@click.argument("name", metavar="NAME", type=click.Choice(NAMES))
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--data", type=click.Path(path_type=Path), metavar="FILE", help="Rows, as JSONL; others may follow.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="A sample of N items, for a quick look.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of samples and intervals.")
@click.option("--baselines", is_flag=True, help="support: word overlap and cosine beside the check.")
@click.option("--corpus", type=click.Path(path_type=Path), metavar="FILE", help="multihop: more passages, as JSON.")
@click.option("--documents", type=click.Path(path_type=Path), metavar="FOLDER", help="library: what is searched.")
@click.option("--plot", type=click.Path(path_type=Path), metavar="FILE", help="support: draw its reliability, as SVG.")
def command(name: str, files: tuple[Path, ...], data: Path | None, **options: Any) -> None:
    """Measure this program, each by what NAME says of it."""
    if files and data is None:
        raise UsageError(command_line.STANDS_ALONE(name=str(files[0])), hint=command_line.FILES_AFTER_DATA())
    _load(name)(data=data, more=files, **options)


def _load(name: str) -> Callable[..., None]:
    """Entry point of an eval: a function that runs it and prints its result."""
    with suppress(ModuleNotFoundError):  # an editable install whose checkout is gone leaves its entry points behind
        for point in entry_points(group=ENTRY_POINTS, name=name):
            loaded: Callable[..., None] = point.load()
            return loaded
    raise UsageError(command_line.NO_EVALS(), hint=command_line.INSTALL_EVALS())
