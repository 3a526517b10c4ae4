"""The tracks that rows of a download name, created in bulk from names and ids, without any call."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from library.imports.rows import PlayRow
from library.models import Track, TrackArtist
from library.names import LONGEST_NAME, LONGEST_TITLE, name_key
from library.services.artists import artists_named
from library.services.catalogue import tracks_named
from library.services.importing.inserting import insert_missing, moment_taker
from library.services.importing.slicing import slices
from library.services.merging import merge_tracks

_COLUMNS = ("spotify_id", "isrc", "title", "artist_name", "name_key", "album_name", "created_at")

Names = tuple[str, str]
"""Artist and title, cut to what the database holds."""


class TrackRows:
    """Row ids of tracks by what a download says of them; remembers those it has met.

    A row with an id is that track, whatever it is called. A row with names only is the track of
    these names that has an id, else the one that has none. Names from Spotify's API are never
    replaced; those of a download fill in where nothing was known.
    """

    def __init__(self, *, now: datetime) -> None:
        """Know nothing yet; `now` is when new tracks are said to have come."""
        self._now = now
        self._by_id: dict[str, int] = {}
        self._by_names: dict[Names, int] = {}
        self._unnamed: set[str] = set()

    def ids_of(self, plays: Sequence[PlayRow]) -> list[int]:
        """The row id of the track of each play, created where missing; ids first, then names."""
        self._meet_ids(plays)
        self._meet_names(names_of(play) for play in plays if play.spotify_id is None)
        return [
            self._by_id[play.spotify_id] if play.spotify_id else self._by_names[names_of(play)]
            for play in plays
        ]

    def _meet_ids(self, plays: Sequence[PlayRow]) -> None:
        told: dict[str, PlayRow] = {}
        for play in plays:
            spotify_id = play.spotify_id
            if spotify_id is None or (spotify_id in self._by_id and spotify_id not in self._unnamed):
                continue
            if spotify_id not in told or not told[spotify_id].title:
                told[spotify_id] = play
        if told:
            self._store({spotify_id: told[spotify_id] for spotify_id in sorted(told)})

    def _store(self, told: dict[str, PlayRow]) -> None:
        known = {track.spotify_id or "": track for track in _tracks_with_ids(told)}
        new = [_new_track(play, now=self._now) for key, play in told.items() if key not in known]
        renamed = [track for key, track in known.items() if not track.title and told[key].title]
        for track in renamed:
            _name(track, told[track.spotify_id or ""])
        Track.objects.bulk_update(renamed, ["title", "artist_name", "name_key", "album_name"])
        created = self._create(new)
        self._merge_namesakes(renamed)
        credit_artists([*created, *renamed])
        self._remember([*known.values(), *created])

    def _create(self, new: list[Track]) -> list[Track]:
        """The new tracks with their row ids; a row of the same names without an id becomes one."""
        adopted = _adopt_namesakes(new)
        fresh = [track for track in new if track.spotify_id not in adopted]
        moment = moment_taker()
        # Two imports may find the same track missing: the constraint lets one row in.
        insert_missing(Track, [_values(track, moment) for track in fresh], columns=_COLUMNS)
        row_ids = _row_ids(track.spotify_id or "" for track in fresh)
        for track in fresh:
            track.pk = row_ids[track.spotify_id or ""]
        return [*adopted.values(), *fresh]

    def _merge_namesakes(self, renamed: list[Track]) -> None:
        keys = {track.name_key: track for track in renamed}
        for namesake in list(_nameless_tracks(keys)):
            merge_tracks(keys[namesake.name_key], namesake)
            self._by_names.pop((namesake.artist_name, namesake.title), None)

    def _remember(self, tracks: Iterable[Track]) -> None:
        for track in tracks:
            spotify_id = track.spotify_id or ""
            self._by_id[spotify_id] = track.pk
            (self._unnamed.discard if track.title else self._unnamed.add)(spotify_id)

    def _meet_names(self, names: Iterable[Names]) -> None:
        missing = dict.fromkeys(pair for pair in names if pair not in self._by_names)
        for pairs in slices(missing):
            found = tracks_named(pairs)
            self._by_names |= found
            credit_artists(list(Track.objects.filter(pk__in=found.values(), credits=None)))


def _tracks_with_ids(spotify_ids: Iterable[str]) -> Iterator[Track]:
    for some in slices(spotify_ids):
        yield from Track.objects.filter(spotify_id__in=some)


def _row_ids(spotify_ids: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in slices(spotify_ids):
        rows = Track.objects.filter(spotify_id__in=some).values_list("spotify_id", "pk")
        found |= {spotify_id or "": row_id for spotify_id, row_id in rows}
    return found


def _nameless_tracks(name_keys: Iterable[str]) -> Iterator[Track]:
    for some in slices(name_keys):
        yield from Track.objects.filter(spotify_id=None, name_key__in=some)


def names_of(play: PlayRow) -> Names:
    """Artist and title as the database holds them."""
    return (play.artist or "")[:LONGEST_NAME], (play.title or "")[:LONGEST_TITLE]


def credit_artists(tracks: Sequence[Track]) -> None:
    """Credit each track that has an artist's name to the artist of that name."""
    named = [track for track in tracks if track.artist_name]
    artist_ids: dict[str, int] = {}
    for names in slices(dict.fromkeys(track.artist_name for track in named)):
        artist_ids |= artists_named(names)
    insert_missing(
        TrackArtist,
        [(track.pk, artist_ids[track.artist_name], 0) for track in named],
        columns=("track_id", "artist_id", "position"),
    )


def _values(track: Track, moment: Callable[[datetime], Any]) -> tuple[Any, ...]:
    return (
        track.spotify_id,
        track.isrc,
        track.title,
        track.artist_name,
        track.name_key,
        track.album_name,
        moment(track.created_at),
    )


def _new_track(play: PlayRow, *, now: datetime) -> Track:
    track = Track(spotify_id=play.spotify_id, title="", artist_name="", created_at=now)
    # Without names the id stands in, so that two unnamed tracks are not taken for one song.
    track.name_key = name_key("", play.spotify_id or "")
    if play.title:
        _name(track, play)
    return track


def _name(track: Track, play: PlayRow) -> None:
    track.artist_name, track.title = names_of(play)
    track.name_key = name_key(track.artist_name, track.title)
    track.album_name = (play.album or "")[:LONGEST_TITLE]


def _adopt_namesakes(new: list[Track]) -> dict[str | None, Track]:
    """Give the first new track of its names the row that has these names and no id, if there is one."""
    keys = {track.name_key for track in new}
    nameless = {track.name_key: track for track in _nameless_tracks(keys)}
    adopted: dict[str | None, Track] = {}
    for track in new if nameless else ():
        row = nameless.pop(track.name_key, None)
        if row is not None:
            row.spotify_id, row.album_name = track.spotify_id, track.album_name or row.album_name
            adopted[track.spotify_id] = row
    Track.objects.bulk_update(adopted.values(), ["spotify_id", "album_name"])
    return adopted
