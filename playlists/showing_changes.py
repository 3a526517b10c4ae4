"""What pages show of differences: between two lists, and of the songs that left a playlist."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from library.models import Track
from playlists.models import Playlist
from playlists.services.comparing import Change
from playlists.services.removals import Left, left_lately, removals_of
from playlists.showing import artists_of, page_of, tracks_shown
from spotify.sets import in_sets


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One line of a difference; see components/changes.html."""

    kind: str
    title: str
    artists: str
    place: int
    href: str
    spotify_url: str


@dataclass(frozen=True, slots=True)
class ShownLeft:
    """A song that is no longer in a playlist: since when, and why in a word (`Version.Reason`)."""

    track: Track
    artists: str
    href: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class SongsThatLeft:
    """Sets of at most 20: what will not come back, and what made room lately and may."""

    removed: list[list[ShownLeft]]
    rested: list[list[ShownLeft]]


def show_changes(user: User, changes: Sequence[Change]) -> list[list[ShownChange]]:
    """Changes with the names of their tracks, in sets of at most 20, in a fixed number of queries."""
    tracks = tracks_shown(user, [change.track_id for change in changes])
    return in_sets([_change(change, tracks[change.track_id]) for change in changes])


def show_left(playlist: Playlist) -> SongsThatLeft:
    """The songs that left a playlist, in a fixed number of queries."""
    removed, rested = removals_of(playlist), left_lately(playlist)
    tracks = tracks_shown(playlist.user, [left.track_id for left in (*removed, *rested)])
    shown = [[_left(left, tracks[left.track_id]) for left in some] for some in (removed, rested)]
    return SongsThatLeft(in_sets(shown[0]), in_sets(shown[1]))


def _change(change: Change, track: Track) -> ShownChange:
    names = (change.kind, track.title, artists_of(track), change.place)
    return ShownChange(*names, href=page_of(track), spotify_url=track.spotify_url)


def _left(left: Left, track: Track) -> ShownLeft:
    return ShownLeft(track, artists_of(track), page_of(track), left.at, left.reason)
