"""
Are altered quotes and altered claims refused?

Quotes are offered to the store as citations: it must take the true ones and none that is not the slice of the text.
Claims are offered to the check as a draft: one whose number, name, date or denial was changed is not supported by the
article it was made from. Beside them stands what naive checks accept, so that a broken one shows. Sentences of every
class of falsehood, and true rewordings, are judged by `classes`.
"""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from research_agent.memory import Memory, open_memory
from research_agent.settings import load_settings
from research_agent.stages.cite import cite
from research_agent.stages.split import split
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import content_stems, words
from research_agent.types import Answer, Citation, Document, Evidence
from research_agent_devtools.evals import classes, copies
from research_agent_devtools.evals.alterations import CLAIMS, QUOTES, Alteration, Place
from research_agent_devtools.evals.articles import read_articles
from research_agent_devtools.evals.opened import Models, open_models
from research_agent_devtools.evals.result import Request, Result
from research_agent_devtools.kernel.statistics import count_interval
from research_agent_devtools.samples.falsehoods import FALSEHOODS
from research_agent_devtools.samples.leads import read_leads

__all__ = ["Case", "by_prompt_only", "by_substring_without_numbers", "by_word_overlap", "cases", "evaluate"]

QUOTED, CLAIMED = 1_000, 1_200  # over all kinds
SHORTEST, LONGEST = 40, 400  # characters of a sentence that is altered
OVERLAP = 0.85


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence of a document, and what was made of it."""

    kind: str
    document: Document
    start: int
    end: int
    altered: str

    @property
    def true(self) -> str:
        """The sentence as it stands in the document."""
        return self.document.text[self.start : self.end]


async def evaluate(request: Request) -> Result:
    """Counts of what was wrongly accepted and wrongly refused. Raises `SetupError` without the embedded parts."""
    settings = load_settings(home=request.home)
    articles = read_articles(settings.parts)
    quoted, claimed = min(QUOTED, request.limit or QUOTED), min(CLAIMED, request.limit or CLAIMED)
    quotes = list(cases(articles, QUOTES, quoted, request.seed))
    claims = list(cases(articles, CLAIMS, claimed, request.seed + 1))
    async with open_models(settings) as models:
        with tempfile.TemporaryDirectory() as folder:
            async with open_memory(Path(folder) / "sessions.db") as memory:
                accepted = [await _is_accepted(memory, case, case.altered) for case in quotes]
                refused = [not await _is_accepted(memory, case, case.true) for case in quotes]
        said = [await _is_supported(case, case.altered, models) for case in claims]
        unsaid = [not await _is_supported(case, case.true, models) for case in claims]
        also = [await _is_supported(case, case.altered, models) for case in quotes]
        each = classes.EACH if request.limit is None else max(1, request.limit // len(FALSEHOODS))
        tallied = await classes.tally(read_leads(settings.parts, "eval"), models, request.seed, each=each)
    copied = list(copies.facts(articles, min(copies.FACTS, request.limit or copies.FACTS), request.seed))
    with tempfile.TemporaryDirectory() as folder:
        looks = await copies.look_at_all(copied, settings, Path(folder))
    counts = {
        "altered_quotes_accepted": (sum(accepted), len(quotes)),
        "true_quotes_rejected": (sum(refused), len(quotes)),
        "altered_claims_supported": (sum(said), len(claims)),
        "true_claims_unsupported": (sum(unsaid), len(claims)),
        "falsehoods_supported": tallied.wrongly_accepted,
        "rewordings_unsupported": tallied.wrongly_refused,
        "wrong_figures_unmarked": (sum(look.wrong and not look.contradicted for look in looks), len(looks)),
    }
    return Result(
        eval="citations",
        n=len(quotes),
        metrics={name: count for name, (count, _) in counts.items()}
        | {"claims": len(claims), "facts": len(looks)}
        | {"falsehoods": tallied.wrongly_accepted[1], "rewordings": tallied.wrongly_refused[1]},
        ci95={name: count_interval(*pair) for name, pair in counts.items()},
        groups={
            "facts in seven copies": {
                "n": len(looks),
                "wrong_shown": sum(look.wrong for look in looks),
                "contradicted": sum(look.wrong and look.contradicted for look in looks),
                "majority_is_wrong": sum(look.outvoted for look in looks),
            },
            **_by_kind("quote", quotes, accepted, also),
            **_claims_by_kind(claims, said, unsaid),
            **tallied.groups(),
        },
        seed=request.seed,
        notes=(
            models.note,
            "n counts altered quotes, and as many true ones; claims are counted by themselves.",
            "as_claim: an altered quote offered as a draft is supported; a misspelled or paraphrased sentence may be.",
            "Beside each kind of claim: how many the naive checks accept.",
            "wrong_figures_unmarked: facts whose wrong copy is shown without the true sentence as a conflict.",
            "class, rewording: sentences of leads that nothing was trained on, false in one way, or reworded.",
        ),
        details={"classes": classes.shares(tallied)},
    )


def cases(articles: Sequence[Document], kinds: Mapping[str, Alteration], n: int, seed: int) -> Iterator[Case]:
    """About `n` altered sentences, as many of each kind; at least one. The same for the same seed."""
    for kind, alter in kinds.items():
        rng = random.Random(f"{seed} {kind}")  # noqa: S311 - no secret
        made = 0
        for document in rng.sample(articles, len(articles)):
            if case := _case(kind, alter, document, rng.choice(articles).title, rng):
                yield case
                made += 1
            if made >= max(1, n // len(kinds)):
                break


def _case(kind: str, alter: Alteration, document: Document, stranger: str, rng: random.Random) -> Case | None:
    spans = [
        (start, end)
        for start, end in sentence_spans(document.text)
        if SHORTEST <= end - start <= LONGEST and "\n" not in document.text[start:end]
    ]
    names = [word for word in stranger.split() if word.istitle() and word.isalpha() and len(word) > 3]
    if not spans or not names or set(words(stranger)) & set(words(f"{document.title} {document.text}")):
        return None
    start, end = rng.choice(spans)
    altered = alter(Place(document.text[start:end], document.title, document.text, names[0]), rng)
    if altered is None or altered in document.text:
        return None
    return Case(kind, document, start, end, altered)


async def _is_accepted(memory: Memory, case: Case, quote: str) -> bool:
    """Whether the store keeps the quote, at the sentence's place or anywhere from its start."""
    for end in sorted({case.end, case.start + len(quote)}):
        citation = Citation(
            n=1, sentence=(0, len(quote)), document=case.document.id, title=case.document.title, url=case.document.url,
            source=case.document.source, quote=quote, start=case.start, end=end, score=1.0,
        )  # fmt: skip
        answer = Answer(
            session="quotes", turn=0, question=case.document.title, text=f"{quote} [1]", answer_from="model",
            status="complete", citations=(citation,), documents=(case.document,),
        )  # fmt: skip
        try:
            await memory.remember(answer)
        except ValueError:
            continue
        return True
    return False


async def _is_supported(case: Case, claim: str, models: Models) -> bool:
    passages = split([case.document], question=case.document.title)
    evidence = tuple(Evidence(f"e{i}", passage, 1.0) for i, passage in enumerate(passages, 1))
    checked = await cite(f"{claim} [e1]", evidence, embed=models.embed, entail=models.entail)
    return checked.supported == checked.sentences > 0


def by_prompt_only(claim: str, document: Document) -> bool:
    """A broken twin: the mark that the model wrote is taken for a citation."""
    return re.search(r"\[e?\d+\]", f"{claim} [1]") is not None


def by_word_overlap(claim: str, document: Document) -> bool:
    """A broken twin: enough of the words stand in one sentence."""
    asked = frozenset(content_stems(claim))
    spans = (document.text[start:end] for start, end in sentence_spans(document.text))
    return any(len(asked & frozenset(content_stems(span))) >= OVERLAP * len(asked) for span in spans)


def by_substring_without_numbers(claim: str, document: Document) -> bool:
    """A broken twin: the words stand there in sequence, whatever the figures."""
    return re.sub(r"[\d.,]", "", claim) in re.sub(r"[\d.,]", "", document.text)


TWINS = {
    "by_prompt_only": by_prompt_only,
    "word_overlap": by_word_overlap,
    "substring_without_numbers": by_substring_without_numbers,
}


def _by_kind(
    what: str, found: Sequence[Case], accepted: Sequence[bool], also: Sequence[bool]
) -> dict[str, dict[str, float]]:
    return {
        f"{what}: {kind}": {
            "n": len(at),
            "accepted": sum(accepted[place] for place in at),
            "as_claim": sum(also[place] for place in at),
        }
        for kind, at in _places(found).items()
    }


def _claims_by_kind(found: Sequence[Case], said: Sequence[bool], unsaid: Sequence[bool]) -> dict[str, dict[str, float]]:
    return {
        f"claim: {kind}": {
            "n": len(at),
            "supported": sum(said[place] for place in at),
            "true_unsupported": sum(unsaid[place] for place in at),
            **{name: sum(twin(found[p].altered, found[p].document) for p in at) for name, twin in TWINS.items()},
        }
        for kind, at in _places(found).items()
    }


def _places(found: Sequence[Case]) -> dict[str, list[int]]:
    kinds = dict.fromkeys(case.kind for case in found)
    return {kind: [at for at, case in enumerate(found) if case.kind == kind] for kind in kinds}
