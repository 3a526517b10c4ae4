import io
import json
import re
import zipfile
from collections import Counter
from datetime import UTC, date, datetime

import numpy as np
import pytest

from sandbox import Sandbox
from sandbox.catalogue import build_catalogue
from sandbox.listeners import NOOR
from sandbox.listening import Schedule, schedule_of
from tests.sandbox.conftest import NOON

MOODS = {"happy", "sad", "energetic", "calm", "angry", "romantic"}
FIELDS = 23


def correlation(songs: list[dict], truth: str, feature: str) -> float:
    return float(
        np.corrcoef([song[truth] for song in songs], [song["features"][feature] for song in songs])[0, 1]
    )


def test_catalogue_has_the_promised_size(sandbox):
    songs, everything = sandbox.songs(), sandbox.songs(deep_cuts=True)

    assert 2_000 <= len(songs) <= 2_200
    assert len(everything) >= 8_500
    assert len({song["artist"] for song in songs}) == 300
    assert {song["mood"] for song in songs} == MOODS
    assert len({song["id"] for song in everything}) == len(everything)
    assert all(re.fullmatch("[0-9A-Za-z]{22}", song["id"]) for song in everything)
    assert all(
        re.fullmatch("[A-Z]{2}[A-Z0-9]{3}[0-9]{7}", song["isrc"] or "GBAAA0000000") for song in everything
    )


def test_world_follows_from_the_seed(sandbox):
    with Sandbox(now=NOON) as again, Sandbox(now=NOON, seed=8) as other:
        same = (again.songs(), again.plays("sam"), again.liked("karl"), again.playlists("rosa"))
        different = [other.songs()[0]["id"], other.liked("karl")[0]["id"]]

    assert same == (
        sandbox.songs(),
        sandbox.plays("sam"),
        sandbox.liked("karl"),
        sandbox.playlists("rosa"),
    )
    assert different != [sandbox.songs()[0]["id"], sandbox.liked("karl")[0]["id"]]


def test_world_is_made_anew_from_its_seed():
    """Not taken from memory, where it is kept for the other sandboxes of a process."""
    day, known = date(2026, 3, 2), build_catalogue(7)
    anew = build_catalogue.__wrapped__(7)

    assert anew == known
    assert Schedule(NOOR, anew, seed=7).day(day) == schedule_of("noor", 7).day(day)


def test_past_stays_the_same_however_late_the_sandbox_starts(sandbox):
    with Sandbox(now="2026-12-24T12:00:00Z") as later:
        past = [play for play in later.plays("noor") if play["played_at"] <= "2026-11-02T12:00:00.000Z"]
        likes = later.liked("karl")

    assert past == sandbox.plays("noor")
    assert likes == sandbox.liked("karl")


@pytest.mark.parametrize(
    ("truth", "feature", "least", "most"),
    [
        ("valence", "valence", 0.75, 0.95),
        ("arousal", "energy", 0.8, 0.98),
        ("arousal", "loudness", 0.7, 0.95),
        ("arousal", "acousticness", -0.9, -0.5),
        ("valence", "danceability", 0.3, 0.7),
        ("valence", "mode", 0.1, 0.4),
        ("arousal", "tempo", 0.3, 0.7),
        ("valence", "energy", -0.2, 0.35),
    ],
)
def test_features_follow_the_mood_with_noise(sandbox, truth, feature, least, most):
    assert least < correlation(sandbox.songs(), truth, feature) < most


def test_features_stay_in_spotifys_ranges(sandbox):
    ranges = {
        "tempo": (48, 214),
        "loudness": (-30, 3),
        "key": (-1, 11),
        "mode": (0, 1),
        "time_signature": (3, 5),
    }
    ranges |= {"duration_ms": (35_000, 900_000)}

    for song in sandbox.songs(deep_cuts=True):
        for name, value in song["features"].items():
            low, high = ranges.get(name, (0, 1))
            assert low <= value <= high


@pytest.mark.parametrize(
    ("known", "least", "most"),
    [("in_reccobeats", 0.66, 0.78), ("in_reccobeats_by_isrc", 0.76, 0.88), ("in_lrclib", 0.64, 0.76)],
)
def test_sources_know_as_much_as_they_do_in_life(sandbox, known, least, most):
    songs = sandbox.songs()

    assert least < sum(song[known] for song in songs) / len(songs) < most


def test_reccobeats_knows_less_of_what_is_new(sandbox):
    def share(year: str) -> float:
        songs = [song for song in sandbox.songs() if song["release_date"].startswith(year)]
        return sum(song["in_reccobeats"] for song in songs) / len(songs)

    assert share("2026") < share("2025") < share("2023")


def test_songs_come_in_several_languages_and_some_without_words(sandbox):
    songs = sandbox.songs()
    counts = Counter(song["language"] for song in songs)

    assert set(counts) == {"en", "de", "es", "fr", "pl", "ja", None}
    assert 0.08 < counts[None] / len(songs) < 0.2
    assert 0.1 < 1 - (counts["en"] + counts[None]) / len(songs) < 0.25


def test_some_songs_exist_twice_under_one_isrc(sandbox):
    songs = {song["id"]: song for song in sandbox.songs()}
    singles = [song for song in songs.values() if song["same_as"]]

    assert 60 < len(singles) < 140
    for single in singles:
        album_cut = songs[single["same_as"]]
        assert (single["isrc"], single["title"]) == (album_cut["isrc"], album_cut["title"])
        assert (single["features"], single["album"]) == (album_cut["features"], album_cut["title"])


def test_titles_have_the_tails_that_matching_must_cope_with(sandbox):
    titles = " | ".join(song["title"] for song in sandbox.songs())

    assert all(tail in titles for tail in (" - Remastered 20", " - Live", "(feat. "))


@pytest.mark.parametrize(
    ("listener", "plays", "likes", "own"),
    [("noor", 15_000, 200, 4), ("sam", 10_000, 180, 5), ("rosa", 8_000, 180, 4), ("karl", 12_000, 8_000, 6)],
)
def test_listener_has_two_years_of_plays_and_a_library(sandbox, listener, plays, likes, own):
    history = sandbox.plays(listener)

    assert plays < len(history) < plays * 1.5
    assert history[0]["played_at"] < "2024-11-05"
    assert history == sorted(history, key=lambda play: play["played_at"])
    assert likes <= len(sandbox.liked(listener)) < likes * 1.6
    assert sum(row["owner"] == listener for row in sandbox.playlists(listener)) == own


def test_newcomer_has_nothing(sandbox):
    assert (sandbox.plays("nina"), sandbox.liked("nina"), sandbox.playlists("nina")) == ([], [], [])


def test_days_have_a_rhythm(sandbox):
    hours = Counter(int(play["played_at"][11:13]) for play in sandbox.plays("noor"))
    night = sum(hours[hour] for hour in (21, 22, 23, 0, 1, 2, 3, 4, 5))

    assert night / sum(hours.values()) > 0.7


def mean_truth(sandbox, listener: str, start: str, stop: str) -> tuple[float, float]:
    points = {song["id"]: (song["valence"], song["arousal"]) for song in sandbox.songs()}
    chosen = [points[play["id"]] for play in sandbox.plays(listener) if start <= play["played_at"] < stop]
    valence, arousal = np.mean(chosen, axis=0)
    return float(valence), float(arousal)


def test_break_up_month_sounds_sad(sandbox):
    usual = mean_truth(sandbox, "sam", "2025-03-03", "2025-04-07")
    broken = mean_truth(sandbox, "sam", "2026-03-03", "2026-04-07")

    assert usual[0] - broken[0] > 0.12


def test_runs_are_louder_than_evenings(sandbox):
    arousal = {song["id"]: song["arousal"] for song in sandbox.songs()}
    by_occasion = {
        name: np.mean([arousal[play["id"]] for play in sandbox.plays("rosa") if play["occasion"] == name])
        for name in ("run", "stretching")
    }

    assert by_occasion["run"] - by_occasion["stretching"] > 0.3


def test_skips_are_told_only_on_request(sandbox):
    listed, everything = sandbox.plays("sam"), sandbox.plays("sam", skips=True)

    assert min(play["ms_played"] for play in listed) >= 30_000
    assert 0.1 < 1 - len(listed) / len(everything) < 0.3


def test_songs_are_not_played_before_they_are_out(sandbox):
    released = {song["id"]: song["release_date"] for song in sandbox.songs()}

    assert [play for play in sandbox.plays("rosa") if play["played_at"][:10] < released[play["id"]]] == []


def test_nothing_is_played_before_anything_is_out():
    with Sandbox(now="1950-01-01T00:00:00Z") as early:
        assert early.plays("rosa") == []


def test_clock_runs_unless_it_is_stopped():
    with Sandbox() as running:
        before = running.now()
        running.advance(3_600)
        after = running.now()

    assert after > before
    assert (
        datetime.fromisoformat(after) - datetime.fromisoformat(before) < datetime.resolution * 3_660_000_000
    )


def test_moment_without_an_offset_means_utc(sandbox):
    sandbox.set_now(datetime(2026, 5, 1, 8, tzinfo=UTC))
    first = sandbox.now()
    sandbox.set_now("2026-05-01T10:00:00+02:00")
    second = sandbox.now()
    sandbox.set_now("2026-05-01T08:00:00")

    assert [first, second, sandbox.now()] == ["2026-05-01T08:00:00.000Z"] * 3


def unpacked(archive: bytes) -> dict[str, object]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {
            name: json.loads(opened.read(name)) if name.endswith(".json") else opened.read(name)
            for name in opened.namelist()
        }


def test_extended_download_holds_every_play_and_skip(sandbox):
    files = unpacked(sandbox.privacy_download("noor"))

    names = [name for name in files if "_Audio_" in name]
    assert names == [
        "Spotify Extended Streaming History/Streaming_History_Audio_2024-2026_0.json",
        "Spotify Extended Streaming History/Streaming_History_Audio_2026_1.json",
    ]
    rows = [row for name in names for row in files[name]]
    assert {len(row) for row in rows} == {FIELDS}
    told = Counter((row["spotify_track_uri"], row["ts"]) for row in rows if row["spotify_track_uri"])
    truth = Counter((play["uri"], play["played_at"][:19] + "Z") for play in sandbox.plays("noor", skips=True))
    assert truth - told == Counter()


def test_extended_download_holds_podcasts_nameless_rows_repeats_and_video(sandbox):
    files = unpacked(sandbox.privacy_download("noor"))
    audio = [row for name in files if "_Audio_" in name for row in files[name]]
    video = [row for name in files if "_Video_" in name for row in files[name]]

    podcasts = [row for row in audio if row["episode_name"]]
    nameless = [row for row in audio if not row["episode_name"] and not row["spotify_track_uri"]]
    repeats = Counter((row["ts"], row["spotify_track_uri"], row["ms_played"]) for row in audio)
    assert min(len(podcasts), len(nameless), len(video)) > 5
    assert {row["master_metadata_track_name"] for row in podcasts + nameless} == {None}
    assert max(repeats.values()) == 2
    assert {row["skipped"] for row in audio} == {True, False}


def test_extended_download_is_indented_as_the_real_one(sandbox):
    name = "Spotify Extended Streaming History/Streaming_History_Video_2024-2026.json"
    with zipfile.ZipFile(io.BytesIO(sandbox.privacy_download("noor"))) as opened:
        text = opened.read(name).decode()

    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False)


def test_account_download_holds_one_year_by_name(sandbox):
    files = unpacked(sandbox.privacy_download("sam", kind="account"))
    rows = files["Spotify Account Data/StreamingHistory_music_0.json"]

    assert set(rows[0]) == {"endTime", "artistName", "trackName", "msPlayed"}
    assert rows[0]["endTime"] >= "2025-11-02 12:00"
    played = [play for play in sandbox.plays("sam", skips=True) if play["played_at"] >= "2025-11-02T12:00"]
    assert [row["trackName"] for row in rows] == [play["title"] for play in played]
    liked = files["Spotify Account Data/YourLibrary.json"]["tracks"]
    assert [row["uri"] for row in liked] == [like["uri"] for like in sandbox.liked("sam")]


def test_download_of_a_newcomer_is_empty_but_whole(sandbox):
    files = unpacked(sandbox.privacy_download("nina"))

    assert [files[name] for name in files if name.endswith(".json")] == [[], []]


def test_download_is_the_same_over_http(sandbox, anyone):
    answer = anyone.get("/_sandbox/download/rosa.zip")

    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my_spotify_data.zip"'
    assert answer.content == sandbox.privacy_download("rosa")
    account = anyone.get("/_sandbox/download/rosa.zip?kind=account").content
    assert account == sandbox.privacy_download("rosa", kind="account")
    assert anyone.get("/_sandbox/download/eve.zip").status_code == 404
