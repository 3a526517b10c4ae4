"""Made-up histories: a few favourites much, most songs seldom, by day more than by night."""

from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction

from accounts.models import User
from library.models import Play, SavedTrack
from library.services.counting import count_whole_library
from library.services.importing.inserting import insert_rows
from moods.services.stamping import restamp

Ints = npt.NDArray[np.int64]

PLAYS_PER_DAY = 60
SHARE_SKIPPED = 0.22
"""As in real downloads: more than one play in five ends before thirty seconds."""

LIKED_EVERY = 20
_DAY_S = 86_400
_COLUMNS = ("user_id", "track_id", "played_at", "ms_played", "repeat_no", "source", "skipped")
_AT_ONCE = 20_000
_HOURS = np.array([2, 1, 1, 1, 1, 2, 4, 6, 7, 6, 5, 5, 6, 6, 5, 5, 6, 7, 8, 8, 7, 6, 5, 3], dtype=np.float64)


def make_listener(
    number: int, *, track_ids: list[int], plays: int, until: datetime, rng: np.random.Generator
) -> int | None:
    """One listener with a history, or None where that listener is there already. The number of plays."""
    with transaction.atomic():
        user, created = User.objects.get_or_create(username=f"listener-{number:05d}")
        if not created:
            return None
        user.set_unusable_password()
        user.save(update_fields=["password"])
        _play(user, np.array(track_ids), plays=plays, until=until, rng=rng)
        likes = [SavedTrack(user=user, track_id=track_id, added_at=until) for track_id in track_ids]
        SavedTrack.objects.bulk_create(likes[number % LIKED_EVERY :: LIKED_EVERY], batch_size=_AT_ONCE)
        count_whole_library(user)
        restamp([user.pk])
    return plays


def _play(user: User, track_ids: Ints, *, plays: int, until: datetime, rng: np.random.Generator) -> None:
    moments = _moments(plays, until=until, rng=rng)
    weights = 1 / np.arange(1, len(track_ids) + 1) ** 0.85
    favourites = rng.permutation(track_ids)
    heard = favourites[rng.choice(len(track_ids), size=plays, p=weights / weights.sum())]
    skipped = rng.random(plays) < SHARE_SKIPPED
    lengths = np.where(skipped, rng.integers(1_000, 30_000, plays), rng.integers(30_000, 300_000, plays))
    for first in range(0, plays, _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        values = (
            heard[some].tolist(),
            moments[some].tolist(),
            lengths[some].tolist(),
            skipped[some].tolist(),
        )
        rows = [
            (user.pk, track_id, _stored(moment), length, 0, Play.Source.EXTENDED.value, skip)
            for track_id, moment, length, skip in zip(*values, strict=True)
        ]
        insert_rows(Play, rows, columns=_COLUMNS)


def _moments(plays: int, *, until: datetime, rng: np.random.Generator) -> Ints:
    """Rising seconds since 1970, no two alike, the last before `until`."""
    end = int(until.timestamp())
    days = max(1, plays // PLAYS_PER_DAY)
    hours = rng.choice(24, size=plays, p=_HOURS / _HOURS.sum())
    drawn = end - rng.integers(1, days + 1, plays) * _DAY_S + hours * 3600 + rng.integers(0, 3600, plays)
    places = np.arange(plays)
    rising = np.maximum.accumulate(np.sort(drawn) - places) + places
    moments: Ints = rising - max(0, int(rising[-1]) - end + 1)
    return moments


def _stored(moment: int) -> object:
    stored: object = connection.ops.adapt_datetimefield_value(datetime.fromtimestamp(moment, UTC))
    return stored
