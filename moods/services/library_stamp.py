"""Tell whether a listener's plays changed without reading them."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, F, Max, Sum

from accounts.models import User
from library.models import LibraryTrack


class LibraryStamp(NamedTuple):
    """What the rows of a library add up to: two libraries with equal stamps hold the same plays.

    The rows are kept in the transaction that changes a play (library.services.counting), so this is
    never older than the plays. `track_sum` adds up the tracks' primary keys, and `heard_sum` those of
    the tracks of all listens: that tells one track from another.
    """

    tracks: int
    track_sum: int
    listens: int
    ms_played: int
    heard_sum: int
    last_at: datetime | None


def library_stamp(user: User) -> LibraryStamp:
    """The stamp of the listener's library, in one query that an index answers alone."""
    sums = LibraryTrack.objects.for_user(user).aggregate(
        Count("track_id"),
        Sum("track_id", default=0),
        Sum("listens", default=0),
        Sum("ms_played", default=0),
        heard_sum=Sum(F("track_id") * F("listens"), default=0),
        last_at=Max("last_played_at"),
    )
    return LibraryStamp(
        tracks=sums["track_id__count"],
        track_sum=sums["track_id__sum"],
        listens=sums["listens__sum"],
        ms_played=sums["ms_played__sum"],
        heard_sum=sums["heard_sum"],
        last_at=sums["last_at"],
    )
