"""Libraries for the browser: an ordinary one, and those that break pages that were not thought through."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from library.models import Album, Gap, HistoryImport, Play, Track
from library.services.counting import count_again
from moods.models import Correction
from moods.services.stamping import restamp
from playlists.models import Playlist
from playlists.recipes import Recipe
from playlists.services.building import Draft, preview
from playlists.services.saving import save_playlist
from tests.playlists.builders import a_song, fill_library

COVER = "http://127.0.0.1:1/cover"
"""Where covers lie in tests: the only foreign place that a page may load pictures from."""
MOODS = ("calm", "sad", "happy", "energetic", "angry", "romantic")
LONG = ("An unreasonably long title that goes on " * 8)[:300]
UNBROKEN = "Donaudampfschifffahrtsgesellschaft" * 8
RIGHT_TO_LEFT = "שיר של בוקר (גרסה אקוסטית)"


def an_ordinary_library(user: User) -> list[Track]:
    """Sixty songs of all moods with covers, heard during the last weeks."""
    tracks = fill_library(user, [a_song(number, MOODS[number % 6]) for number in range(60)])
    album = Album.objects.create(name="Tides", release_year=2019, image_url=COVER, image_small_url=COVER)
    Track.objects.filter(pk__in=[track.pk for track in tracks]).update(album=album)
    _hear_lately(user, tracks)
    return tracks


def one_track(user: User) -> list[Track]:
    """A library of a single song."""
    tracks = fill_library(user, [a_song(1, "calm", plays=1)])
    _hear_lately(user, tracks)
    return tracks


def odd_names(user: User) -> list[Track]:
    """Endless, unbreakable and right-to-left names, and no cover."""
    names = [(LONG, "calm"), (UNBROKEN, "sad"), (RIGHT_TO_LEFT, "happy"), ("<b>&amp;</b>", "calm")]
    songs = [a_song(place, mood, title=name, artist=name) for place, (name, mood) in enumerate(names)]
    tracks = fill_library(user, songs)
    _hear_lately(user, tracks)
    return tracks


def no_moods(user: User) -> list[Track]:
    """Songs of which nothing is known."""
    tracks = fill_library(user, [a_song(number, "") for number in range(12)])
    _hear_lately(user, tracks)
    return tracks


def nothing(user: User) -> list[Track]:
    """A new listener."""
    return []


def with_everything_around(user: User, tracks: list[Track]) -> Playlist:
    """A playlist, a correction, an import and a gap for a library; the playlist."""
    now = timezone.now()
    Correction.objects.create(user=user, track=tracks[0], mood="calm", applies=True)
    HistoryImport.objects.create(
        user=user, file_name="my_spotify_data.zip", size=955_000, state="done", finished_at=now
    )
    Gap.objects.create(user=user, from_at=now - timedelta(hours=9), to_at=now - timedelta(hours=4))
    recipe = Recipe(mood="calm", tracks=8)
    return save_playlist(user, preview(user, recipe, draft=Draft(), now=now), now=now)


def _hear_lately(user: User, tracks: list[Track]) -> None:
    now = timezone.now()
    plays = [
        Play(user=user, track=track, played_at=now - timedelta(hours=5 * place + 1), ms_played=190_000)
        for place, track in enumerate(tracks)
    ]
    Play.objects.bulk_create(plays)
    count_again(user, [track.pk for track in tracks])
    restamp([user.pk])
