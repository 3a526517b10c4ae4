"""Made-up songs with a sound that fits a hidden mood, and what the model makes of it."""

from collections import Counter
from datetime import datetime

import numpy as np
import numpy.typing as npt
from django.db import transaction

from library.models import Album, Artist, Track, TrackArtist
from library.names import name_key
from moods.models import LookUp, TrackFeatures, TrackMood
from moods.services.classifying import classify_tracks

Floats = npt.NDArray[np.float64]

SOURCE = "reccobeats"
TRACKS_PER_ARTIST = 8
SHARE_HEARD_OF = 0.9
"""The source knows nine artists in ten, and nine in ten of their songs: about as many as ReccoBeats does."""

_AT_ONCE = 2000
_NAMES = (
    "Harbour",
    "Lantern",
    "Meridian",
    "Velvet",
    "Orchard",
    "Static",
    "Paper",
    "Northern",
    "Tidal",
    "Ember",
)
_THINGS = ("Choir", "Parade", "Rooms", "Signals", "Hours", "Gardens", "Engine", "Letters", "Weather", "Motel")


def make_catalogue(tracks: int, *, seed: int, now: datetime) -> tuple[Counter[str], list[int]]:
    """So many songs: what was written, and the row ids of all of them in a fixed order."""
    counts: Counter[str] = Counter(tracks=0, moods=0, users=0, plays=0)
    for first in range(0, tracks, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, tracks))
        if Track.objects.filter(spotify_id__in=[_spotify_id(seed, numbers[-1])]).exists():
            continue
        with transaction.atomic():
            written = _make_songs(numbers, seed=seed, now=now)
        counts["tracks"] += len(written)
        counts["moods"] += classify_tracks(written, now=now)["scored"]
    ids = dict(Track.objects.filter(spotify_id__startswith=_prefix(seed)).values_list("spotify_id", "pk"))
    return counts, [ids[_spotify_id(seed, number)] for number in range(tracks)]


def _prefix(seed: int) -> str:
    return f"made{seed:04d}up"


def _spotify_id(seed: int, number: int) -> str:
    """Twenty-two letters and digits, as Spotify's ids are."""
    return f"{_prefix(seed)}{number:012d}"


def _make_songs(numbers: range, *, seed: int, now: datetime) -> list[int]:
    songs = [_track(number, seed=seed, now=now) for number in numbers]
    Track.objects.bulk_create(songs, ignore_conflicts=True)
    # Read again: rows that were there already come back without an id.
    wanted = [_spotify_id(seed, number) for number in numbers]
    by_id = {track.spotify_id: track for track in Track.objects.filter(spotify_id__in=wanted)}
    songs = [by_id[spotify_id] for spotify_id in wanted]
    _credit(songs, numbers, seed=seed)
    _describe(songs, rng=np.random.default_rng([seed, 1_000_000 + numbers[0]]), now=now)
    return [song.pk for song in songs]


def _artist_name(number: int) -> str:
    artist = number // TRACKS_PER_ARTIST
    name, thing = _NAMES[artist % len(_NAMES)], _THINGS[artist // len(_NAMES) % len(_THINGS)]
    return f"{name} {thing} {artist // (len(_NAMES) * len(_THINGS))}".removesuffix(" 0")


def _track(number: int, *, seed: int, now: datetime) -> Track:
    artist, title = (
        _artist_name(number),
        f"{_THINGS[number % 10]} of {_NAMES[number // 10 % 10]} no. {number}",
    )
    return Track(
        spotify_id=_spotify_id(seed, number),
        title=title,
        artist_name=artist,
        name_key=name_key(artist, title),
        album_name=f"{artist} at home",
        duration_ms=150_000 + number * 7919 % 150_000,
        explicit=number % 9 == 0,
        created_at=now,
        detailed_at=now,
    )


def _credit(songs: list[Track], numbers: range, *, seed: int) -> None:
    """An artist and an album for each eight songs."""
    names = {number // TRACKS_PER_ARTIST: _artist_name(number) for number in numbers}
    ids = {artist: f"{_prefix(seed)}A{artist:011d}" for artist in names}
    Artist.objects.bulk_create(
        [Artist(spotify_id=ids[artist], name=name) for artist, name in names.items()], ignore_conflicts=True
    )
    Album.objects.bulk_create(
        [Album(spotify_id=ids[artist], name=f"{name} at home") for artist, name in names.items()],
        ignore_conflicts=True,
    )
    artists = dict(Artist.objects.filter(spotify_id__in=ids.values()).values_list("spotify_id", "pk"))
    albums = dict(Album.objects.filter(spotify_id__in=ids.values()).values_list("spotify_id", "pk"))
    credits_ = []
    for song, number in zip(songs, numbers, strict=True):
        spotify_id = ids[number // TRACKS_PER_ARTIST]
        song.album_id = albums[spotify_id]
        credits_.append(TrackArtist(track=song, artist_id=artists[spotify_id]))
    Track.objects.bulk_update(songs, ["album"], batch_size=500)
    TrackArtist.objects.bulk_create(credits_, ignore_conflicts=True)


def _describe(songs: list[Track], *, rng: np.random.Generator, now: datetime) -> None:
    """What the source answered, and an empty place for the mood of each."""
    points = rng.beta(1.8, 1.8, (len(songs), 2))
    artists = np.arange(len(songs)) // TRACKS_PER_ARTIST
    heard_of = (rng.random(len(songs)) < SHARE_HEARD_OF) & (rng.random(len(songs))[artists] < SHARE_HEARD_OF)
    sounds = _sounds(points, rng=rng)
    rows = [
        _answer(song, {name: values[place] for name, values in sounds.items()} if known else None, now=now)
        for place, (song, known) in enumerate(zip(songs, heard_of.tolist(), strict=True))
    ]
    TrackFeatures.objects.bulk_create(rows, ignore_conflicts=True)
    moods = [TrackMood(track=song, is_stale=True, scored_at=now) for song in songs]
    TrackMood.objects.bulk_create(moods, ignore_conflicts=True)


def _sounds(points: Floats, *, rng: np.random.Generator) -> dict[str, list[float]]:
    """Features by name for points (n, 2) of valence and arousal, each with noise around what fits."""
    valence, arousal = points.T
    noise = rng.normal(0, 0.12, (7, len(points)))
    share = {
        "valence": valence + noise[0],
        "energy": arousal + noise[1],
        "danceability": 0.3 + 0.25 * valence + 0.25 * arousal + noise[2],
        "acousticness": 1 - arousal + noise[3],
        "instrumentalness": 0.1 + noise[4],
        "liveness": 0.2 + noise[5],
        "speechiness": 0.08 + noise[6] / 2,
    }
    features = {name: np.clip(values, 0.001, 0.999) for name, values in share.items()}
    features["loudness"] = -22 + 18 * arousal
    features["tempo"] = 70 + 90 * arousal + 20 * noise[2]
    return {name: values.round(4).tolist() for name, values in features.items()}


def _answer(song: Track, sound: dict[str, float] | None, *, now: datetime) -> TrackFeatures:
    if sound is None:
        return TrackFeatures(track=song, source=SOURCE, status=LookUp.MISS, fetched_at=now)
    return TrackFeatures(
        track=song,
        source=SOURCE,
        status=LookUp.HIT,
        matched_by="id",
        fetched_at=now,
        key=song.pk % 12,
        mode=song.pk % 2,
        time_signature=4,
        duration_ms=song.duration_ms,
        **sound,
    )
