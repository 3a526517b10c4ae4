from datetime import timedelta
from itertools import islice

import pytest

from moods.sources.lrclib import Lrclib
from moods.sources.musicbrainz import MusicBrainz
from moods.sources.reccobeats import BATCH_SIZE, ReccoBeats
from moods.sources.types import Blocked, Hit, Instrumental, LyricsText, Miss, Retry
from sandbox import Sandbox

AGENT = "Moodsite/1.0 (+https://example.org)"


@pytest.fixture(scope="module")
def shared_sandbox():
    with Sandbox(seed=7, now="2026-11-01T12:00:00Z") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared_sandbox):
    yield shared_sandbox
    shared_sandbox.clear_failures()
    shared_sandbox.clear_journal()


@pytest.fixture(scope="module")
def songs(shared_sandbox):
    return shared_sandbox.songs()


@pytest.fixture
def reccobeats(sandbox):
    return ReccoBeats(sandbox.reccobeats_url, AGENT)


@pytest.fixture
def lrclib(sandbox):
    return Lrclib(sandbox.lrclib_url, AGENT)


def look_up_words(lrclib, song):
    return lrclib.lyrics(
        title=song["title"],
        artist=song["artists"][0],
        album=song["album"],
        duration_ms=song["duration_ms"],
    )


def first(songs, count, **facts):
    fitting = (song for song in songs if all(song[name] == fact for name, fact in facts.items()))
    return list(islice(fitting, count))


def test_features_are_those_of_the_song(reccobeats, songs):
    asked = songs[:BATCH_SIZE]

    found = reccobeats.features([song["id"] for song in asked])

    known = {song["id"] for song in asked if song["in_reccobeats"]}
    assert {one for one, outcome in found.items() if isinstance(outcome, Hit)} == known
    truth = {song["id"]: song["features"]["valence"] for song in asked}
    assert {one: found[one].value.valence for one in known} == {one: truth[one] for one in known}


def test_isrc_finds_what_the_id_misses(reccobeats, songs):
    asked = first(songs, 10, in_reccobeats=False, in_reccobeats_by_isrc=True)

    by_id = reccobeats.features([song["id"] for song in asked])
    by_isrc = reccobeats.features_by_isrc({song["isrc"]: song["duration_ms"] for song in asked})

    assert set(by_id.values()) == {Miss()}
    assert {isrc: outcome.value.isrc for isrc, outcome in by_isrc.items()} == {
        song["isrc"]: song["isrc"] for song in asked
    }


def test_tracks_are_described_as_they_are(reccobeats, songs):
    (song,) = first(songs, 1, in_reccobeats=True)

    track = reccobeats.tracks([song["id"]])[song["id"]].value

    assert (track.title, track.artists, track.duration_ms, track.isrc) == (
        song["title"],
        tuple(song["artists"]),
        song["duration_ms"],
        song["isrc"],
    )


def test_recommendations_are_other_tracks(reccobeats, songs):
    (song,) = first(songs, 1, in_reccobeats=True)

    found = reccobeats.recommendations([song["id"]], 5)

    assert len({track.spotify_id for track in found.value} - {song["id"]}) == 5


def test_nameless_client_is_blocked(sandbox, songs):
    nameless = ReccoBeats(sandbox.reccobeats_url, "python-requests/2.34.2")

    assert nameless.features([songs[0]["id"]]) == Blocked(timedelta(hours=24), "status 403")


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        ({"status": 429, "retry_after": 7}, Retry(timedelta(seconds=7), "status 429", 429)),
        ({"status": 500, "body": "<html>"}, Retry(None, "status 500", 500)),
        ({"truncate": True}, Retry(None, "the answer is not a JSON object")),
        ({"lose_answer": True}, Retry(None, "no answer (ConnectionError)")),
    ],
    ids=str,
)
def test_failure_is_no_miss(failure, outcome, sandbox, reccobeats, songs):
    sandbox.fail("reccobeats", **failure)

    assert reccobeats.features([songs[0]["id"]]) == outcome


def test_words_are_found_for_songs_that_lrclib_has(lrclib, songs):
    found = [look_up_words(lrclib, song) for song in first(songs, 30, in_lrclib=True)]

    kinds = [type(outcome.value) if isinstance(outcome, Hit) else type(outcome) for outcome in found]
    assert set(kinds) <= {LyricsText, Instrumental, Miss}
    # Nobody has given the words of a few songs that are listed.
    assert kinds.count(Miss) <= 3


def test_words_are_missed_for_songs_that_lrclib_has_not(lrclib, songs):
    asked = first(songs, 10, in_lrclib=False, same_as=None)

    assert {look_up_words(lrclib, song) for song in asked} == {Miss()}


def test_song_without_words_is_instrumental(lrclib, songs):
    (song,) = first(songs, 1, in_lrclib=True, language=None)

    assert isinstance(look_up_words(lrclib, song), Instrumental)


def test_genres_are_found_by_isrc_and_artist(sandbox, songs):
    source = MusicBrainz(sandbox.musicbrainz_url, AGENT)

    found = [(song, source.recording(song["isrc"])) for song in songs[:20] if song["isrc"]]

    known = [(song, outcome.value) for song, outcome in found if isinstance(outcome, Hit)]
    assert [[one.name for one in recording.artists] for _, recording in known] == [
        song["artists"] for song, _ in known
    ]
    genres = [source.artist_genres(recording.artists[0].mbid).value for _, recording in known]
    named = [{genre.name for genre in several} for several in genres]
    assert any(named)
    assert all(names <= set(song["genres"]) for names, (song, _) in zip(named, known, strict=True))
