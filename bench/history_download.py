"""Makes privacy downloads as Spotify hands them out, faults included, with the truth beside them."""

import io
import json
import random
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate

FOLDER = "Spotify Extended Streaming History"
_ZIP_TIME = (2026, 11, 2, 3, 4, 6)
_START = datetime(2021, 3, 1, 6, tzinfo=UTC)
_ID_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NAMES = (
    "Amber Quay", "Moth & Lantern", "Lo; Fi", "Sigur Ro\u0301n", "Nuit Bleue", "雨の図書館", "ليل المدينة",
    "Лунный трамвай", "\u200fהגשר", "feat. Nobody", "null", "<i>Slant</i>", "=SUM(A1)", "  two blanks  ",
    "Tab\tTown", "🎹 Keys", "[Intermission]", "Curly {Brace}", 'Say "When"', "Back\\slash", "Z" * 300,
)  # fmt: skip
_SHARES: tuple[tuple[str, float], ...] = (
    ("play", 0.66),
    ("short_play", 0.22),
    ("podcast", 0.03),
    ("audiobook", 0.01),
    ("no_track", 0.01),
    ("local_file", 0.01),
    ("nameless_uri", 0.01),
    ("uriless_name", 0.02),
    ("repeat", 0.03),
)

Play = tuple[str, int, str | None, str | None, str | None]
"""(ts, ms_played, track uri, title, artist)."""


@dataclass(frozen=True, slots=True)
class Song:
    """An invented track: its `uri`, `title`, `artist`, `album` and length."""

    uri: str
    title: str
    artist: str
    album: str
    duration_ms: int


@dataclass(slots=True)
class Truth:
    """What a right importer finds: every stored play with its count, and rows by verdict."""

    plays: Counter[Play] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    rows: int = 0

    @property
    def listens(self) -> int:
        """Plays of 30 s and more."""
        return sum(count for play, count in self.plays.items() if play[1] >= 30_000)


@dataclass(frozen=True, slots=True)
class MadeDownload:
    """A download as bytes: the ZIP, its files by name, and the truth about them."""

    zip_bytes: bytes
    files: dict[str, bytes]
    truth: Truth


def make_download(rows: int, *, seed: int, rows_per_file: int = 16_000, songs: int = 400) -> MadeDownload:
    """About `rows` audio rows and a tenth of a percent of video rows; same arguments, same bytes."""
    maker = _Maker(random.Random(seed), songs=songs)
    while len(maker.rows) < rows:
        maker.add_one()
    maker.hand_in_offline_repeats()
    maker.write_rows_twice(share=0.01)
    parts = maker.parts(rows_per_file)
    files = {f"Streaming_History_Audio_{index}.json": _json(part) for index, part in parts}
    files["Streaming_History_Video_2021.json"] = _json(maker.video_rows(max(1, rows // 1000)))
    maker.truth.rows = sum(maker.truth.verdicts.values())
    return MadeDownload(make_zip(files), files, maker.truth)


def make_zip(files: dict[str, bytes], *, folder: str = FOLDER) -> bytes:
    """Pack `files` by name into `folder`, with a fixed time so that equal input is equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(f"{folder}/{name}" if folder else name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return packed.getvalue()


def blank_record() -> dict[str, object]:
    """A record with the 23 keys of the extended history, nothing known but its platform."""
    return {
        "ts": None, "platform": "linux [x86-64 0]", "ms_played": None, "conn_country": "AT",
        "ip_addr": "203.0.113.7", "master_metadata_track_name": None,
        "master_metadata_album_artist_name": None, "master_metadata_album_album_name": None,
        "spotify_track_uri": None, "episode_name": None, "episode_show_name": None,
        "spotify_episode_uri": None, "audiobook_title": None, "audiobook_uri": None,
        "audiobook_chapter_uri": None, "audiobook_chapter_title": None, "reason_start": "clickrow",
        "reason_end": "trackdone", "shuffle": False, "skipped": False, "offline": False,
        "offline_timestamp": None, "incognito_mode": False,
    }  # fmt: skip


def _json(rows: list[dict[str, object]]) -> bytes:
    return json.dumps(rows, ensure_ascii=False, indent=2).encode()


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class _Maker:
    def __init__(self, rng: random.Random, *, songs: int) -> None:
        self.rows: list[dict[str, object]] = []
        self.truth = Truth()
        self._rng = rng
        self._now = _START
        self._songs = [self._song(index) for index in range(songs)]
        # A few songs are played very often, as in every real history (Zipf's law).
        self._popularity = list(accumulate(1 / rank**0.8 for rank in range(1, songs + 1)))

    def _song(self, index: int) -> Song:
        rng = self._rng
        title = f"{rng.choice(_NAMES)} {index}" if rng.random() < 0.9 else rng.choice(_NAMES)
        return Song(
            uri="spotify:track:" + "".join(rng.choices(_ID_LETTERS, k=22)),
            title=title,
            artist=rng.choice(_NAMES),
            album=rng.choice(_NAMES),
            duration_ms=rng.randint(31_000, 300_000),
        )

    def add_one(self) -> None:
        names = [name for name, _ in _SHARES]
        kind = self._rng.choices(names, [share for _, share in _SHARES])[0]
        if kind in ("podcast", "audiobook", "no_track"):
            self._add_spoken(kind)
            return
        song = self._rng.choices(self._songs, cum_weights=self._popularity)[0]
        for _ in range(3 if kind == "repeat" else 1):
            self._add_track(song, kind)

    def _record(self, ms_played: int) -> dict[str, object]:
        self._now += timedelta(milliseconds=ms_played, seconds=self._rng.randint(4, 900))
        self._now = self._now.replace(microsecond=0)
        return blank_record() | {"ts": _stamp(self._now), "ms_played": ms_played}

    def _add_spoken(self, kind: str) -> None:
        record = self._record(self._rng.randint(0, 900_000))
        if kind == "podcast":
            record |= {"episode_name": "One", "spotify_episode_uri": "spotify:episode:1"}
        if kind == "audiobook":
            record |= {"audiobook_title": "Book", "audiobook_uri": "spotify:show:1"}
        self.truth.verdicts[kind] += 1
        self.rows.append(record)

    def _add_track(self, song: Song, kind: str) -> None:
        is_short = kind == "short_play"
        record = self._record(self._rng.randint(0, 29_999) if is_short else song.duration_ms)
        record |= _named(song, kind=kind)
        verdict = kind if kind in ("short_play", "local_file") else "play"
        self.truth.verdicts[verdict] += 1
        self.truth.plays[_play(record)] += 1
        self.rows.append(record)

    def hand_in_offline_repeats(self) -> None:
        """One song three times while offline: one stamp for all, told apart by the device's time."""
        song = self._songs[0]
        records = [self._record(song.duration_ms) | _named(song, kind="play") for _ in range(3)]
        for number, record in enumerate(records):
            record |= {"ts": records[-1]["ts"], "offline": True, "offline_timestamp": 1 + number}
            self.truth.verdicts["play"] += 1
            self.truth.plays[_play(record)] += 1
            self.rows.append(record)

    def write_rows_twice(self, *, share: float) -> None:
        """Some tracks again, as they are or up to three seconds later."""
        tracks = [row for row in self.rows if _is_stored(row)]
        for row in self._rng.sample(tracks, max(2, int(len(tracks) * share))):
            ended_at = datetime.fromisoformat(str(row["ts"]))
            later = ended_at + timedelta(seconds=self._rng.randint(0, 3))
            self.rows.append(row | {"ts": _stamp(later)})
            self.truth.verdicts["duplicate_in_file"] += 1
        self.rows.sort(key=lambda row: str(row["ts"]))

    def parts(self, rows_per_file: int) -> list[tuple[int, list[dict[str, object]]]]:
        """Numbered files; each begins with the last two rows of the one before."""
        parts: list[tuple[int, list[dict[str, object]]]] = []
        for index, start in enumerate(range(0, len(self.rows), rows_per_file)):
            again = self.rows[max(0, start - 2) : start]
            for row in again:
                self.truth.verdicts[_verdict_again(row)] += 1
            parts.append((index, again + self.rows[start : start + rows_per_file]))
        return parts

    def video_rows(self, count: int) -> list[dict[str, object]]:
        """Clips that were watched, with the ids of tracks."""
        self.truth.verdicts["video"] += count
        songs = self._rng.choices(self._songs, k=count)
        return [self._record(song.duration_ms) | _named(song, kind="play") for song in songs]


def _named(song: Song, *, kind: str) -> dict[str, object]:
    names: dict[str, object] = {
        "master_metadata_track_name": song.title,
        "master_metadata_album_artist_name": song.artist,
        "master_metadata_album_album_name": song.album,
    }
    if kind == "nameless_uri":
        return {"spotify_track_uri": song.uri}
    if kind == "uriless_name":
        return names
    uri = "spotify:local:a:b:c:60" if kind == "local_file" else song.uri
    return names | {"spotify_track_uri": uri}


def _play(record: dict[str, object]) -> Play:
    uri = str(record["spotify_track_uri"] or "")
    title, artist = record["master_metadata_track_name"], record["master_metadata_album_artist_name"]
    return (
        str(record["ts"]),
        int(str(record["ms_played"])),
        uri if uri.startswith("spotify:track:") else None,
        str(title) if title else None,
        str(artist) if artist else None,
    )


def _is_stored(record: dict[str, object]) -> bool:
    return bool(record["spotify_track_uri"] or record["master_metadata_track_name"])


def _verdict_again(record: dict[str, object]) -> str:
    if _is_stored(record):
        return "duplicate_in_file"
    if record["spotify_episode_uri"]:
        return "podcast"
    return "audiobook" if record["audiobook_uri"] else "no_track"
