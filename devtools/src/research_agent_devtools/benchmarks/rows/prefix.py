"""What the embedded model saves when a prompt begins as the last one did."""

from __future__ import annotations

from contextlib import aclosing
from itertools import count

from research_agent import llm, prompts
from research_agent.settings import load_settings
from research_agent.stages.split import split
from research_agent.types import Evidence
from research_agent_devtools.benchmarks.article_leads import leads
from research_agent_devtools.benchmarks.homes import PARTS, a_home
from research_agent_devtools.benchmarks.measurement import Result, Row, Run, at_least, compared, interleave
from research_agent_devtools.kernel.processor_time import family_seconds

ABOUT = "river mountain ocean volcano"
QUESTIONS = ("What is a river?", "What is a mountain?", "What is an ocean?")


async def repeated_prefix(run: Run) -> Result:
    rounds, asked = count(), count()
    passages = split(leads(ABOUT, 60), question=QUESTIONS[0])
    shown: list[Evidence] = []

    with a_home() as home:
        settings = load_settings({}, home=home, model="llamacpp:smollm2")
        choice = await llm.choose_model(settings)
        assert choice is not None
        async with llm.open_chat(choice, settings) as chat:

            async def first_token() -> dict[str, float]:
                prompt = prompts.synthesis(QUESTIONS[next(asked) % len(QUESTIONS)], shown)
                start = family_seconds()
                async with aclosing(llm.stream(chat, prompt, max_tokens=4, timeout=120)) as pieces:
                    await anext(pieces)
                    told = {"CPU to first token": family_seconds() - start}
                    async for _ in pieces:  # to its end: what it still does is not the next side's
                        pass
                return told

            async def cold() -> dict[str, float]:
                """Evidence in an order that no prompt had before: the prefix ends at the first line of it."""
                start = 6 * next(rounds) % (len(passages) - 8)
                shown[:] = [Evidence(f"e{n}", passage, 1.0) for n, passage in enumerate(passages[start : start + 6], 1)]
                return await first_token()

            samples = await interleave(run.pick(3, 9), {"a new prefix": cold, "the same prefix": first_token})
            tokens = sum(await llm.count_tokens(chat, [prompts.synthesis(QUESTIONS[0], shown).user]))
    result = Result()
    result.add(samples)
    line = compared(
        "CPU to the first token, same prefix", samples["the same prefix"], samples["a new prefix"],
        key="CPU to first token", is_="a new prefix", upside_down=True, goal=at_least(10),
    )  # fmt: skip
    result.lines = [line]
    result.notes = [
        f"The embedded model, prompts as the product makes them of six passages ({tokens} tokens the last); the "
        "question stands last and changes each time. CPU is that of this process and of the model's, which the "
        "kernel counts in steps of 10 ms."
    ]
    return result


def _needs() -> str:
    return "" if (PARTS / "smollm2").is_dir() else "the embedded parts are missing; run: make parts"


ROWS = [
    Row(
        name="prefix",
        title="A prompt that begins like the last one",
        about="Processor time to the first token when evidence is asked of again, against evidence that is new.",
        run=repeated_prefix,
        needs=_needs,
    )
]
