"""Add new plays to what a listener's library rows add up, without counting the old ones again."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection

from accounts.models import User
from library.imports.limits import LISTEN_MS
from library.models import LibraryTrack
from library.services.counting import revise
from library.services.importing.inserting import Values, places, quoted, table_of

_SUMS = ("plays", "listens", "ms_played")
_COLUMNS = (
    "user_id",
    "track_id",
    *_SUMS,
    "first_played_at",
    "last_played_at",
    "last_listen_at",
    "has_download_plays",
    "has_api_plays",
    "is_liked",
    "is_top",
    "in_playlist",
)


class Heard(NamedTuple):
    """One new play of a track: when it ended, as the database takes it, and how long it was."""

    track_id: int
    played_at: Any
    ms_played: int


def add_to_library(user: User, plays: Iterable[Heard]) -> None:
    """Add `plays` of a download to the library rows of their tracks, in one statement.

    The outcome is that of `library.services.counting.count_again` at the price of the new plays
    only. Call it in the transaction that inserts them, with the library held.
    """
    by_track: dict[int, list[Heard]] = {}
    for play in plays:
        by_track.setdefault(play.track_id, []).append(play)
    rows = [_row(user.pk, track_id, heard) for track_id, heard in sorted(by_track.items())]
    with connection.cursor() as cursor:
        cursor.executemany(_statement(), rows)
    revise(user)


def _row(user_id: int, track_id: int, heard: list[Heard]) -> Values:
    moments = [play.played_at for play in heard]
    listened = [play.played_at for play in heard if play.ms_played >= LISTEN_MS]
    return (
        user_id,
        track_id,
        len(heard),
        len(listened),
        sum(play.ms_played for play in heard),
        min(moments),
        max(moments),
        max(listened, default=None),
        True,
        False,
        False,
        False,
        False,
    )


def _statement() -> str:
    table = table_of(LibraryTrack)
    changes = [f"{column} = {table}.{column} + excluded.{column}" for column in _SUMS]
    changes += [
        _later(table, "first_played_at", than="<"),
        _later(table, "last_played_at", than=">"),
        _later(table, "last_listen_at", than=">"),
        "has_download_plays = excluded.has_download_plays",
    ]
    return (
        f"INSERT INTO {table} ({quoted(_COLUMNS)}) VALUES ({places(_COLUMNS)}) "  # noqa: S608  # Our own names.
        f"ON CONFLICT (user_id, track_id) DO UPDATE SET {', '.join(changes)}"
    )


def _later(table: str, column: str, *, than: str) -> str:
    """The new moment where there was none, or where it lies `than` the old one."""
    return (
        f"{column} = CASE WHEN {table}.{column} IS NULL OR excluded.{column} {than} {table}.{column} "
        f"THEN excluded.{column} ELSE {table}.{column} END"
    )
