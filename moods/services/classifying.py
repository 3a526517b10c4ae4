"""Work out moods from what is known, keep them, and do it again when more is known or the model changes."""

import math
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db import transaction

from moods.classifier.explain import PARTS, contribution_matrix
from moods.classifier.inputs import Inputs
from moods.classifier.model import Model, load_model
from moods.classifier.scores import Scores, logit
from moods.classifier.taxonomy import AXES, FEATURES, MOODS
from moods.models import TrackMood
from moods.services.gathering import Known, as_inputs, gather
from moods.services.holding import hold_moods
from moods.services.stamping import restamp_owners

AT_ONCE = 400
REASONS_KEPT = 3
"""The three contributions that decided are enough to say why (moods.classifier.explain)."""

VERSIONS_KEPT = 10
_NUMBERS = (
    *(f"{axis}{bound}" for axis in AXES for bound in ("", "_low", "_high")),
    *(f"p_{mood}" for mood in MOODS),
)
_WRITTEN = (
    *("mood", *_NUMBERS, "inputs", "evidence", "model_version"),
    *("scored_at", "history", "standardised", "is_stale"),
)


def current_model() -> Model:
    """The model that this installation uses (MOOD_MODEL)."""
    return load_model(settings.MOOD_MODEL)


def classify_tracks(track_ids: Collection[int], *, now: datetime) -> dict[str, int]:
    """Score these tracks with all that is known now; of how many, and how many of them are known."""
    counts = {"scored": 0, "known": 0}
    wanted = sorted(set(track_ids))
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        counts["known"] += _classify_some(some, now=now)
        counts["scored"] += len(some)
    return counts


def classify_stale(*, now: datetime, at_most: int = AT_ONCE) -> dict[str, int]:
    """Score a batch of what is stale: new evidence or an older model. Zeros where nothing is."""
    stale = TrackMood.objects.stale(current_model().version).order_by("pk")
    return classify_tracks(list(stale.values_list("track_id", flat=True)[:at_most]), now=now)


def anything_stale() -> bool:
    """Whether a track waits to be scored again."""
    return TrackMood.objects.stale(current_model().version).exists()


def mark_stale(track_ids: Collection[int]) -> None:
    """Have these tracks scored soon; one that has no mood yet is unknown until then."""
    with transaction.atomic():
        hold_moods()
        TrackMood.objects.bulk_create(
            [TrackMood(track_id=track_id, is_stale=True) for track_id in sorted(track_ids)],
            update_conflicts=True,
            unique_fields=["track"],
            update_fields=["is_stale"],
        )


def _classify_some(track_ids: Sequence[int], *, now: datetime) -> int:
    with transaction.atomic():
        # Held before the evidence is read: what is learnt meanwhile marks the rows stale afterwards.
        hold_moods()
        stored = {row.track_id: row for row in TrackMood.objects.of_tracks(track_ids)}
        known = gather(track_ids)
        rows = [stored.get(track_id) or TrackMood(track_id=track_id) for track_id in track_ids]
        _score(rows, known, now=now)
        TrackMood.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["track"], update_fields=list(_WRITTEN)
        )
        restamp_owners(track_ids)
    return sum(row.known for row in rows)


def _score(rows: Sequence[TrackMood], known: Sequence[Known], *, now: datetime) -> None:
    model, inputs = current_model(), as_inputs(known)
    scores, seen = model.score(inputs), model.standardise(inputs).astype(np.float16)
    reasons = _reasons(model, inputs, scores)
    moods = scores.main_moods
    for index, row in enumerate(rows):
        _remember(row, model.version)
        row.mood, row.model_version, row.scored_at, row.is_stale = moods[index], model.version, now, False
        _fill(row, scores, index)
        row.inputs = list(scores.sources_used(index))
        row.evidence = {**reasons[index], "sources": dict(known[index].sources)} if row.known else {}
        row.standardised = seen[index].tobytes()


def _fill(row: TrackMood, scores: Scores, index: int) -> None:
    numbers: dict[str, npt.NDArray[np.float64]] = {name: getattr(scores, name) for name in _NUMBERS[:6]}
    numbers |= {f"p_{mood}": scores.probabilities[:, column] for column, mood in enumerate(MOODS)}
    for name, values in numbers.items():
        setattr(row, name, _number(values[index]) if row.known else None)


def _remember(row: TrackMood, version: str) -> None:
    """Keep one line on what an older model said."""
    if row.model_version and row.model_version != version:
        line = {"version": row.model_version, "mood": row.mood, "at": row.scored_at.isoformat()}
        row.history = [*row.history, line][-VERSIONS_KEPT:]


def _reasons(model: Model, inputs: Inputs, scores: Scores) -> list[dict[str, Any]]:
    """Of each song the likeliest mood for its size, and what spoke for and against it most.

    A part is (name, value, log-odds, distance from typical in standard deviations); names are those of
    `moods.classifier.explain.PARTS`.
    """
    margins = logit(scores.probabilities) - logit(scores.thresholds)
    leading = np.nan_to_num(margins).argmax(axis=1)
    parts = contribution_matrix(model.weights, inputs=inputs, outputs=leading + len(AXES))
    z = model.weights.audio.basis.standardise(inputs.features)
    return [
        {
            "mood": MOODS[leading[row]],
            "parts": [_part(part, parts[row], inputs.features[row], z[row]) for part in _largest(parts[row])],
            "genres": list(inputs.genres[row][:REASONS_KEPT]),
        }
        for row in range(len(inputs))
    ]


def _largest(parts: npt.NDArray[np.float64]) -> list[int]:
    order = np.argsort(-np.abs(parts[1:]), kind="stable") + 1
    return [int(part) for part in order[:REASONS_KEPT] if abs(parts[part]) > 1e-6]


def _part(
    part: int,
    given: npt.NDArray[np.float64],
    features: npt.NDArray[np.float64],
    z: npt.NDArray[np.float64],
) -> list[Any]:
    name = PARTS[part]
    if name not in FEATURES:
        return [name, None, round(float(given[part]), 4), None]
    column = FEATURES.index(name)
    return [name, _number(features[column]), round(float(given[part]), 4), _number(z[column])]


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 4)
