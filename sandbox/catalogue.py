"""The invented music: artists, albums and songs, all drawn from one seed."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from sandbox.genres import GENRES, MOOD_POINTS, MOODS, Genre
from sandbox.ids import fraction, spotify_id
from sandbox.names import TONGUES, Tongue, draw_album_name, draw_artist_name, draw_title
from sandbox.sound import FEATURES, draw_features

ARTIST_COUNT = 300
CORE_SONG_COUNT = 2_000
DEEP_CUT_COUNT = 6_700
NEWEST_RELEASE = date(2026, 10, 30)

_TONGUE_SHARES = {"en": 0.82, "de": 0.05, "es": 0.05, "fr": 0.04, "pl": 0.02, "ja": 0.02}


@dataclass(frozen=True, slots=True)
class Artist:
    """An invented artist; `tags` are genre names as databases spell them."""

    id: str
    name: str
    genre: int
    tags: tuple[str, ...]
    tongue: Tongue


@dataclass(frozen=True, slots=True)
class Album:
    """A release; `precision` is how much of the date Spotify would admit to: year, month or day."""

    id: str
    name: str
    artist: Artist
    released: date
    precision: str
    album_type: str
    track_count: int


@dataclass(frozen=True, slots=True)
class Song:
    """One recording under one Spotify id, with the truth about it that no service tells.

    `point` is the latent (valence, arousal), `mood` the hidden label, `language` None without words.
    `core` songs are the ones people play; the others only fill large collections.
    """

    index: int
    id: str
    isrc: str | None
    title: str
    artists: tuple[Artist, ...]
    album: Album
    track_number: int
    explicit: bool
    mood: str
    point: tuple[float, float]
    features: tuple[float, ...]
    language: str | None
    popularity: int
    core: bool
    same_as: int | None = None

    @property
    def uri(self) -> str:
        """As Spotify names it."""
        return f"spotify:track:{self.id}"

    @property
    def duration_ms(self) -> int:
        """Its length."""
        return int(self.features[-1])

    def feature(self, name: str) -> float:
        """One feature by its Spotify name."""
        return self.features[FEATURES.index(name)]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything there is to play, with the ways to find it."""

    artists: tuple[Artist, ...]
    songs: tuple[Song, ...]
    by_id: dict[str, Song] = field(repr=False)
    by_isrc: dict[str, tuple[Song, ...]] = field(repr=False)
    artists_by_id: dict[str, Artist] = field(repr=False)
    albums: dict[str, tuple[Song, ...]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Draft:
    title: str
    artists: tuple[Artist, ...]
    album: Album
    track_number: int
    core: bool
    mood: int


def _draw_artists(seed: int, rng: random.Random) -> list[Artist]:
    codes, shares = list(_TONGUE_SHARES), list(_TONGUE_SHARES.values())
    names: dict[str, Tongue] = {}
    while len(names) < ARTIST_COUNT:
        tongue = TONGUES[rng.choices(codes, shares)[0]]
        names.setdefault(draw_artist_name(tongue, rng), tongue)
    return [_draw_artist(seed, name, tongue=tongue, rng=rng) for name, tongue in names.items()]


def _draw_artist(seed: int, name: str, *, tongue: Tongue, rng: random.Random) -> Artist:
    genre = rng.randrange(len(GENRES))
    entry: Genre = GENRES[genre]
    tags = (entry.name, *rng.sample(entry.tags, rng.randint(1, len(entry.tags))))
    return Artist(spotify_id(seed, "artist", name), name, genre, tags, tongue)


def _draw_album(
    seed: int, artist: Artist, *, number: tuple[bool, int], size: int, rng: random.Random
) -> Album:
    age_days = int(min(rng.expovariate(1 / 2_300), 18_000))
    released = NEWEST_RELEASE - timedelta(days=age_days)
    precision = "day"
    if released.year < 2000 and rng.random() < 0.3:
        precision = rng.choice(("year", "month"))
    name = draw_album_name(artist.tongue, rng)
    album_id = spotify_id(seed, "album", artist.name, *number)
    return Album(album_id, name, artist, released, precision, "album", size)


def _draw_album_drafts(
    album: Album, artists: list[Artist], *, core: bool, rng: random.Random
) -> list[_Draft]:
    weights = GENRES[album.artist.genre].moods
    moods = rng.choices(range(len(MOODS)), weights, k=album.track_count)
    return [
        _draw_draft(album, artists, number=number, core=core, mood=mood, rng=rng)
        for number, mood in enumerate(moods, start=1)
    ]


def _draw_draft(
    album: Album, artists: list[Artist], *, number: int, core: bool, mood: int, rng: random.Random
) -> _Draft:
    title = draw_title(album.artist.tongue, rng, mood=MOODS[mood])
    credited: tuple[Artist, ...] = (album.artist,)
    chance = rng.random()
    if chance < 0.04:
        guest = rng.choice(artists)
        if guest is not album.artist:
            title, credited = f"{title} (feat. {guest.name})", (album.artist, guest)
    elif chance < 0.08 and album.released.year < 2012:
        title += f" - Remastered {rng.randint(2013, 2022)}"
    elif chance < 0.09:
        title += " - Live"
    return _Draft(title, credited, album, number, core, mood)


def _draw_drafts(seed: int, artists: list[Artist], rng: random.Random) -> list[_Draft]:
    fame = [1 / (rank + 12) for rank in range(len(artists))]
    core_artists = [*artists, *rng.choices(artists, fame, k=len(artists))]
    deep_artists = rng.choices(artists, fame, k=DEEP_CUT_COUNT // 6)
    core = _draft_albums(seed, core_artists, catalogue=artists, core=True, rng=rng)[:CORE_SONG_COUNT]
    deep = _draft_albums(seed, deep_artists, catalogue=artists, core=False, rng=rng)[:DEEP_CUT_COUNT]
    return core + deep


def _draft_albums(
    seed: int, chosen: list[Artist], *, catalogue: list[Artist], core: bool, rng: random.Random
) -> list[_Draft]:
    drafts: list[_Draft] = []
    for number, artist in enumerate(chosen):
        size = rng.randint(3, 9) if core else rng.randint(6, 12)
        album = _draw_album(seed, artist, number=(core, number), size=size, rng=rng)
        drafts += _draw_album_drafts(album, catalogue, core=core, rng=rng)
    return drafts


def _draw_points(
    drafts: list[_Draft], rng: np.random.Generator
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    centres = np.array([MOOD_POINTS[mood] for mood in MOODS])[[draft.mood for draft in drafts]]
    return np.clip(centres + rng.normal(0, 0.075, centres.shape), 0.02, 0.98)


def _isrc(seed: int, draft: _Draft, index: int) -> str | None:
    if fraction(seed, "no isrc", index) < 0.015:
        return None
    registrant = spotify_id(seed, "registrant", draft.album.artist.genre, index % 7)[-3:].upper()
    return f"{draft.album.artist.tongue.market}{registrant}{draft.album.released.year % 100:02d}{index:05d}"


def _song(
    seed: int, index: int, *, draft: _Draft, point: tuple[float, float], features: tuple[float, ...]
) -> Song:
    wordless = features[FEATURES.index("instrumentalness")] > 0.5
    return Song(
        index=index,
        id=spotify_id(seed, "song", index),
        isrc=_isrc(seed, draft, index),
        title=draft.title,
        artists=draft.artists,
        album=draft.album,
        track_number=draft.track_number,
        explicit=fraction(seed, "explicit", index) < (0.3 if MOODS[draft.mood] == "angry" else 0.06),
        mood=MOODS[draft.mood],
        point=point,
        features=features,
        language=None if wordless else draft.album.artist.tongue.code,
        popularity=int(90 * fraction(seed, "popularity", index) ** 1.6) + (8 if draft.core else 0),
        core=draft.core,
    )


def _single_of(seed: int, song: Song, index: int) -> Song:
    """The same recording again, as the single it came out on: another id, the same ISRC."""
    album = replace(
        song.album,
        id=spotify_id(seed, "single", song.index),
        name=song.title,
        released=song.album.released - timedelta(days=45),
        precision="day",
        album_type="single",
        track_count=1,
    )
    single_id = spotify_id(seed, "song", index)
    return replace(song, index=index, id=single_id, album=album, track_number=1, same_as=song.index)


def _with_singles(seed: int, songs: list[Song]) -> list[Song]:
    twice = [
        song for song in songs if song.core and song.isrc and fraction(seed, "single", song.index) < 0.05
    ]
    singles = [_single_of(seed, song, len(songs) + place) for place, song in enumerate(twice)]
    return songs + singles


def _grouped(songs: list[Song]) -> tuple[dict[str, tuple[Song, ...]], dict[str, tuple[Song, ...]]]:
    by_isrc: dict[str, list[Song]] = defaultdict(list)
    albums: dict[str, list[Song]] = defaultdict(list)
    for song in songs:
        albums[song.album.id].append(song)
        if song.isrc:
            by_isrc[song.isrc].append(song)
    return {key: tuple(rows) for key, rows in by_isrc.items()}, {
        key: tuple(rows) for key, rows in albums.items()
    }


@lru_cache(maxsize=4)
def build_catalogue(seed: int) -> Catalogue:
    """The whole catalogue of a seed: some 2,100 songs that people play and 6,700 deep cuts."""
    rng = random.Random(seed)
    artists = _draw_artists(seed, rng)
    drafts = _draw_drafts(seed, artists, rng)
    arrays = np.random.default_rng(seed)
    points = _draw_points(drafts, arrays)
    genre = np.array([draft.album.artist.genre for draft in drafts])
    features = draw_features(points, genre=genre, rng=arrays)
    songs = [
        _song(seed, index, draft=draft, point=(point[0], point[1]), features=tuple(row))
        for index, (draft, point, row) in enumerate(
            zip(drafts, points.tolist(), features.tolist(), strict=True)
        )
    ]
    songs = _with_singles(seed, songs)
    by_isrc, albums = _grouped(songs)
    return Catalogue(
        artists=tuple(artists),
        songs=tuple(songs),
        by_id={song.id: song for song in songs},
        by_isrc=by_isrc,
        artists_by_id={artist.id: artist for artist in artists},
        albums=albums,
    )
