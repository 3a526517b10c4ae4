import logging
from datetime import timedelta

import pytest

from moods.sources.lrclib import Lrclib
from moods.sources.types import Blocked, Hit, Instrumental, LyricsText, Miss, Retry
from tests.spotify.upstream import Answer

CANARY = "I feel your breath upon my neck"
SONG = {
    "title": "I Want to Live - Remastered 2023",
    "artist": "Borislav Slavov",
    "album": "Baldur's Gate 3",
    "duration_ms": 233_400,
}
NOT_FOUND = Answer(404, {"message": "Failed to find specified track", "statusCode": 404})
PLAIN = {"track_name": "I Want to Live", "artist_name": "Borislav Slavov", "duration": "233"}


@pytest.fixture
def source(upstream):
    return Lrclib(upstream.url + "/api", "Moodsite/1.0")


def answer_body(**changes):
    body = {
        "id": 3396226,
        "trackName": "I Want to Live",
        "artistName": "Borislav Slavov",
        "albumName": "Baldur's Gate 3 (Original Game Soundtrack)",
        "duration": 233.0,
        "instrumental": False,
        "plainLyrics": f"{CANARY}\nThe night is long\n",
        "syncedLyrics": "[00:17.12] other words",
        "lyricsfile": "other words",
    }
    return body | changes


def hit(text=f"{CANARY}\nThe night is long", **changes):
    values = {
        "lrclib_id": 3396226,
        "name": "I Want to Live",
        "artist": "Borislav Slavov",
        "duration_s": 233.0,
    }
    return Hit(LyricsText(text=text, **(values | changes)))


def test_lyrics_are_asked_for_by_plain_title_and_album_first(upstream, source):
    upstream.answers_json(answer_body())

    assert source.lyrics(**SONG) == hit()
    assert upstream.lines() == [("GET", "/api/get", PLAIN | {"album_name": "Baldur's Gate 3"})]


def test_lyrics_are_asked_for_in_three_ways_at_most(upstream, source):
    upstream.answers(NOT_FOUND, NOT_FOUND, NOT_FOUND)

    assert source.lyrics(**SONG) == Miss()
    assert [query for _, _, query in upstream.lines()] == [
        PLAIN | {"album_name": "Baldur's Gate 3"},
        PLAIN,
        PLAIN | {"track_name": "I Want to Live - Remastered 2023"},
    ]


@pytest.mark.parametrize("duration_ms", [None, 0, 400, 3_601_000])
def test_lyrics_are_asked_for_without_what_is_unknown(duration_ms, upstream, source):
    upstream.answers(NOT_FOUND)

    found = source.lyrics(title="Rain", artist="Ann", album=None, duration_ms=duration_ms)

    assert found == Miss()
    assert [query for _, _, query in upstream.lines()] == [{"track_name": "Rain", "artist_name": "Ann"}]


def test_lyrics_are_paced_before_each_request(upstream):
    paced = []
    source = Lrclib(upstream.url, "Moodsite/1.0", pace=lambda: paced.append(len(upstream.asked)))
    upstream.answers(NOT_FOUND, NOT_FOUND, NOT_FOUND)

    source.lyrics(**SONG)

    assert paced == [0, 1, 2]


TEXTS = {
    "timed only": (
        {"plainLyrics": None, "syncedLyrics": "[00:17.12] One\n[01:02.3]Two\n[00:03] [00:09] Three"},
        "One\nTwo\nThree",
    ),
    "timed beside blank": ({"plainLyrics": " \n", "syncedLyrics": "[00:17.12] One"}, "One"),
    "long": ({"plainLyrics": "la " * 50_000}, ("la " * 50_000)[:20_000]),
    "with NUL": ({"plainLyrics": "a\x00b"}, "ab"),
    "with brackets that are no times": ({"plainLyrics": "[Chorus] la"}, "[Chorus] la"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_words_are_read_when_they_are(name, upstream, source):
    changes, text = TEXTS[name]
    upstream.answers_json(answer_body(**changes))

    assert source.lyrics(**SONG) == hit(text)


def test_instrumental_song_is_known_to_have_no_words(upstream, source):
    upstream.answers_json(answer_body(instrumental=True, plainLyrics=None, syncedLyrics=None))

    assert source.lyrics(**SONG) == Instrumental(lrclib_id=3396226, duration_s=233.0)


@pytest.mark.parametrize(
    "changes",
    [
        {"plainLyrics": None, "syncedLyrics": None},
        {"plainLyrics": "", "syncedLyrics": "[00:01.00] "},
        {"trackName": "Another Song"},
        {"trackName": None},
        {"artistName": "Somebody Else"},
        {"duration": 250.0},
        {"plainLyrics": 3},
        {"instrumental": "no"},
    ],
    ids=str,
)
def test_song_is_missed_when_the_answer_is_useless(changes, upstream, source):
    upstream.answers(*[Answer(body=answer_body(**changes))] * 3)

    assert source.lyrics(**SONG) == Miss()


def test_song_is_found_in_the_second_way_when_the_first_has_no_words(upstream, source):
    upstream.answers_json(answer_body(plainLyrics=None, syncedLyrics=None), answer_body())

    assert source.lyrics(**SONG) == hit()


@pytest.mark.parametrize(
    ("changes", "read"),
    [
        ({"duration": None}, {"duration_s": None}),
        ({"duration": "long"}, {"duration_s": None}),
        ({"duration": 244.0}, {"duration_s": 244.0}),
        ({"id": None}, {"lrclib_id": 0}),
        ({"trackName": "I want to LIVE!"}, {"name": "I want to LIVE!"}),
        ({"artistName": "Borislav Slavov & Ilona"}, {"artist": "Borislav Slavov & Ilona"}),
    ],
)
def test_song_is_taken_when_the_answer_differs_a_little(changes, read, upstream, source):
    upstream.answers_json(answer_body(**changes))

    assert source.lyrics(**SONG) == hit(**read)


FAILURES = {
    "403": (Answer(403, "<html>"), Blocked(timedelta(hours=24), "status 403")),
    "400": (Answer(400, {"name": "ValidationError"}), Retry(timedelta(days=1), "status 400", 400)),
    "429": (
        Answer(429, "<html>", {"Retry-After": "30"}),
        Retry(timedelta(seconds=30), "status 429", 429),
    ),
    "500": (Answer(500, {"name": "UnknownError"}), Retry(None, "status 500", 500)),
    "504": (Answer(504, "<html>"), Retry(None, "status 504", 504)),
    "HTML": (Answer(body="<html>"), Retry(None, "the answer is not a JSON object")),
    "cut": (Answer(wire=lambda out: None), Retry(None, "no answer (ConnectionError)")),
}


@pytest.mark.parametrize("name", FAILURES)
def test_failed_call_is_no_miss_and_ends_the_search(name, upstream, source):
    answer, outcome = FAILURES[name]
    upstream.answers(NOT_FOUND, answer)

    assert source.lyrics(**SONG) == outcome
    assert len(upstream.asked) == 2


def test_words_are_in_no_repr_and_no_log(upstream, source, caplog):
    caplog.set_level(logging.DEBUG)
    upstream.answers_json(answer_body())

    found = source.lyrics(**SONG)

    assert found.value.text.startswith(CANARY)
    assert CANARY not in repr(found) + str(found) + caplog.text
