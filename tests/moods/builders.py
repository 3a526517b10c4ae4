"""Smallest valid rows for tests of moods, and songs of the sandbox as rows of a library."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from jobs.models import Job
from jobs.running import JobRun
from jobs.services import claim_job, start_job
from library.models import Album, Artist, LibraryTrack, Play, Track, TrackArtist
from library.names import name_key
from library.services.counting import count_again
from moods.models import Correction, LookUp, TrackFeatures, TrackMood
from tests.outside import NOW

SURE = {"happy": 0.9, "sad": 0.05, "energetic": 0.1, "calm": 0.1, "angry": 0.02, "romantic": 0.05}
MOODS = ("happy", "sad", "energetic", "calm", "angry", "romantic")


def a_track(title: str = "Blue Hour", artist: str = "Nila Ost", **changes: Any) -> Track:
    """A track credited to one artist."""
    names = {"title": title, "artist_name": artist, "name_key": name_key(artist, title)}
    track = Track.objects.create(**{"duration_ms": 200_000, **names, **changes})
    credited, _ = Artist.objects.get_or_create(name=artist, spotify_id=None)
    TrackArtist.objects.create(track=track, artist=credited, position=0)
    return track


def in_library(user: User, track: Track, **changes: Any) -> LibraryTrack:
    """The track in the listener's library, as counting would leave it."""
    return LibraryTrack.objects.create(user=user, track=track, **changes)


def heard(user: User, track: Track, *moments: datetime, ms_played: int | None = 200_000) -> None:
    """Plays of a track, counted."""
    for moment in moments:
        Play.objects.create(
            user=user, track=track, played_at=moment, ms_played=ms_played, source=Play.Source.EXTENDED
        )
    count_again(user, [track.pk])


def a_mood(track: Track, mood: str = "happy", **changes: Any) -> TrackMood:
    """What the model made of a track: sure of one mood, or unknown."""
    if mood == "unknown":
        return TrackMood.objects.create(track=track, mood=mood, **changes)
    numbers = {f"p_{name}": 0.9 if name == mood else 0.05 for name in MOODS}
    bounds = {f"{axis}{end}": 0.5 for axis in ("valence", "arousal") for end in ("", "_low", "_high")}
    return TrackMood.objects.create(track=track, mood=mood, **{**numbers, **bounds, **changes})


def some_features(track: Track, **changes: Any) -> TrackFeatures:
    """How ReccoBeats would say that a track sounds."""
    values = {"valence": 0.8, "energy": 0.7, "danceability": 0.7, "loudness": -6.0, "tempo": 120.0}
    return TrackFeatures.objects.create(
        track=track, source="reccobeats", status=LookUp.HIT, **{**values, **changes}
    )


def a_correction(user: User, track: Track, mood: str = "calm", *, applies: bool = True) -> Correction:
    """What a listener says of a track, without anything that follows from it."""
    return Correction.objects.create(user=user, track=track, mood=mood, applies=applies)


def a_run(kind: str = "moods.enrich", user: User | None = None) -> JobRun:
    """A claimed job as its function sees it."""
    job = start_job(kind, user=user)
    Job.objects.filter(pk=job.pk).update(run_after=NOW - timedelta(days=1000))
    claimed = claim_job(job.pk, now=NOW)
    assert claimed is not None
    return JobRun(claimed)


def songs_of_the_sandbox(user: User, songs: Iterable[dict[str, Any]], **changes: Any) -> list[Track]:
    """These songs as tracks in the listener's library, most played first in their order."""
    tracks = [_as_track(song, **changes) for song in songs]
    for place, track in enumerate(tracks):
        in_library(user, track, listens=1000 - place, plays=1000 - place)
    return tracks


def ids(rows: Sequence[Track]) -> list[int]:
    """Primary keys in their order."""
    return [row.pk for row in rows]


def _as_track(song: dict[str, Any], **changes: Any) -> Track:
    album = Album.objects.create(name=song["album"], release_date=song["release_date"])
    values = {
        "spotify_id": song["id"],
        "isrc": song["isrc"] or "",
        "album": album,
        "album_name": song["album"],
        "duration_ms": song["duration_ms"],
    }
    return a_track(song["title"], song["artist"], **{**values, **changes})
