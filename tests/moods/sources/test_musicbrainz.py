from datetime import timedelta

import pytest

from moods.sources.musicbrainz import MusicBrainz
from moods.sources.types import Blocked, CreditedArtist, Genre, Hit, Miss, Recording, Retry
from tests.spotify.upstream import Answer

ISRC = "GBDUW0000059"
MBID = "056e4f3e-d505-4dad-8ec1-d04f521cbb56"
ARTIST = "f54ba20c-7da3-4b8e-9b12-22f9e4a9f8ec"
NOT_FOUND = Answer(404, {"error": "Not Found"})


@pytest.fixture
def source(upstream):
    return MusicBrainz(upstream.url + "/ws/2/", "Moodsite/1.0 (+https://example.org)")


def recording_row(**changes):
    row = {
        "id": MBID,
        "title": "Harder, Better, Faster, Stronger",
        "genres": [{"name": "House", "count": 5}, {"name": "french house", "count": 7}],
        "tags": [{"name": "electronic", "count": 7}],
        "artist-credit": [{"name": "Daft Punk", "artist": {"id": ARTIST, "name": "Daft Punk"}}],
    }
    return row | changes


def recording(*genres):
    return Hit(Recording(MBID, (CreditedArtist(ARTIST, "Daft Punk"),), genres))


HOUSE = (Genre("french house", 7), Genre("house", 5))


def test_recording_is_found_by_isrc(upstream, source):
    upstream.answers_json({"isrc": ISRC, "recordings": [recording_row()]})

    assert source.recording(ISRC) == recording(*HOUSE)
    query = {"inc": "artist-credits tags genres", "fmt": "json"}
    assert upstream.lines() == [("GET", f"/ws/2/isrc/{ISRC}", query)]


def test_genres_of_all_recordings_add_up(upstream, source):
    other = recording_row(id=ARTIST, genres=[{"name": "house", "count": 6}])
    upstream.answers_json({"recordings": [recording_row(), other]})

    assert source.recording(ISRC) == recording(Genre("house", 11), Genre("french house", 7))


@pytest.mark.parametrize(
    ("changes", "genres"),
    [
        ({"genres": []}, (Genre("electronic", 7),)),
        ({"genres": None, "tags": None}, ()),
        ({"genres": "house", "tags": [None, 3]}, ()),
        ({"genres": [{"name": None}, {"name": 3, "count": 1}, {"name": "a"}], "tags": []}, ()),
        ({"genres": [{"name": "a", "count": 0}, {"name": "b", "count": -1}], "tags": []}, ()),
    ],
    ids=str,
)
def test_genres_are_tags_or_none_when_nobody_voted_for_a_genre(changes, genres, upstream, source):
    upstream.answers_json({"recordings": [recording_row(**changes)]})

    assert source.recording(ISRC) == recording(*genres)


def test_genres_are_the_twenty_most_voted_for(upstream, source):
    many = [{"name": f"genre {number}", "count": number} for number in range(1, 101)]
    upstream.answers_json({"recordings": [recording_row(genres=many)]})

    genres = source.recording(ISRC).value.genres

    assert [genre.votes for genre in genres] == list(range(100, 80, -1))


@pytest.mark.parametrize(
    "credit",
    [None, "Daft Punk", [None], [{}], [{"artist": None}], [{"artist": {"id": "x"}}]],
    ids=str,
)
def test_recording_without_a_readable_credit_has_no_artists(credit, upstream, source):
    upstream.answers_json({"recordings": [recording_row(**{"artist-credit": credit})]})

    assert source.recording(ISRC) == Hit(Recording(MBID, (), HOUSE))


def test_artist_without_a_name_is_kept_by_id(upstream, source):
    credit = [{"artist": {"id": ARTIST, "name": None}}]
    upstream.answers_json({"recordings": [recording_row(**{"artist-credit": credit})]})

    assert source.recording(ISRC).value.artists == (CreditedArtist(ARTIST, ""),)


@pytest.mark.parametrize(
    "answer",
    [NOT_FOUND, Answer(body={"recordings": []}), Answer(body={"recordings": [{"id": "x"}, None]})],
)
def test_isrc_is_missed_when_no_recording_has_it(answer, upstream, source):
    upstream.answers(answer)

    assert source.recording(ISRC) == Miss()


def test_artist_genres_are_ranked(upstream, source):
    upstream.answers_json({"id": ARTIST, "genres": recording_row()["genres"], "tags": []})

    assert source.artist_genres(ARTIST) == Hit(HOUSE)
    query = {"inc": "tags genres", "fmt": "json"}
    assert upstream.lines() == [("GET", f"/ws/2/artist/{ARTIST}", query)]


def test_unknown_artist_is_missed(upstream, source):
    upstream.answers(NOT_FOUND)

    assert source.artist_genres(ARTIST) == Miss()


FAILURES = {
    "too quick": (Answer(503, {"error": "limit"}), Retry(None, "status 503", 503)),
    "too quick, with a wait": (
        Answer(503, headers={"Retry-After": "9999"}),
        Retry(timedelta(minutes=15), "status 503", 503),
    ),
    "403": (Answer(403), Blocked(timedelta(hours=24), "status 403")),
    "HTML": (Answer(body="<html>"), Retry(None, "the answer is not a JSON object")),
}


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.parametrize(
    "call",
    [lambda source: source.recording(ISRC), lambda source: source.artist_genres(ARTIST)],
    ids=["recording", "artist"],
)
def test_failed_call_is_no_miss(name, call, upstream, source):
    answer, outcome = FAILURES[name]
    upstream.answers(answer)

    assert call(source) == outcome


def test_answer_without_recordings_is_no_miss(upstream, source):
    upstream.answers_json({"isrc": ISRC})

    assert source.recording(ISRC) == Retry(None, "the answer has no recordings")


@pytest.mark.parametrize(
    "call",
    [
        lambda source: source.recording("../artist"),
        lambda source: source.recording(""),
        lambda source: source.artist_genres("../isrc"),
    ],
)
def test_wrong_id_sends_nothing(call, upstream, source):
    with pytest.raises(ValueError, match=r"not an? "):
        call(source)

    assert upstream.asked == []
