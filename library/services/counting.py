"""Add up what a listener's plays, likes, top lists and playlists say of each track."""

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.models import User
from library.imports.limits import LISTEN_MS
from library.models import LibraryRevision, LibraryTrack, OwnPlaylistTrack, Play, SavedTrack, TopTrack

TRACKS_AT_ONCE = 1000

_COUNTED = (
    "plays",
    "listens",
    "ms_played",
    "first_played_at",
    "last_played_at",
    "last_listen_at",
    "is_liked",
    "liked_at",
    "is_top",
    "in_playlist",
    "has_api_plays",
    "has_download_plays",
)


def count_again(user: User, track_ids: Collection[int]) -> None:
    """Bring the library rows of these tracks up to date; rows that nothing speaks for any more go.

    Call it in the transaction that changed something, with the library held.
    """
    wanted = sorted(set(track_ids))
    for start in range(0, len(wanted), TRACKS_AT_ONCE):
        _count_some(user, wanted[start : start + TRACKS_AT_ONCE])
    revise(user)


def revise(user: User) -> None:
    """The library is another one now. Call it in the transaction that changes it, with the library held."""
    LibraryRevision.objects.bulk_create(
        [LibraryRevision(user_id=user.pk, token=uuid.uuid4())],
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["token"],
    )


def count_whole_library(user: User) -> int:
    """Bring every row up to date, for instance after an import. The number of tracks looked at."""
    track_ids = _all_track_ids(user)
    count_again(user, track_ids)
    return len(track_ids)


def _all_track_ids(user: User) -> set[int]:
    sources: Iterable[QuerySet[Any]] = (
        Play.objects.filter(user=user),
        SavedTrack.objects.filter(user=user),
        TopTrack.objects.filter(user=user),
        OwnPlaylistTrack.objects.filter(playlist__user=user),
        LibraryTrack.objects.for_user(user),
    )
    found: set[int] = set()
    for rows in sources:
        found.update(rows.order_by().values_list("track_id", flat=True).distinct())
    return found


def _count_some(user: User, track_ids: list[int]) -> None:
    rows: dict[int, LibraryTrack] = {}
    _count_plays(user, track_ids, rows)
    for track_id, added_at in SavedTrack.objects.filter(user=user, track__in=track_ids).values_list(
        "track_id", "added_at"
    ):
        row = _row_of(user, track_id, rows)
        row.is_liked, row.liked_at = True, added_at
    for track_id in TopTrack.objects.filter(user=user, track__in=track_ids).values_list(
        "track_id", flat=True
    ):
        _row_of(user, track_id, rows).is_top = True
    entries = OwnPlaylistTrack.objects.filter(playlist__user=user, track__in=track_ids)
    for track_id in entries.values_list("track_id", flat=True).distinct():
        _row_of(user, track_id, rows).in_playlist = True
    _write(user, track_ids, rows)


def _count_plays(user: User, track_ids: list[int], rows: dict[int, LibraryTrack]) -> None:
    is_listen = Q(ms_played=None) | Q(ms_played__gte=LISTEN_MS)
    is_api = Q(source=Play.Source.API)
    sums = (
        Play.objects.for_user(user)
        .filter(track__in=track_ids)
        .order_by()
        .values("track_id")
        .annotate(
            n=Count("pk"),
            n_listens=Count("pk", filter=is_listen),
            n_api=Count("pk", filter=is_api),
            ms=Coalesce(Sum("ms_played"), 0),
            first_at=Min("played_at"),
            last_at=Max("played_at"),
            listened_at=Max("played_at", filter=is_listen),
        )
    )
    for found in sums:
        row = _row_of(user, found["track_id"], rows)
        row.plays, row.listens, row.ms_played = found["n"], found["n_listens"], found["ms"]
        row.first_played_at, row.last_played_at = found["first_at"], found["last_at"]
        row.last_listen_at = found["listened_at"]
        row.has_api_plays = found["n_api"] > 0
        row.has_download_plays = found["n"] > found["n_api"]


def _row_of(user: User, track_id: int, rows: dict[int, LibraryTrack]) -> LibraryTrack:
    return rows.setdefault(track_id, LibraryTrack(user_id=user.pk, track_id=track_id))


def _write(user: User, track_ids: list[int], rows: dict[int, LibraryTrack]) -> None:
    LibraryTrack.objects.bulk_create(
        [rows[track_id] for track_id in sorted(rows)],
        update_conflicts=True,
        unique_fields=["user", "track"],
        update_fields=list(_COUNTED),
    )
    gone = [track_id for track_id in track_ids if track_id not in rows]
    if gone:
        LibraryTrack.objects.for_user(user).filter(track__in=gone).delete()
