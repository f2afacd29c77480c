"""What the product itself takes of a turn: all that is neither waiting for a source nor for the model."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import count

from research_agent.pipeline import research
from research_agent.runtime import open_runtime
from research_agent.settings import load_settings
from research_agent.testing import FakeChat, FakeSource
from research_agent.types import Document, Span
from research_agent_devtools.benchmarks.article_leads import leads
from research_agent_devtools.benchmarks.homes import a_home, without_parts
from research_agent_devtools.benchmarks.measurement import Result, Row, Run, at_most, interleave, measured
from research_agent_devtools.benchmarks.outside_world import answer_of

DELAYS = (0.1, 0.2, 0.3)
EACH = 4  # documents of a source
# A turn about each, so that none finds the vectors of an earlier one.
SUBJECTS = """
    photosynthesis volcano bridge penicillin opera glacier democracy bicycle whale calculus silk printing earthquake
    submarine jazz bacteria pyramid insulin telescope chess cathedral tsunami cotton gravity orchid parliament vaccine
    coffee zinc saxophone desert hormone steel novel eclipse river gold judo tiger castle algebra honey radar rice
    laser piano
""".split()


def dealt_out(documents: Sequence[Document], delays: Sequence[float]) -> list[FakeSource]:
    """The documents dealt out to a source for each delay."""
    return [FakeSource(f"source{n}", documents[n :: len(delays)], delay=delay) for n, delay in enumerate(delays)]


async def own_overhead(run: Run) -> Result:
    chat = FakeChat(replies=(partial(answer_of, words=80),))
    turns = [
        (f"What is known about the {about}?", dealt_out(leads(about, EACH * len(DELAYS)), DELAYS)) for about in SUBJECTS
    ]
    with a_home() as home:
        settings, sessions = load_settings({}, home=home), count()
        async with open_runtime(settings, sources=[], chat=chat) as runtime:

            async def ours() -> dict[str, float]:
                number = next(sessions)
                question, runtime.sources = turns[number]
                runtime.named = [source.name for source in runtime.sources]
                answer = await research(question, session=f"s{number}", runtime=runtime)
                assert len(answer.sources) == len(DELAYS), answer.sources
                assert answer.citations, answer
                spans = [span for span in answer.spans if span.lane == "stage"]
                return {"overhead": answer.timings["total"] - max(DELAYS), **_stages(spans)}

            samples = await interleave(run.pick(10, 40), {"ours": ours}, warm=2)
    result = Result()
    result.add(samples)
    mine = samples["ours"]
    result.lines = [
        measured("own overhead of a turn", mine, key="overhead", unit="ms", scale=1000, goal=at_most(120, "ms")),
        measured("its CPU", mine, key="cpu", unit="ms", scale=1000),
    ]
    result.notes = [
        f"Three sources of {', '.join(map(str, DELAYS))} s with {EACH} documents each (leads of the encyclopedia), a "
        f"model that answers at once; the critical path is the slowest source, {max(DELAYS)} s, and the overhead is "
        "the wall time beyond it. Stages may overlap each other and the fetch, so theirs do not add up to it.",
    ]
    return result


def _stages(spans: Sequence[Span]) -> dict[str, float]:
    """Seconds of each stage."""
    told: dict[str, float] = {}
    for span in spans:
        told[span.name] = told.get(span.name, 0.0) + span.end - span.start
    return told


ROWS = [
    Row(
        name="overhead",
        title="What the product itself takes",
        about="Wall time of a turn beyond its critical path: splitting, embedding, ranking, checking, storing.",
        run=own_overhead,
        needs=without_parts,
    )
]
