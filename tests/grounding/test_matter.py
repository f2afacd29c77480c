"""Health and money by meaning, figures by form: rows that the thresholds were not chosen on."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from research_agent.encoders.embedder import open_embedder
from research_agent.grounding.matter import examples, find_matters, shipped_vectors, states_figure
from research_agent.settings import Settings

HEALTH = """
Apple cider vinegar dissolves gallstones overnight.
Call an ambulance if somebody's face droops on one side.
The blood thinner must be stopped a week before surgery.
Newborns lose some weight in their first days.
Honey eases a cough at night.
Gluten causes inflammation in everyone.
The patch releases nicotine through the skin for a day.
About one in ten women has endometriosis.
Grapefruit changes how the heart drug works.
Ticks can transmit Lyme disease.
Magnesium at bedtime ends leg cramps.
The mould in the cellar makes people ill.
Men over fifty should have their prostate checked.
Hair grows back after the chemotherapy.
The oil heals burns without leaving scars.
Do not give aspirin to children with the flu.
"""
MONEY = """
The broker takes 0.2 percent of each trade.
Widows keep 60 percent of their husband's pension.
The electric car sells for less than 20,000 dollars.
The game studio was bought for 7 billion dollars.
You can write off a home office against your taxes.
Unemployed people receive benefits for up to a year.
The annual pass costs 89 euros and pays off after four visits.
House prices have doubled since 2010.
The coin is a safe investment with guaranteed returns.
Buyers get a refund within 14 days.
Teachers earn more there than anywhere else in Europe.
The hotel adds a fee for every night.
Borrowers with a poor credit score pay more interest.
Farmers are paid for every hectare they leave fallow.
The bank went bankrupt and its customers lost their savings.
"""
FIGURES = """
The canal is 82 kilometres long.
The crater measures 180 kilometres from rim to rim.
The dam holds back 9,300,000 litres of water.
The tree is 31 metres tall.
The laptop weighs 1.4 kg.
Wind turbines supply 47% of the electricity.
The engine runs at 3,000 revolutions a minute.
The ferry takes forty minutes.
The stadium seats 81,365 spectators.
The processor draws 65 W.
"""
NEITHER = """
The painter moved to Paris as a young man.
The abbey was founded in 1098.
The two rivers meet below the town.
The play is still performed every summer.
The senate rejected the bill.
The browser blocks trackers by default.
Wolves live in packs.
The coin shows the head of the emperor.
The captain scored twice in the final.
The archipelago has no airport.
The roof is covered with copper.
The keyboard can be detached.
The border follows the watershed.
The film won a prize in Venice.
The old road crosses the pass.
The collection of letters is kept in the archive.
In the series he plays a surgeon.
The licence allows anybody to copy the code.
The comet was seen again in 1986.
The cake is decorated with cherries and cream.
The patient spider waits in its web.
"""
ROWS = [
    (sentence, matter)
    for matter, sentences in (("health", HEALTH), ("money", MONEY), ("figure", FIGURES), (None, NEITHER))
    for sentence in sentences.strip().splitlines()
]


@pytest.mark.parts
@pytest.mark.anyio
async def test_what_a_claim_is_about_is_told_by_meaning(parts_home: Path) -> None:
    """At most 5 of 62 rows wrong; no sentence about neither, and no mere figure, is called a matter of health."""
    async with open_embedder(Settings.of(home=parts_home, workers=1)) as embedder:
        found = await find_matters([sentence for sentence, _ in ROWS], embedder.embed)
        vectors = await embedder.embed(examples()[1][:8])
    wrong = [(sentence, matter, told) for (sentence, matter), told in zip(ROWS, found, strict=True) if told != matter]
    assert len(wrong) <= 5, wrong
    assert not [row for row in wrong if row[1] in ("figure", None) and row[2] == "health"]
    # Of other examples, or another model: run research_agent_devtools.samples.matter_vectors.
    assert float(np.min(np.sum(vectors * shipped_vectors()[:8], axis=1))) > 0.98
    # The twin goes by words: to it a surgeon of a series is health, and a coin of an emperor money.
    twin = {"surgeon", "patient", "coin", "prize"}
    misled = [
        sentence for sentence, matter in ROWS if matter is None and twin & set(sentence.lower().strip(".").split())
    ]
    assert misled


@pytest.mark.parametrize("text", ["1," * 4_000, "USD" + "1" * 8_000 + "a"])
def test_a_long_row_of_digits_takes_no_time(text: str) -> None:
    began = time.process_time()
    states_figure(text)
    assert time.process_time() - began < 1.0  # of the second one's two seconds, when it was looked at over and over
