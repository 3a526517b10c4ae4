from datetime import timedelta

import pytest

from moods.sources.reccobeats import ReccoBeats
from moods.sources.types import AudioFeatures, Blocked, Hit, LookupOff, Miss, Retry, TrackMetadata
from tests.spotify.upstream import Answer

ONE, TWO, THREE = "1" * 22, "2" * 22, "3" * 22
ISRC = "USUG12103683"


@pytest.fixture
def source(upstream):
    return ReccoBeats(upstream.url + "/v1", "Moodsite/1.0")


def features_row(spotify_id=ONE, **changes):
    row = {
        "id": "70b85474-5c5e-4430-a309-f1d71ee5cb23",
        "href": f"https://open.spotify.com/track/{spotify_id}",
        "isrc": ISRC,
        "acousticness": 0.817,
        "danceability": 0.606,
        "energy": 0.377,
        "instrumentalness": 0.0,
        "key": 0,
        "liveness": 0.154,
        "loudness": -9.455,
        "mode": 1,
        "speechiness": 0.0275,
        "tempo": 101.96,
        "valence": 0.446,
    }
    return row | changes


def features(**changes):
    values = features_row() | changes
    del values["href"]
    return AudioFeatures(source_ref=values.pop("id"), **values)


TAYLOR = "https://open.spotify.com/artist/06HL4z0CvFAxyc27GXpf02"


def track_row(spotify_id=ONE, **changes):
    row = {
        "id": "70b85474-5c5e-4430-a309-f1d71ee5cb23",
        "trackTitle": "Nothing New",
        "artists": [{"id": "c7b330b5", "name": "Taylor", "href": TAYLOR}, {"name": None}, {"name": "Phoebe"}],
        "durationMs": 258812,
        "isrc": "usug12103683",
        "href": f"https://open.spotify.com/track/{spotify_id}",
        "popularity": 69,
    }
    return row | changes


def test_features_are_joined_by_link_in_whatever_order_they_come(upstream, source):
    upstream.answers_json(
        {"content": [features_row(THREE, valence=0.3), features_row("x" * 22), features_row(ONE)]}
    )

    found = source.features([ONE, TWO, THREE])

    assert found == {ONE: Hit(features()), TWO: Miss(), THREE: Hit(features(valence=0.3))}
    query = {"ids": f"{ONE},{TWO},{THREE}"}
    assert upstream.lines() == [("GET", "/v1/audio-features", query)]


def test_features_are_all_missed_when_the_answer_is_empty(upstream, source):
    upstream.answers_json({"content": []})

    assert source.features([ONE, TWO]) == {ONE: Miss(), TWO: Miss()}


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        ({"key": -1}, {"key": None}),
        ({"key": 11}, {"key": 11}),
        ({"key": 12}, {"key": None}),
        ({"key": 1.5}, {"key": None}),
        ({"mode": 2}, {"mode": None}),
        ({"tempo": 0}, {"tempo": None}),
        ({"tempo": -120.0}, {"tempo": None}),
        ({"tempo": 10**400}, {"tempo": None}),
        ({"valence": 1.01}, {"valence": None}),
        ({"valence": -0.01}, {"valence": None}),
        ({"valence": None}, {"valence": None}),
        ({"valence": "0.4"}, {"valence": None}),
        ({"valence": True}, {"valence": None}),
        ({"valence": float("nan")}, {"valence": None}),
        ({"energy": float("inf")}, {"energy": None}),
        ({"loudness": -1000}, {"loudness": None}),
        ({"loudness": 1}, {"loudness": 1.0}),
        ({"isrc": None}, {"isrc": None}),
        ({"isrc": ""}, {"isrc": None}),
        ({"id": None}, {"id": None}),
    ],
)
def test_feature_out_of_range_is_unknown(stated, read, upstream, source):
    upstream.answers_json({"content": [features_row(**stated)]})

    assert source.features([ONE]) == {ONE: Hit(features(**read))}


@pytest.mark.parametrize(
    "row",
    [
        None,
        [],
        {"href": f"https://open.spotify.com/track/{ONE}"},
        features_row() | {"href": None},
        features_row() | {"href": "https://open.spotify.com/artist/" + ONE},
        features_row(ONE + "0"),
    ],
    ids=["null", "list", "no numbers", "no link", "link to an artist", "longer id"],
)
def test_features_are_missed_when_their_row_is_unusable(row, upstream, source):
    upstream.answers_json({"content": [row]})

    assert source.features([ONE]) == {ONE: Miss()}


FAILURES = {
    "403": (Answer(403, "error code: 1010"), Blocked(timedelta(days=1), "status 403")),
    "404": (Answer(404), Retry(timedelta(days=1), "the endpoint is gone", 404)),
    "429": (
        Answer(429, headers={"Retry-After": "600"}),
        Retry(timedelta(seconds=60), "status 429", 429),
    ),
    "503": (Answer(503, "<html>"), Retry(None, "status 503", 503)),
    "HTML": (Answer(body="<html>"), Retry(None, "the answer is not a JSON object")),
    "no content": (Answer(body={}), Retry(None, "the answer has no content")),
    "null content": (Answer(body={"content": None}), Retry(None, "the answer has no content")),
}
CALLS = {
    "features": lambda source: source.features([ONE]),
    "features by ISRC": lambda source: source.features_by_isrc({ISRC: None}),
    "tracks": lambda source: source.tracks([ONE]),
    "recommendations": lambda source: source.recommendations([ONE], 10),
}


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.parametrize("call", CALLS)
def test_failed_call_is_no_miss(name, call, upstream, source):
    answer, outcome = FAILURES[name]
    upstream.answers(answer)

    assert CALLS[call](source) == outcome


@pytest.mark.parametrize(
    "call",
    [
        lambda source: source.features([]),
        lambda source: source.features([ONE] * 41),
        lambda source: source.features_by_isrc({}),
        lambda source: source.tracks([ONE] * 41),
        lambda source: source.recommendations([], 10),
        lambda source: source.recommendations([ONE] * 6, 10),
        lambda source: source.recommendations([ONE], 0),
        lambda source: source.recommendations([ONE], 101),
    ],
)
def test_call_of_a_wrong_size_sends_nothing(call, upstream, source):
    with pytest.raises(ValueError, match=r"are (not )?allowed"):
        call(source)

    assert upstream.asked == []


def test_forty_ids_are_sent_at_once(upstream, source):
    upstream.answers_json({"content": []})

    assert len(source.features([f"{number:022}" for number in range(40)])) == 40


def test_isrc_of_one_pressing_takes_one_request(upstream, source):
    upstream.answers_json({"content": [features_row(isrc=ISRC.lower()), features_row(TWO, isrc="x")]})

    found = source.features_by_isrc({ISRC: 258_000, "GBDUW0000059": None})

    assert found == {ISRC: Hit(features()), "GBDUW0000059": Miss()}
    assert upstream.lines() == [("GET", "/v1/audio-features", {"ids": f"{ISRC},GBDUW0000059"})]


PRESSINGS = {
    "of our length": (200_000, [(ONE, 202_001, 90), (TWO, 202_000, 10), (THREE, None, 95)], TWO),
    "most popular of our length": (200_000, [(ONE, 200_000, 5), (TWO, 201_000, 10)], TWO),
    "most popular of no length": (None, [(ONE, 200_000, 5), (TWO, 300_000, 10)], TWO),
    "first when nothing tells them apart": (200_000, [(TWO, None, None), (ONE, None, None)], ONE),
    "described one": (200_000, [(TWO, 200_000, 1)], TWO),
}


@pytest.mark.parametrize("name", PRESSINGS)
def test_isrc_of_several_pressings_is_that_which_is_the(name, upstream, source):
    ours_ms, described, chosen = PRESSINGS[name]
    valences = {ONE: 0.1, TWO: 0.2, THREE: 0.3}
    rows = [features_row(spotify_id, valence=valences[spotify_id]) for spotify_id in valences]
    tracks = [
        track_row(spotify_id, durationMs=theirs_ms, popularity=popularity)
        for spotify_id, theirs_ms, popularity in described
    ]
    upstream.answers_json({"content": rows}, {"content": tracks})

    found = source.features_by_isrc({ISRC: ours_ms})

    assert found == {ISRC: Hit(features(valence=valences[chosen]))}
    assert [path for _, path, _ in upstream.lines()] == ["/v1/audio-features", "/v1/track"]


def test_isrc_fails_as_a_whole_when_its_pressings_cannot_be_described(upstream, source):
    upstream.answers_json({"content": [features_row(ONE), features_row(TWO)]})
    upstream.answers(Answer(500))

    assert source.features_by_isrc({ISRC: None}) == Retry(None, "status 500", 500)


def test_isrc_lookup_is_off_when_it_is_refused(upstream, source):
    upstream.answers_json({"status": 4001, "errors": []}, status=400)

    assert source.features_by_isrc({ISRC: None}) == LookupOff("look-up by ISRC is refused")


def test_refused_ids_are_to_be_retried_much_later(upstream, source):
    upstream.answers_json({"status": 4004}, status=400)

    assert source.features([ONE]) == Retry(timedelta(days=1), "status 400", 400)


def test_tracks_are_described(upstream, source):
    upstream.answers_json({"content": [track_row(), track_row(TWO, artists="Taylor")]})

    found = source.tracks([ONE, TWO])

    artists, artist_ids = ("Taylor", "Phoebe"), ("06HL4z0CvFAxyc27GXpf02", None)
    track = TrackMetadata(ONE, "Nothing New", artists, 258_812, ISRC, 69, artist_ids)
    assert found == {ONE: Hit(track), TWO: Miss()}


def test_track_without_facts_keeps_them_unknown(upstream, source):
    upstream.answers_json({"content": [dict.fromkeys(track_row()) | {"href": track_row()["href"]}]})

    assert source.tracks([ONE]) == {ONE: Hit(TrackMetadata(ONE, "", (), None, None, None))}


def test_recommendations_keep_their_order(upstream, source):
    upstream.answers_json({"content": [track_row(TWO), track_row(ONE)]})

    found = source.recommendations([THREE], 2)

    assert [track.spotify_id for track in found.value] == [TWO, ONE]
    query = {"seeds": THREE, "size": "2"}
    assert upstream.lines() == [("GET", "/v1/track/recommendation", query)]
