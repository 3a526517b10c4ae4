"""The bloom of six petals."""

from math import nan

from moods.pictures.fingerprint import Fingerprint, fingerprint, petal
from moods.pictures.states import ANGLES, is_mood


def test_bloom_is_empty_when_probabilities_are_unknown():
    assert fingerprint([nan] * 6) == Fingerprint("-50 -50 100 100", (), (), "unknown")


def test_petals_are_ranked_when_probabilities_differ():
    picture = fingerprint([0.1, 0.2, 0.9, 0.4, 0.0, 0.3])

    assert ([(one.mood, one.percent) for one in picture.ranked], picture.leading) == (
        [("energetic", 90), ("calm", 40), ("romantic", 30), ("sad", 20), ("happy", 10), ("angry", 0)],
        "energetic",
    )


def test_petal_points_upwards_when_its_mood_is_lively():
    assert petal(ANGLES["energetic"], 1.0) == "M0 0C-22 -15 -22 -50 0 -50C22 -50 22 -15 0 0Z"


def test_petal_stays_a_bud_when_its_mood_is_impossible():
    assert petal(0, 0.0) == "M0 0C2.4 -3.52 8 -3.52 8 0C8 3.52 2.4 3.52 0 0Z"


def test_petal_never_leaves_the_box_when_a_probability_exceeds_one():
    assert petal(0, 1.5) == petal(0, 1.0)


def test_only_the_six_are_moods_when_states_are_asked():
    assert [is_mood(state) for state in ("happy", "romantic", "mixed", "unknown")] == [
        True,
        True,
        False,
        False,
    ]
