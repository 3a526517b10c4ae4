"""What pages and other apps read of one listener's library."""

from datetime import date, datetime

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from accounts.models import User
from library.models import Artist, Exclusion, LibraryTrack, Play, Track, TrackArtist
from library.models.listening import PlayQuerySet
from library.models.shelf import LibraryTrackQuerySet

SOURCES = {
    "liked": LibraryTrackQuerySet.liked,
    "played": LibraryTrackQuerySet.played,
    "top": LibraryTrackQuerySet.in_top_lists,
    "playlists": LibraryTrackQuerySet.in_playlists,
    "download": LibraryTrackQuerySet.from_downloads,
}
"""Where a track of the library comes from, by the word that pages and the API use."""

LONGEST_SEARCH = 200
_WORDS = 8


def library_of(
    user: User,
    *,
    search: str = "",
    source: str = "",
    artist: Artist | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
) -> LibraryTrackQuerySet:
    """The listener's tracks, each with its counts, narrowed as asked; unsorted.

    `search` finds titles, artists and albums in which each word appears; `source` is one of SOURCES,
    anything else means all; `since` and `before` are about plays.
    """
    tracks = LibraryTrack.objects.for_user(user)
    tracks = tracks.matching(" ".join(search[:LONGEST_SEARCH].split()[:_WORDS]))
    if source in SOURCES:
        tracks = SOURCES[source](tracks)
    if artist is not None:
        tracks = tracks.by_artist(artist)
    return tracks.played_between(since=since, before=before)


def plays_by_month(user: User, track: Track) -> list[tuple[date, int]]:
    """How often the listener played the track in each month with a play, oldest first.

    Months are those of the time zone that is active.
    """
    plays = Play.objects.for_user(user).of_track(track).order_by()
    month = TruncMonth("played_at", tzinfo=timezone.get_current_timezone())
    counted = plays.annotate(month=month).values("month").annotate(plays=Count("pk")).order_by("month")
    return [(found["month"].date(), found["plays"]) for found in counted]


def newest_plays(user: User, count: int = 20) -> list[Play]:
    """The latest listens with all that a row shows."""
    plays = Play.objects.for_user(user).listens().newest_first()
    return list(plays.select_related("track__album").prefetch_related("track__credits__artist")[:count])


def most_played(user: User, *, since: datetime, before: datetime, count: int) -> list[Track]:
    """The tracks with most listens from `since` until before `before`, most first."""
    plays = Play.objects.for_user(user).listens().played_since(since).played_before(before).order_by()
    counted = plays.values("track").annotate(plays=Count("pk")).order_by("-plays", "track")
    ids = [found["track"] for found in counted[:count]]
    tracks = Track.objects.prefetch_related("credits__artist").in_bulk(ids)
    return [tracks[track_id] for track_id in ids]


def plays_of(
    user: User,
    *,
    track_id: int | None = None,
    source: str = "",
    since: datetime | None = None,
    before: datetime | None = None,
) -> PlayQuerySet:
    """The listener's plays, however short, narrowed as asked; unsorted, with what a row shows."""
    plays = Play.objects.for_user(user).for_display()
    if track_id is not None:
        plays = plays.filter(track=track_id)
    if source:
        plays = plays.filter(source=source)
    if since is not None:
        plays = plays.played_since(since)
    return plays if before is None else plays.played_before(before)


def track_in_library(user: User, track_id: int) -> Track | None:
    """The track, if it is in the listener's library."""
    return Track.objects.filter(pk=track_id, library_rows__user=user).order_by("pk").first()


def artist_in_library(user: User, artist_id: int) -> Artist | None:
    """The artist, if the library has a track of theirs."""
    held = TrackArtist.objects.filter(artist=artist_id, track__library_rows__user=user)
    return Artist.objects.filter(pk=artist_id).order_by("pk").first() if held.exists() else None


def favourite_artists(user: User, count: int = 50) -> list[Artist]:
    """The artists with most tracks in the library, for a list to choose from."""
    of_library = Count("credits", filter=Q(credits__track__library_rows__user=user))
    artists = Artist.objects.annotate(tracks_here=of_library).filter(tracks_here__gt=0)
    return list(artists.order_by("-tracks_here", "name")[:count])


def excluded_track_ids(user: User) -> set[int]:
    """Row ids of all tracks of the library that must not be used.

    Tracks the listener excluded, all that is the same song by ISRC or by artist and title, and
    all that credits an excluded artist.
    """
    exclusions = Exclusion.objects.for_user(user)
    by_artist = TrackArtist.objects.filter(artist__in=exclusions.values("artist"))
    found = set(by_artist.values_list("track_id", flat=True))
    named = Track.objects.filter(pk__in=exclusions.values("track")).values_list("pk", "isrc", "name_key")
    track_ids, isrcs, keys = set(), set(), set()
    for track_id, isrc, key in named:
        track_ids.add(track_id)
        isrcs.add(isrc)
        keys.add(key)
    same_song = Q(isrc__in=isrcs - {""}) | Q(name_key__in=keys)
    found.update(Track.objects.filter(same_song).values_list("pk", flat=True))
    return found | track_ids
