"""All rows of a split: public questions, questions of the leads, and for both the nearest leads that do not answer."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from research_agent.sources.encyclopedia import FOLDER, VECTORS, unqualified
from research_agent.text.tokens import content_stems
from research_agent_devtools.samples.leads import Lead
from research_agent_train.answers.passages import Passage
from research_agent_train.answers.patterns import definition, facts, private, superlatives
from research_agent_train.answers.public import Asked, passages_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Embed = Callable[[Sequence[str]], Awaitable[NDArray[np.float32]]]

__all__ = ["build"]

PRIVATE = 0.035  # questions of the asker's own life, for each other one
FOREIGN = {"squad_du.train": 0.3, "qamr.train": 0.1, "tydi_goldp_english.train": 0.4, "boolq.dev": 0.2, "qed.dev": 0.4}
ROUNDS = 0.8  # share of the answered questions of leads that are asked of sentences of several leads too
HELD = 0.5  # share of an answer's stems from which a foreign lead may hold it too
LONGEST = 130  # words of a lead


async def build(
    leads: Sequence[Lead], asked: Sequence[Asked], *, parts: Path, embed: Embed, seed: int
) -> list[Passage]:
    """Rows in a random order, the same for the same seed, leads and questions. `leads` are those of a split."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    near = Nearest(leads, parts)
    rows = [passage for one in asked for passage in passages_of(one, rng)]
    strange = [(one.question, " ".join(one.right)) for one in asked if rng.random() < FOREIGN.get(one.kind, 0.2)]
    own = list(_own(leads, rng))
    rows += [passage for passage, _ in own]
    strange += [(passage.question, answer) for passage, answer in own if answer and rng.random() < 0.35]
    count = int(PRIVATE * len(rows))
    strange += [(private(rng), "") for _ in range(count)]
    rounds = [(passage, answer) for passage, answer in own if passage.right and rng.random() < ROUNDS]
    vectors = await embed([passage.question for passage, _ in rounds])
    for (passage, answer), vector in zip(rounds, vectors, strict=True):
        rows += near.round(passage, vector, answer, rng)
    vectors = await embed([question for question, _ in strange])
    for (question, answer), vector in zip(strange, vectors, strict=True):
        rows += [
            _passage(question, lead, (), "private" if not answer else "foreign")
            for lead in near.wrong(vector, question, answer, rng)
        ]
    rng.shuffle(rows)
    return rows


class Nearest:
    """Finds leads near a question that do not hold its answer."""

    def __init__(self, leads: Sequence[Lead], parts: Path) -> None:
        import numpy as np

        from research_agent_devtools.samples.leads import read_leads

        every = read_leads(parts)
        keep = {lead.title for lead in leads}
        rows = [at for at, lead in enumerate(every) if lead.title in keep]
        self._leads = [every[at] for at in rows]
        self._vectors = np.load(parts / FOLDER / VECTORS)[:, rows, :]

    def wrong(
        self,
        vector: NDArray[np.float32],
        question: str,
        answer: str,
        rng: random.Random,
        *,
        share: float = 0.35,
        most: int = 2,
    ) -> list[Lead]:
        """A few of the nearest leads, at random; none that holds the answer's words or is the thing asked for."""
        import numpy as np

        cosines = np.maximum(self._vectors[0] @ vector, self._vectors[1] @ vector)
        stems = set(content_stems(answer)) - set(content_stems(question))
        found = []
        for at in np.argsort(-cosines)[:12]:
            lead = self._leads[int(at)]
            held = len(stems & set(content_stems(lead.text))) / len(stems) if stems else 0.0
            if lead.sentences and held < HELD and not (answer and answer.startswith(lead.text[:60])):
                found.append(lead)
        first = [lead for lead in found[: 3 * most] if rng.random() < share]
        return first[:most]

    def round(self, passage: Passage, vector: NDArray[np.float32], answer: str, rng: random.Random) -> list[Passage]:
        """
        The sentence that answers among the most alike of the nearest leads that do not, each under its title.

        So are the best sentences of several passages read once more, together. Half of the rows lack the answer.
        """
        asked = set(content_stems(passage.question))
        wrong = []
        for lead in self.wrong(vector, passage.question, answer, rng, share=0.7, most=6):
            if lead.title != passage.title:
                like = [
                    (len(asked & set(content_stems(f"{lead.title} {one}"))), -at)
                    for at, one in enumerate(lead.sentences)
                ]
                wrong.append(f"{lead.title}: {lead.sentences[-max(like)[1]]}")
        others = [at for at in range(len(passage.sentences)) if at not in passage.right]
        wrong += [f"{passage.title}: {passage.sentences[at]}" for at in others[: rng.randint(0, 2)]]
        if len(wrong) < 2:
            return []
        right = [f"{passage.title}: {passage.sentences[at]}" for at in passage.right[:1]]
        rows = []
        for held in (True, False) if rng.random() < 0.4 else (True,):
            chosen = [(text, True) for text in right if held] + [(text, False) for text in wrong]
            words = 0
            kept = []
            for text, is_right in chosen:
                words += len(text.split())
                if words <= LONGEST or is_right:
                    kept.append((text, is_right))
            rng.shuffle(kept)
            places = tuple(at for at, (_, is_right) in enumerate(kept) if is_right)
            rows.append(Passage(passage.question, "", tuple(text for text, _ in kept), places, f"round {passage.kind}"))
        return rows


def _own(leads: Sequence[Lead], rng: random.Random) -> Iterator[tuple[Passage, str]]:
    """Questions of the leads with the lead itself, and the words of the answer, "" when it has none."""
    namesakes: defaultdict[str, list[Lead]] = defaultdict(list)
    for lead in leads:
        for word in unqualified(lead.title).casefold().split():
            namesakes[word].append(lead)
    for lead in leads:
        if not lead.sentences:
            continue
        asked = [*facts(lead, rng), *superlatives(lead, rng)]
        if rng.random() < 0.55:
            asked.append(definition(lead, rng))
        for question in asked:
            passage = _passage(question.text, lead, question.right, question.kind)
            if len(passage.right) < len(question.right):
                continue  # the sentence that answers was cut off
            answer = " ".join(passage.sentences[at] for at in passage.right)
            yield passage, answer
            if question.kind == "definition" and len(unqualified(lead.title).split()) == 1:
                others = [
                    one
                    for one in namesakes[unqualified(lead.title).casefold()]
                    if one is not lead and one.sentences and unqualified(one.title) != unqualified(lead.title)
                ]
                for other in rng.sample(others, min(len(others), 2)):
                    yield _passage(question.text, other, (), "namesake"), ""


def _passage(question: str, lead: Lead, right: Sequence[int], kind: str) -> Passage:
    sentences: list[str] = []
    words = 0
    for sentence in lead.sentences:
        words += len(sentence.split())
        if words > LONGEST and sentences:
            break
        sentences.append(sentence)
    places = tuple(at for at in right if at < len(sentences))
    return Passage(question, lead.title, tuple(sentences), places, kind)
