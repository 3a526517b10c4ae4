"""A whole library's moods as one listener has them: the model's, the listener's offset, corrections."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from accounts.models import User
from library.models import LibraryTrack, Track
from moods.classifier.personal import NO_OFFSET, PersonalOffset, apply_personal, target_row
from moods.classifier.scores import logit
from moods.classifier.taxonomy import FEATURES, MOODS
from moods.models import Correction, PersonalModel, TrackMood
from moods.pictures.states import STATES
from moods.services.classifying import current_model
from moods.services.library_stamp import LibraryStamp, library_stamp
from moods.services.stamping import stamps_of

Floats = npt.NDArray[np.float64]

MIXED, UNKNOWN = STATES.index("mixed"), STATES.index("unknown")
_NUMBERS = (
    *("valence", "valence_low", "valence_high", "arousal", "arousal_low", "arousal_high"),
    *(f"p_{mood}" for mood in MOODS),
)
_NOT_SEEN = np.full(len(FEATURES), np.nan, dtype=np.float16).tobytes()


@dataclass(frozen=True, slots=True, eq=False)
class LibraryMoods:
    """The moods of n tracks, NaN where unknown.

    track_ids: (n,) ascending. valence, arousal: (n,) 0..1, and half their 80 % interval in valence_spread,
    arousal_spread. probabilities: (n, 6) in the order of MOODS; where the listener corrected a track,
    1 and 0, and NaN for what nobody said. masses: (n, 8) in the order of STATES, rows sum to 1: how much of
    a play counts for which mood, mixed or unknown. states: (n,) positions in STATES, the main mood.
    said: by track id what the listener said of it, mood by mood.
    """

    track_ids: npt.NDArray[np.int64]
    valence: Floats
    arousal: Floats
    valence_spread: Floats
    arousal_spread: Floats
    probabilities: Floats
    masses: npt.NDArray[np.float32]
    states: npt.NDArray[np.int8]
    said: Mapping[int, Mapping[str, bool]]

    def __len__(self) -> int:
        return len(self.track_ids)

    def rows_of(self, track_ids: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
        """Where these tracks stand; -1 for those that are not here."""
        if not len(self.track_ids):
            return np.full(len(track_ids), -1, dtype=np.intp)
        places = np.minimum(np.searchsorted(self.track_ids, track_ids), len(self) - 1)
        return np.where(self.track_ids[places] == track_ids, places, -1)

    def of(self, track_ids: Collection[int]) -> "dict[int, ListenerMood]":
        """The moods of these tracks by track id; unknown for those that are not here."""
        wanted = list(track_ids)
        rows = self.rows_of(np.array(wanted, dtype=np.int64))
        return {
            one: _one(self, int(row)) if row >= 0 else _NOTHING_KNOWN
            for one, row in zip(wanted, rows, strict=True)
        }


class MoodKey(NamedTuple):
    """Two equal keys of a listener mean equal moods of an equal library."""

    library: str
    stamp: str
    model_version: str
    use_corrections: bool

    @property
    def is_certain(self) -> bool:
        """Whether what is kept under it can be trusted: not before anything was written."""
        return bool(self.library and self.stamp)


@dataclass(frozen=True, slots=True)
class ListenerMood:
    """One track's mood for one listener. `mood` is one of STATES; the numbers are None where unknown.

    valence_spread, arousal_spread: half the width of the 80 % interval around either. probabilities: by
    mood, None for what is not known. `said` holds the listener's corrections.
    """

    mood: str
    valence: float | None
    valence_spread: float | None
    arousal: float | None
    arousal_spread: float | None
    probabilities: Mapping[str, float | None]
    said: Mapping[str, bool]

    @property
    def known(self) -> bool:
        """Whether anything is known."""
        return self.mood != "unknown"

    @property
    def percent(self) -> int | None:
        """Probability of the main mood in whole percent; None where no mood leads."""
        probability = self.probabilities.get(self.mood)
        return None if probability is None else round(100 * probability)


_NOTHING_KNOWN = ListenerMood(
    mood="unknown",
    valence=None,
    valence_spread=None,
    arousal=None,
    arousal_spread=None,
    probabilities=dict.fromkeys(MOODS),
    said={},
)


def library_moods(user: User) -> LibraryMoods:
    """The moods of every track of the listener's library, from a cache that is never out of date."""
    return library_moods_at(user, mood_key(user), library_stamp(user))


def library_moods_at(user: User, key: MoodKey, library: LibraryStamp) -> LibraryMoods:
    """The same, where the caller has looked already at what they depend on."""
    if not key.stamp:
        return _read_library(user)
    # Plays change far more often than the tracks that were played.
    tracks = (library.tracks, library.track_sum)
    return _cached_library(user, (*tracks, key.stamp, key.model_version, key.use_corrections))


def mood_key(user: User) -> MoodKey:
    """What the listener's moods depend on, in one query."""
    stamps = stamps_of(user)
    return MoodKey(stamps.library, stamps.moods, current_model().version, user.use_corrections)


def moods_for(user: User, tracks: Collection[Track]) -> dict[int, ListenerMood]:
    """The moods of some tracks as the listener has them, by track id."""
    ids = sorted(track.pk for track in tracks)
    said = _corrections(user, ids)
    moods = _with_listener(user, _read_moods(ids), said)
    return moods.of(ids)


def forget_cached_moods() -> None:
    """Empty this process's cache."""
    _cached_library.cache_clear()


@lru_cache(maxsize=8)
def _cached_library(user: User, key: tuple[int | str | bool, ...]) -> LibraryMoods:
    return _read_library(user)


def _read_library(user: User) -> LibraryMoods:
    rows = LibraryTrack.objects.for_user(user).order_by("track_id").values_list("track_id", flat=True)
    ids = list(rows)
    stored = TrackMood.objects.filter(track__library_rows__user=user)
    moods = _arrays(ids, list(stored.values_list("track_id", "standardised", *_NUMBERS)))
    return _with_listener(user, moods, _corrections(user, None))


def _read_moods(track_ids: list[int]) -> tuple[LibraryMoods, Floats]:
    stored = TrackMood.objects.of_tracks(track_ids)
    return _arrays(track_ids, list(stored.values_list("track_id", "standardised", *_NUMBERS)))


def _arrays(track_ids: list[int], stored: list[tuple[object, ...]]) -> tuple[LibraryMoods, Floats]:
    """The model's moods of these tracks (ascending), and their standardised features (n, 13)."""
    ids = np.array(track_ids, dtype=np.int64)
    numbers = np.full((len(ids), len(_NUMBERS)), np.nan)
    seen = np.full((len(ids), len(FEATURES)), np.nan)
    if stored and len(ids):
        places = np.searchsorted(ids, np.array([row[0] for row in stored], dtype=np.int64))
        numbers[places] = np.array([row[2:] for row in stored], dtype=np.float64)
        packed = b"".join(bytes(row[1]) or _NOT_SEEN for row in stored)  # type: ignore[call-overload]
        seen[places] = np.frombuffer(packed, dtype=np.float16).reshape(-1, len(FEATURES))
    probabilities = numbers[:, 6:]
    masses = mood_masses(probabilities)
    moods = LibraryMoods(
        track_ids=ids,
        valence=numbers[:, 0],
        arousal=numbers[:, 3],
        valence_spread=(numbers[:, 2] - numbers[:, 1]) / 2,
        arousal_spread=(numbers[:, 5] - numbers[:, 4]) / 2,
        probabilities=probabilities,
        masses=masses,
        states=masses.argmax(axis=1).astype(np.int8),
        said={},
    )
    return moods, seen


def mood_masses(probabilities: Floats) -> npt.NDArray[np.float32]:
    """Six independent probabilities (n, 6) as shares of one play (n, 8) in the order of STATES.

    A mood weighs what its odds are over those of its threshold, mixed weighs 1: so the heaviest is
    the main mood by the model's own rule. What nobody said of a track weighs nothing.
    """
    margins = logit(probabilities) - logit(current_model().weights.thresholds)
    odds = np.where(np.isnan(margins), 0.0, np.exp(np.nan_to_num(margins)))
    unknown = ~(np.nan_to_num(probabilities) > 0).any(axis=1)
    weights = np.column_stack([odds, np.where(unknown, 0.0, 1.0), np.where(unknown, 1.0, 0.0)])
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float32)


def _with_listener(
    user: User, base: tuple[LibraryMoods, Floats], said: dict[int, dict[str, bool]]
) -> LibraryMoods:
    moods, seen = base
    if not user.use_corrections or not len(moods):
        return replace(moods, said=said)
    offset = offset_of(user)
    if offset is NO_OFFSET and not said:
        return moods
    probabilities = apply_personal(offset, probabilities=moods.probabilities, z=seen)
    targets = _targets(moods, said)
    probabilities = np.where(np.isnan(targets), probabilities, targets)
    masses = mood_masses(probabilities)
    return replace(
        moods,
        probabilities=probabilities,
        masses=masses,
        states=masses.argmax(axis=1).astype(np.int8),
        said=said,
    )


def _targets(moods: LibraryMoods, said: dict[int, dict[str, bool]]) -> Floats:
    targets = np.full((len(moods), len(MOODS)), np.nan)
    ids = np.array(sorted(said), dtype=np.int64)
    for row, track_id in zip(moods.rows_of(ids), ids, strict=True):
        if row >= 0:
            targets[row] = target_of(said[int(track_id)])
    return targets


def target_of(said: dict[str, bool]) -> Floats:
    """What a listener's corrections of one track say of the six moods, (6,): 1, 0 or NaN."""
    return target_row(
        frozenset(mood for mood, applies in said.items() if applies),
        frozenset(mood for mood, applies in said.items() if not applies),
    )


def offset_of(user: User) -> PersonalOffset:
    """The listener's offset from the common model; none where it was fitted on top of another one."""
    personal = PersonalModel.objects.filter(user=user).first()
    if personal is None or personal.is_stale(current_model().version) or not personal.offsets:
        return NO_OFFSET
    return PersonalOffset.from_json(personal.offsets)


def _corrections(user: User, track_ids: list[int] | None) -> dict[int, dict[str, bool]]:
    rows = Correction.objects.for_user(user)
    if track_ids is not None:
        rows = rows.filter(track__in=track_ids)
    said: dict[int, dict[str, bool]] = {}
    for track_id, mood, applies in rows.order_by("pk").values_list("track_id", "mood", "applies"):
        said.setdefault(track_id, {})[mood] = applies
    return said


def _one(moods: LibraryMoods, row: int) -> ListenerMood:
    probabilities = {
        mood: _number(value) for mood, value in zip(MOODS, moods.probabilities[row], strict=True)
    }
    return ListenerMood(
        mood=STATES[moods.states[row]],
        valence=_number(moods.valence[row]),
        valence_spread=_number(moods.valence_spread[row]),
        arousal=_number(moods.arousal[row]),
        arousal_spread=_number(moods.arousal_spread[row]),
        probabilities=probabilities,
        said=moods.said.get(int(moods.track_ids[row]), {}),
    )


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
