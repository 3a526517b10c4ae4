"""Libraries with moods for tests of playlists: made-up songs, or those that the sandbox knows."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from accounts.models import User
from library.models import Artist, LibraryTrack, Play, Track, TrackArtist
from library.names import name_key
from library.services.counting import count_again
from moods.models import MainMood, Mood, TrackMood
from moods.services.stamping import restamp
from sandbox import Sandbox
from tests.outside import NOW

POINTS = {
    "happy": (0.8, 0.65),
    "sad": (0.22, 0.3),
    "energetic": (0.66, 0.85),
    "calm": (0.62, 0.22),
    "angry": (0.25, 0.82),
    "romantic": (0.64, 0.4),
}


def a_song(number: int, mood: str = "calm", **changes: Any) -> dict[str, Any]:
    """A made-up song; its id is made from its number."""
    values = {
        "id": f"{number:022d}",
        "title": f"Song {number}",
        "artist": f"Artist {number % 12}",
        "mood": mood,
        "plays": 1 + number % 9,
    }
    return {**values, **changes}


def songs_of(sandbox: Sandbox, count: int, *, mood: str = "calm") -> list[dict[str, Any]]:
    """Songs that the sandbox's Spotify knows, all of one mood, each by an artist of its own."""
    if len(_known) < count:
        _known[:] = sandbox.songs(deep_cuts=count > 2000)
    return [
        a_song(number, mood, id=song["id"], title=f"{song['title']} {number}", artist=f"Artist {number}")
        for number, song in enumerate(_known[:count])
    ]


_known: list[dict[str, Any]] = []
"""The songs of the sandbox's world, which is the same in every test: listing them takes a second."""


def fill_library(user: User, songs: Sequence[dict[str, Any]]) -> list[Track]:
    """Give the listener these songs, with moods and plays; the tracks in their order."""
    artists = _artists({song["artist"] for song in songs})
    tracks = Track.objects.bulk_create(_track(song) for song in songs)
    pairs = list(zip(tracks, songs, strict=True))
    TrackArtist.objects.bulk_create(
        [TrackArtist(track=track, artist=artists[song["artist"]]) for track, song in pairs]
    )
    TrackMood.objects.bulk_create([_mood(track, song["mood"]) for track, song in pairs if song["mood"]])
    plays = [_play(user, track, day) for track, song in pairs for day in range(song["plays"])]
    Play.objects.bulk_create(plays)
    count_again(user, [track.pk for track in tracks])
    liked = [
        LibraryTrack(user=user, track=track, is_liked=True) for track, song in pairs if not song["plays"]
    ]
    LibraryTrack.objects.bulk_create(liked)
    restamp([user.pk])
    return tracks


def _artists(names: set[str]) -> dict[str, Artist]:
    known = {artist.name: artist for artist in Artist.objects.filter(name__in=names, spotify_id=None)}
    new = Artist.objects.bulk_create(Artist(name=name) for name in sorted(names - known.keys()))
    return known | {artist.name: artist for artist in new}


def _track(song: dict[str, Any]) -> Track:
    return Track(
        spotify_id=song["id"],
        title=song["title"],
        artist_name=song["artist"],
        name_key=name_key(song["artist"], song["title"]),
        duration_ms=song.get("duration_ms", 200_000),
        explicit=song.get("explicit", False),
        isrc=song.get("isrc", ""),
    )


def _mood(track: Track, mood: str) -> TrackMood:
    valence, arousal = POINTS[mood]
    row = TrackMood(track=track, mood=MainMood(mood), model_version="test")
    row.valence, row.arousal = valence, arousal
    row.valence_low, row.valence_high = valence - 0.15, valence + 0.15
    row.arousal_low, row.arousal_high = arousal - 0.15, arousal + 0.15
    row.probabilities = {one.value: 0.8 if one.value == mood else 0.1 for one in Mood}
    return row


def _play(user: User, track: Track, day: int) -> Play:
    played_at = NOW - timedelta(days=3 + 2 * day, minutes=track.pk % 1000)
    return Play(user=user, track=track, played_at=played_at, ms_played=190_000, source=Play.Source.EXTENDED)
