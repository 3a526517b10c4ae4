"""What the history holds already around the plays of a batch."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from library.imports.matching import SEARCH_WITHIN, KnownPlay
from library.imports.rows import PlayRow, Precision
from library.models import HistoryImport, Play, Track
from library.models.listening import PlayQuerySet
from library.services.importing.slicing import slices

Key = tuple[int, datetime, int | None, int]
"""Track, end, length and repeat number: what tells two plays of a listener apart."""


class StoredPlay(NamedTuple):
    """A stored play with what must be compared; the fields as in `library.models.Play`."""

    play_id: int
    track_id: int
    played_at: datetime
    ms_played: int | None
    repeat_no: int
    source: str
    duration_ms: int | None
    spotify_id: str | None
    title: str
    artist: str

    @property
    def key(self) -> Key:
        """By what it is unique."""
        return self.track_id, self.played_at, self.ms_played, self.repeat_no

    def as_known(self) -> KnownPlay:
        """As the matching sees it."""
        return KnownPlay(
            played_at=self.played_at,
            ms_played=self.ms_played,
            duration_ms=self.duration_ms,
            spotify_id=self.spotify_id,
            title=self.title or None,
            artist=self.artist or None,
            precision=Precision.MINUTE if self.source == Play.Source.ACCOUNT else Precision.SECOND,
        )


_COLUMNS = (
    "pk",
    "track_id",
    "played_at",
    "ms_played",
    "repeat_no",
    "source",
    "track__duration_ms",
    "track__spotify_id",
    "track__title",
    "track__artist_name",
)


def stored_by_others(
    history_import: HistoryImport, plays: Sequence[PlayRow], *, track_ids: Collection[int]
) -> list[StoredPlay]:
    """The plays from elsewhere that could be one of `plays`, in the order of time.

    Looked for under the tracks of the batch and all tracks of the same names, since Spotify may
    report another recording's id.
    """
    near = _between(history_import, plays, slack=SEARCH_WITHIN).exclude(history_import=history_import)
    return _read(near, _with_namesakes(track_ids)) if near.exists() else []


def stored_by_itself(
    history_import: HistoryImport, plays: Sequence[PlayRow], *, track_ids: Collection[int]
) -> list[StoredPlay]:
    """The plays of the same tracks and times that earlier batches of the import brought."""
    own = _between(history_import, plays, slack=timedelta(0)).filter(history_import=history_import)
    return _read(own, track_ids) if own.exists() else []


def _between(history_import: HistoryImport, plays: Sequence[PlayRow], *, slack: timedelta) -> PlayQuerySet:
    moments = [play.ended_at for play in plays]
    if not moments:
        return Play.objects.none()
    first, after = min(moments) - slack, max(moments) + slack + timedelta.resolution
    return Play.objects.for_user(history_import.user).played_since(first).played_before(after)


def _read(plays: PlayQuerySet, track_ids: Iterable[int]) -> list[StoredPlay]:
    found: list[StoredPlay] = []
    for some in slices(track_ids):
        rows = plays.filter(track__in=some).values_list(*_COLUMNS)
        found += [StoredPlay(*row) for row in rows]
    return sorted(found, key=lambda play: (play.played_at, play.repeat_no, play.play_id))


def _with_namesakes(track_ids: Collection[int]) -> set[int]:
    """These tracks and all others of the same artist and title."""
    found = set(track_ids)
    for some in slices(track_ids):
        keys = Track.objects.filter(pk__in=some).values("name_key")
        found.update(Track.objects.filter(name_key__in=keys).values_list("pk", flat=True))
    return found
