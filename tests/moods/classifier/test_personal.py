"""A listener's corrections move that listener's moods, and only when they help."""

import json

import numpy as np
import pytest

from moods.classifier.personal import (
    NO_OFFSET,
    PersonalOffset,
    apply_personal,
    fit_personal,
    target_row,
)

UNKNOWN = float("nan")


def corrected(n, *, seed=0):
    """Songs whose listener calls happy what has much of feature 1, the model knowing nothing of it."""
    rng = np.random.default_rng(seed)
    z = rng.normal(0, 1, (n, 13))
    happy = z[:, 1] > 0
    targets = np.stack([target_row(frozenset({"happy" if h else "sad"})) for h in happy])
    return np.full((n, 6), 0.5), z, targets, happy


def test_correction_says_that_the_opposite_is_wrong():
    assert target_row(frozenset({"calm"})).tolist() == pytest.approx(
        [UNKNOWN, UNKNOWN, 0, 1, UNKNOWN, UNKNOWN], nan_ok=True
    )


def test_correction_says_nothing_more_than_that_a_mood_is_wrong():
    assert target_row(frozenset(), frozenset({"angry"})).tolist() == pytest.approx(
        [UNKNOWN] * 4 + [0, UNKNOWN], nan_ok=True
    )


def test_offset_learns_what_the_listener_hears():
    probabilities, z, targets, _ = corrected(60)
    unseen, z_unseen, _, happy = corrected(200, seed=1)

    offset = fit_personal(probabilities, z=z, targets=targets)
    moved = apply_personal(offset, probabilities=unseen, z=z_unseen)

    assert ((moved[:, 0] > moved[:, 1]) == happy).mean() > 0.85


def test_offset_moves_only_the_bias_when_corrections_are_few():
    probabilities, z, _, _ = corrected(3)
    targets = np.tile(target_row(frozenset({"happy"})), (3, 1))

    offset = fit_personal(probabilities, z=z, targets=targets)

    assert offset.features.tolist() == np.zeros((6, 13)).tolist()
    assert offset.bias[0] > 0 > offset.bias[1]
    assert offset.bias[2:].tolist() == [0, 0, 0, 0]


def test_offset_is_dropped_when_it_would_not_foretell_corrections():
    probabilities, z, targets, _ = corrected(4)
    targets[:, 0] = [1, 0, 1, 0]

    assert fit_personal(probabilities, z=z, targets=targets).bias[0] == 0


def test_offset_is_nothing_when_only_songs_of_unknown_mood_are_corrected():
    offset = fit_personal(
        np.full((1, 6), np.nan), z=np.zeros((1, 13)), targets=target_row(frozenset({"sad"}))[None]
    )

    assert offset.as_json() == NO_OFFSET.as_json()


def test_moods_stay_as_they_are_without_corrections():
    probabilities = np.array([[0.2, 0.3, 0.4, 0.5, 0.6, 0.7], [np.nan] * 6])

    moved = apply_personal(NO_OFFSET, probabilities=probabilities, z=np.full((2, 13), np.nan))

    assert moved == pytest.approx(probabilities, nan_ok=True)


def test_offset_is_the_same_when_stored_and_read():
    probabilities, z, targets, _ = corrected(30)
    offset = fit_personal(probabilities, z=z, targets=targets)

    again = PersonalOffset.from_json(json.loads(json.dumps(offset.as_json())))

    assert again.as_json() == offset.as_json()
