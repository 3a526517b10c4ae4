"""Tells which rows of a download are plays that are already known, from Spotify or a download."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime, timedelta

import msgspec

from library.imports import limits
from library.imports.rows import PlayRow, Precision

NEAR = timedelta(seconds=3)
"""Spotify writes some rows twice, up to this far apart."""
REPORTED_WITHIN = timedelta(minutes=10)
"""Spotify's recently-played stamp is the start or the end of a play, later pauses included."""
START_WITHIN = timedelta(minutes=1)
"""A client left paused writes rows of hours; their stamp can still be the start."""
SEARCH_WITHIN = timedelta(hours=25)
"""Known plays further than this from a row can never match it: the caller need not pass them."""


class KnownPlay(msgspec.Struct, frozen=True, gc=False):
    """A stored play. `ms_played` is None when Spotify's recently-played reported it.

    `played_at` is then its start or its end, nobody knows which; otherwise it is the end.
    """

    played_at: datetime
    ms_played: int | None
    duration_ms: int | None
    spotify_id: str | None
    title: str | None
    artist: str | None
    precision: Precision = Precision.SECOND


_Key = Callable[[PlayRow | KnownPlay], Hashable]
_Test = Callable[[PlayRow, KnownPlay], bool]


def match_known(rows: Sequence[PlayRow], known_plays: Sequence[KnownPlay]) -> list[int | None]:
    """For each row the index in `known_plays` of the same listening, or None if it is new.

    Each known play is claimed by one row at most, so a song heard three times and known twice
    leaves one new play. Going through rows and candidates in the order of time claims as many as
    can be claimed. Equal ids are preferred to equal names, copies to reports. To merge the other
    way round, reported plays into stored rows, call it just so and read the answer backwards.
    """
    claims = _Claims(rows, known_plays)
    claims.claim(_by_id, _is_copy)
    claims.claim(_by_name, _is_copy_by_name)
    claims.claim(_by_id, _is_reported)
    claims.claim(_by_name, _is_reported)
    return claims.of_rows


class _Claims:
    """Which rows have claimed which known plays so far."""

    def __init__(self, rows: Sequence[PlayRow], known_plays: Sequence[KnownPlay]) -> None:
        self.of_rows: list[int | None] = [None] * len(rows)
        self._rows = rows
        self._known = known_plays
        self._free = set(range(len(known_plays)))

    def claim(self, key: _Key, is_same: _Test) -> None:
        """Give each row that has none the earliest free known play of equal key that is the same."""
        candidates = self._candidates(key)
        in_time = sorted(range(len(self._rows)), key=lambda index: self._rows[index].ended_at)
        for index in in_time:
            if self.of_rows[index] is None:
                row = self._rows[index]
                self.of_rows[index] = self._take(row, candidates.get(key(row), []), is_same)

    def _played_at(self, index: int) -> datetime:
        return self._known[index].played_at

    def _candidates(self, key: _Key) -> dict[Hashable, list[int]]:
        found: dict[Hashable, list[int]] = defaultdict(list)
        for index in sorted(self._free, key=self._played_at):
            if (value := key(self._known[index])) is not None:
                found[value].append(index)
        return found

    def _take(self, row: PlayRow, candidates: list[int], is_same: _Test) -> int | None:
        first = bisect_left(candidates, row.ended_at - SEARCH_WITHIN, key=self._played_at)
        for index in candidates[first:]:
            known = self._known[index]
            if known.played_at > row.ended_at + SEARCH_WITHIN:
                return None
            if index in self._free and is_same(row, known):
                self._free.remove(index)
                return index
        return None


def _by_id(play: PlayRow | KnownPlay) -> Hashable:
    return play.spotify_id


def _by_name(play: PlayRow | KnownPlay) -> Hashable:
    return (play.title, play.artist) if play.title and play.artist else None


def _is_copy(row: PlayRow, known: KnownPlay) -> bool:
    if row.ms_played != known.ms_played:
        return False
    if Precision.MINUTE in (row.precision, known.precision):
        return _minute(row.ended_at) == _minute(known.played_at)
    return abs(row.ended_at - known.played_at) <= NEAR


def _is_copy_by_name(row: PlayRow, known: KnownPlay) -> bool:
    # Two ids under one name are two tracks. But the small package tells no id: that of a play
    # known from it was guessed from the names, and may be the album's where this is the single's.
    is_exact = Precision.MINUTE not in (row.precision, known.precision)
    has_both_ids = row.spotify_id is not None and known.spotify_id is not None
    return not (is_exact and has_both_ids) and _is_copy(row, known)


def _is_reported(row: PlayRow, known: KnownPlay) -> bool:
    # Spotify reports no play under 30 s: a skip must not claim the full play that followed it.
    if known.ms_played is not None or row.ms_played < limits.LISTEN_MS:
        return False
    duration = timedelta(milliseconds=known.duration_ms or row.ms_played)
    if abs(row.ended_at - known.played_at) <= max(duration, REPORTED_WITHIN):
        return True
    started_at = row.ended_at - timedelta(milliseconds=row.ms_played)
    return abs(started_at - known.played_at) <= START_WITHIN


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
