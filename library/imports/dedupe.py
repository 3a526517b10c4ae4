"""Finds rows that the download holds twice, and leaves real repeats alone."""

from datetime import UTC, datetime

import msgspec

from library.imports.rows import PlayRow, Precision

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEAR_SECONDS = 3
_SECONDS_IN_MINUTE = 60
_LONG_MS = 120_000


class Deduper:
    """Remembers the plays of one download, about 130 bytes each, in whatever order they come.

    A row is a duplicate when a kept one has the same track and `ms_played` and ended at most
    three seconds from it: the same row again, the same row at a file border, or the near copy
    that Spotify writes. Two songs in a row never match, nor does one song twice, because playing
    it takes longer than that. The exception is plays that were offline and got one stamp when
    they were handed in: those differ in `offline_timestamp`, and are kept as repeats.

    Rows of the small package, exact to the minute, are duplicates of an equal row of the same
    minute, also of one in the extended history, which must therefore be read first. Near copies
    may lie on both sides of a full minute: where a play takes two minutes and more, no real one
    ends in the next.

    There is nothing to save for a restart: reading the same rows again rebuilds the same memory.
    """

    def __init__(self, *, remembers_minutes: bool) -> None:
        """Start with nothing seen; `remembers_minutes` when rows of the small package follow."""
        self._remembers_minutes = remembers_minutes
        self._plain: set[int] = set()
        self._stamped: set[int] = set()
        self._stamped_plain: set[int] = set()
        self._minutes: set[int] = set()
        self._repeats: dict[int, int] = {}

    def admit(self, play: PlayRow, *, offline_stamp: int | None) -> PlayRow | None:
        """Return `play`, numbered if it is a real repeat, or None when it is a duplicate.

        `offline_stamp` is the record's `offline_timestamp` and counts only for offline plays.
        """
        if play.precision is Precision.MINUTE:
            return play if self._note_minute(play) else None
        identity = hash((play.spotify_id or (play.title, play.artist), play.ms_played))
        second = _seconds(play.ended_at)
        if play.offline and offline_stamp:
            return self._admit_stamped(play, plain=identity + second, stamp=offline_stamp)
        near = range(identity + second - _NEAR_SECONDS, identity + second + _NEAR_SECONDS + 1)
        if not (self._plain.isdisjoint(near) and self._stamped_plain.isdisjoint(near)):
            return None
        self._plain.add(identity + second)
        self._note_minute(play)
        return play

    def _admit_stamped(self, play: PlayRow, *, plain: int, stamp: int) -> PlayRow | None:
        near = range(plain - _NEAR_SECONDS, plain + _NEAR_SECONDS + 1)
        shift = hash((stamp, "stamp"))
        near_stamped = range(near.start + shift, near.stop + shift)
        if not (self._plain.isdisjoint(near) and self._stamped.isdisjoint(near_stamped)):
            return None
        self._stamped.add(plain + shift)
        self._stamped_plain.add(plain)
        self._note_minute(play)
        repeat_no = self._repeats.get(plain, 0)
        self._repeats[plain] = repeat_no + 1
        return msgspec.structs.replace(play, repeat_no=repeat_no) if repeat_no else play

    def _note_minute(self, play: PlayRow) -> bool:
        if not self._remembers_minutes:
            return True
        minute = _seconds(play.ended_at) // _SECONDS_IN_MINUTE
        mark = hash((play.title, play.artist, play.ms_played)) + minute
        around = play.ms_played >= _LONG_MS
        if not self._minutes.isdisjoint(range(mark - around, mark + around + 1)):
            return False
        self._minutes.add(mark)
        return True


def _seconds(moment: datetime) -> int:
    since = moment - _EPOCH
    return since.days * 86_400 + since.seconds
