"""LRCLIB: lyrics by exact normalised title and artist, with every kind of gap the real one has."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sandbox.catalogue import Catalogue, Song, build_catalogue
from sandbox.exchange import Answer, Call, Json, Route, json_answer, text_answer
from sandbox.ids import fraction
from sandbox.lyrics import with_times, write_lyrics

_SHARE_SUNG, _SHARE_WORDLESS = 0.8, 0.5
_SHARE_SYNCED_ONLY, _SHARE_WITHOUT_WORDS, _SHARE_PLAIN_ONLY = 0.07, 0.04, 0.2
_MOST_FOUND = 20
_TOLERANCE_S = 2
_TAIL = re.compile(r" (?:- (?:Remastered|Live).*|\(feat\. .*\))$")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One entry of their database. Both texts may be None though the song is sung."""

    id: int
    song: Song
    title: str

    @property
    def json(self) -> Json:
        """As the API answers it."""
        plain, synced = self._texts()
        return {
            "id": self.id,
            "name": self.title,
            "trackName": self.title,
            "artistName": self.song.artists[0].name,
            "albumName": self.song.album.name,
            "duration": round(self.song.duration_ms / 1000, 1),
            "instrumental": self.song.language is None,
            "plainLyrics": plain,
            "syncedLyrics": synced,
        }

    def _texts(self) -> tuple[str | None, str | None]:
        text, chance = write_lyrics(self.song), fraction("sheet", self.song.index)
        if text is None or chance < _SHARE_WITHOUT_WORDS:
            return None, None
        synced = with_times(text, duration_ms=self.song.duration_ms)
        if chance < _SHARE_WITHOUT_WORDS + _SHARE_SYNCED_ONLY:
            return None, synced
        return text, None if chance > 1 - _SHARE_PLAIN_ONLY else synced

    def fits(self, *, album: str | None, duration_s: float | None) -> bool:
        """Whether album and duration agree, as far as they were given."""
        if album and normalised(album) != normalised(self.song.album.name):
            return False
        return duration_s is None or abs(round(self.song.duration_ms / 1000, 1) - duration_s) <= _TOLERANCE_S


class Lrclib:
    """What LRCLIB knows of a catalogue."""

    def __init__(self, catalogue: Catalogue, *, seed: int) -> None:
        self._catalogue, self._seed = catalogue, seed

    @cached_property
    def sheets(self) -> dict[int, Sheet]:
        """By their id."""
        known = (song for song in self._catalogue.songs if self._knows(song))
        return {
            3_000_000 + song.index: Sheet(3_000_000 + song.index, song, self._spelling(song))
            for song in known
        }

    @cached_property
    def by_names(self) -> dict[tuple[str, str], list[Sheet]]:
        """By normalised title and artist, lowest id first."""
        grouped: dict[tuple[str, str], list[Sheet]] = defaultdict(list)
        for sheet in self.sheets.values():
            grouped[normalised(sheet.title), normalised(sheet.song.artists[0].name)].append(sheet)
        return grouped

    def _knows(self, song: Song) -> bool:
        share = _SHARE_WORDLESS if song.language is None else _SHARE_SUNG
        return song.same_as is None and fraction(self._seed, "lrclib", song.index) < share

    def _spelling(self, song: Song) -> str:
        """People often upload without the tail that Spotify puts on a title."""
        return _TAIL.sub("", song.title) if fraction(self._seed, "tail", song.index) < 0.7 else song.title


@lru_cache(maxsize=4)
def lrclib_of(seed: int) -> Lrclib:
    """What LRCLIB knows of the world of a seed."""
    return Lrclib(build_catalogue(seed), seed=seed)


def normalised(text: str) -> str:
    """Lower case, no accents, punctuation to spaces, no apostrophes, single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    words = "".join(letter if letter.isalnum() else " " for letter in re.sub("['’]", "", bare))
    return " ".join(words.split())


def get(call: Call) -> Answer:
    """GET /api/get."""
    title, artist = call.query.get("track_name"), call.query.get("artist_name")
    if title is None or artist is None:
        missing = "track_name" if title is None else "artist_name"
        return text_answer(f"Failed to deserialize query string: missing field `{missing}`", 400)
    duration_s = _duration(call.query.get("duration"))
    if duration_s is not None and not 1 <= duration_s <= 3_600:
        return _error(400, "ValidationError", "duration: must be between 1 and 3600")
    album = call.query.get("album_name")
    sheets = call.services.lrclib.by_names.get((normalised(title), normalised(artist)), [])
    found = next((sheet for sheet in sheets if sheet.fits(album=album, duration_s=duration_s)), None)
    return json_answer(found.json) if found else _not_found()


def _duration(text: str | None) -> float | None:
    """Seconds; nonsense becomes 0, which is out of range."""
    try:
        return float(text) if text is not None else None
    except ValueError:
        return 0.0


def get_by_id(call: Call) -> Answer:
    """GET /api/get/{id}."""
    sheet = call.services.lrclib.sheets.get(int(call.path_ids[0]))
    return json_answer(sheet.json) if sheet else _not_found()


def search(call: Call) -> Answer:
    """GET /api/search: at most 20, [] without anything to look for."""
    words = normalised(call.query.get("q") or call.query.get("track_name", "")).split()
    artist = normalised(call.query.get("artist_name", ""))
    if not words:
        return json_answer([])
    found = [sheet for sheet in call.services.lrclib.sheets.values() if _speaks_of(sheet, words, artist)]
    return json_answer([sheet.json for sheet in found[:_MOST_FOUND]])


def _speaks_of(sheet: Sheet, words: list[str], artist: str) -> bool:
    name = normalised(sheet.song.artists[0].name)
    text = f"{normalised(sheet.title)} {name} {normalised(sheet.song.album.name)}".split()
    return all(word in text for word in words) and (not artist or artist == name)


def _not_found() -> Answer:
    return _error(404, "TrackNotFound", "Failed to find specified track")


def _error(status: int, name: str, message: str) -> Answer:
    return json_answer({"message": message, "name": name, "statusCode": status}, status)


ROUTES = (
    Route("GET", re.compile("/lrclib/api/get"), "lrclib", get),
    Route("GET", re.compile(r"/lrclib/api/get/(\d+)"), "lrclib", get_by_id),
    Route("GET", re.compile("/lrclib/api/search"), "lrclib", search),
)
