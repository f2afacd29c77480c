import numpy as np
import pytest

from helpers.linked_passages import entries, vectors_of
from research_agent.deep_research.fusion import OWN, STEP, Own, Step, features, scores
from research_agent.deep_research.residual_hop import rest_of

QUESTION = "When did the wife of Odo Marwick die?"
FILM, MAKER, SINGER = 0, 1, 2


def test_features_say_what_an_entry_holds_and_what_a_step_gains() -> None:
    found = entries()
    rest = rest_of(QUESTION, found[MAKER], (found[SINGER],))
    vector = vectors_of([QUESTION])[0]

    made = features(QUESTION, vector, found, [found[MAKER]], found[1:4], [rest], vectors_of([rest.searched]))

    assert made.own[:, 2].tolist() == [0, 1, 0, 0, 0, 0]
    assert made.own[MAKER, 1] > made.own[SINGER, 1] > 0
    step = Step(*made.steps[0, SINGER])
    assert step.link == 1
    assert step.gain > 0
    assert step.names > 0
    assert Step(*made.steps[0, FILM]).gain == 0
    assert made.own[:4, 3].tolist() == pytest.approx([0, 1, 0.5, 0.2075], abs=1e-3)
    assert made.steps[0, MAKER].tolist() == [0, 0, 0, 0, 1]


def test_a_way_from_an_origin_lifts_what_it_leads_to() -> None:
    found = entries()
    vector = vectors_of([QUESTION])[0]
    rest = rest_of(QUESTION, found[MAKER], (found[SINGER],))
    searched = vectors_of([rest.searched])

    def order(own: Own, step: Step) -> list[int]:
        made = features(QUESTION, vector, found, [], [], [rest], searched)
        return [int(at) for at in np.argsort(-scores(made, own, Own(1, 0, 0, 0), step))]

    assert order(OWN, STEP).index(SINGER) < order(OWN, Step(0, 0, 0, 0, 0)).index(SINGER)


def test_without_origins_an_entry_counts_alone() -> None:
    found = entries()
    made = features(QUESTION, vectors_of([QUESTION])[0], found, [], [])

    assert made.steps.shape == (0, 6, 5)
    assert np.allclose(scores(made, Own(1, 0, 0, 0)), made.own[:, 0])


def test_rarity_is_the_collections_where_it_tells_it() -> None:
    found, vector = entries(), vectors_of([QUESTION])[0]

    told = features(QUESTION, vector, found, [], [], rarities={"odo": 9.0})
    counted = features(QUESTION, vector, found, [], [])

    assert told.own[MAKER, 1] > counted.own[MAKER, 1] > 0
    assert told.own[SINGER, 1] < counted.own[SINGER, 1]
