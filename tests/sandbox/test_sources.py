import pytest

from sandbox import Sandbox
from sandbox.lrclib import normalised
from tests.sandbox.conftest import NOON, Client
from tests.sandbox.schemas import LRCLIB_SHEET, RECCOBEATS_FEATURES, RECCOBEATS_TRACK, faults
from tests.sandbox.test_reading import said

FEATURES, TRACK = "/reccobeats/v1/audio-features", "/reccobeats/v1/track"
GET, SEARCH = "/lrclib/api/get", "/lrclib/api/search"
NOT_FOUND = (
    404,
    {"message": "Failed to find specified track", "name": "TrackNotFound", "statusCode": 404},
)


def known_ids(rows: list[dict]) -> list[str]:
    return [row["href"].rpartition("/")[2] for row in rows]


def first(sandbox, **wanted) -> dict:
    return next(
        song for song in sandbox.songs() if all(song[name] == value for name, value in wanted.items())
    )


def test_reccobeats_leaves_out_what_it_does_not_know(sandbox, anyone):
    songs = sandbox.songs()[:40]

    rows = anyone.get(FEATURES, params={"ids": ",".join(song["id"] for song in songs)}).json()["content"]

    assert faults(rows, [RECCOBEATS_FEATURES]) == []
    assert sorted(known_ids(rows)) == sorted(song["id"] for song in songs if song["in_reccobeats"])
    assert known_ids(rows) != [song["id"] for song in songs if song["in_reccobeats"]]


def test_reccobeats_tells_the_true_features(sandbox, anyone):
    song = first(sandbox, in_reccobeats=True, same_as=None)

    row = anyone.get(FEATURES, params={"ids": song["id"]}).json()["content"][0]

    told = {name: row[name] for name in song["features"] if name in row}
    assert told == {name: value for name, value in song["features"].items() if name in told}
    assert len(told) == 11


def test_reccobeats_accepts_repeated_ids(sandbox, anyone):
    song = first(sandbox, in_reccobeats=True)

    rows = anyone.get(f"{FEATURES}?ids={song['id']}&ids=nonsense").json()["content"]

    assert known_ids(rows) == [song["id"]]


def test_reccobeats_answers_an_empty_list_when_it_knows_nothing(anyone):
    assert said(anyone.get(FEATURES, params={"ids": "nonsense"})) == (200, {"content": []})


@pytest.mark.parametrize(("path", "place"), [(FEATURES, "getAudioFeatures.ids"), (TRACK, "getTracks.ids")])
@pytest.mark.parametrize("ids", [[], ["x"] * 41])
def test_reccobeats_takes_one_to_forty_ids(anyone, path, place, ids):
    errors = [{"path": place, "message": "size must be between 1 and 40"}]

    answer = anyone.get(path, params={"ids": ",".join(ids)})

    assert said(answer) == (400, {"status": 4004, "errors": errors})


def test_reccobeats_knows_some_songs_by_isrc_only(sandbox, anyone):
    song = first(sandbox, in_reccobeats=False, in_reccobeats_by_isrc=True, same_as=None)

    by_id = anyone.get(FEATURES, params={"ids": song["id"]}).json()["content"]
    by_isrc = anyone.get(FEATURES, params={"ids": song["isrc"]}).json()["content"]

    assert (by_id, {row["isrc"] for row in by_isrc}) == ([], {song["isrc"]})
    assert song["id"] not in known_ids(by_isrc)


def test_reccobeats_has_several_rows_for_some_isrcs(sandbox, anyone):
    isrcs = [song["isrc"] for song in sandbox.songs() if song["same_as"] and song["in_reccobeats"]]

    rows = anyone.get(TRACK, params={"ids": ",".join(isrcs[:40])}).json()["content"]

    assert faults(rows, [RECCOBEATS_TRACK]) == []
    assert max(sum(row["isrc"] == isrc for row in rows) for isrc in isrcs) >= 2


def test_reccobeats_reads_one_track_by_its_own_id_only(sandbox, anyone):
    song = first(sandbox, in_reccobeats=True)
    row = anyone.get(TRACK, params={"ids": song["id"]}).json()["content"][0]

    by_own_id = anyone.get(f"{TRACK}/{row['id']}")
    features = anyone.get(f"{TRACK}/{row['id']}/audio-features")

    assert said(by_own_id) == (200, row)
    assert faults(features.json(), RECCOBEATS_FEATURES) == []
    assert anyone.get(f"{TRACK}/{song['id']}").status_code == 404
    assert anyone.get(f"{TRACK}/{song['id']}/audio-features").status_code == 404


def test_reccobeats_recommends_what_sounds_alike(sandbox, anyone):
    song = first(sandbox, in_reccobeats=True, mood="angry")

    answer = anyone.get(f"{TRACK}/recommendation", params={"seeds": song["id"], "size": 5})

    rows = answer.json()["content"]
    moods = {other["id"]: other["mood"] for other in sandbox.songs(deep_cuts=True)}
    assert (faults(rows, [RECCOBEATS_TRACK]), len(rows)) == ([], 5)
    assert {moods.get(found, "angry") for found in known_ids(rows)} == {"angry"}
    assert song["id"] not in known_ids(rows)


@pytest.mark.parametrize(
    ("query", "place", "most"),
    [
        ({}, "getRecommendation.seeds", 5),
        ({"seeds": "a,b,c,d,e,f"}, "getRecommendation.seeds", 5),
        ({"seeds": "a", "size": "0"}, "getRecommendation.size", 100),
        ({"seeds": "a", "size": "x"}, "getRecommendation.size", 100),
    ],
)
def test_reccobeats_recommendation_refuses_nonsense(anyone, query, place, most):
    errors = [{"path": place, "message": f"size must be between 1 and {most}"}]

    answer = anyone.get(f"{TRACK}/recommendation", params=query)

    assert said(answer) == (400, {"status": 4004, "errors": errors})


def test_reccobeats_recommends_nothing_for_unknown_seeds(anyone):
    assert said(anyone.get(f"{TRACK}/recommendation?seeds=a")) == (200, {"content": []})


@pytest.mark.parametrize("agent", ["python-requests/2.34", "Python-urllib/3.11", ""])
@pytest.mark.parametrize("path", [FEATURES, TRACK, "/musicbrainz/ws/2/isrc/x"])
def test_default_user_agents_are_turned_away(anyone, path, agent):
    answer = anyone.get(path, headers={"User-Agent": agent})

    assert (answer.status_code, answer.text) == (403, "error code: 1010")


def sheet_query(sandbox, song: dict) -> dict[str, str]:
    return {"track_name": song["title"], "artist_name": song["artist"]}


def test_lrclib_finds_a_song_by_title_and_artist_however_they_are_written(sandbox, anyone):
    song = first(sandbox, in_lrclib=True, language="en")
    wanted = {"track_name": f"  {song['title'].upper()}!! ", "artist_name": song["artist"].lower()}

    sheet = anyone.get(GET, params=wanted).json()

    assert faults(sheet, LRCLIB_SHEET) == []
    assert (sheet["artistName"], sheet["instrumental"]) == (song["artist"], False)


@pytest.mark.parametrize(("off_s", "status"), [(0, 200), (1.9, 200), (-1.9, 200), (2.2, 404), (-2.2, 404)])
def test_lrclib_wants_the_duration_within_two_seconds(sandbox, anyone, off_s, status):
    song = next(
        song
        for song in sandbox.songs()
        if song["in_lrclib"]
        and song["language"] == "en"
        and " - " not in song["title"]
        and "(" not in song["title"]
    )
    sheet = anyone.get(GET, params=sheet_query(sandbox, song)).json()
    wanted = {**sheet_query(sandbox, song), "duration": sheet["duration"] + off_s}

    assert anyone.get(GET, params=wanted).status_code == status


def test_lrclib_wants_the_album_where_one_is_given(sandbox, anyone):
    song = first(sandbox, in_lrclib=True, language="en")
    sheet = anyone.get(GET, params=sheet_query(sandbox, song)).json()

    found = anyone.get(GET, params={**sheet_query(sandbox, song), "album_name": sheet["albumName"]})
    missed = anyone.get(GET, params={**sheet_query(sandbox, song), "album_name": "Another"})

    assert (said(found), said(missed)) == ((200, sheet), NOT_FOUND)


def test_lrclib_misses_what_nobody_uploaded(anyone):
    assert said(anyone.get(GET, params={"track_name": "x", "artist_name": "y"})) == NOT_FOUND
    assert said(anyone.get(f"{GET}/1")) == NOT_FOUND


@pytest.mark.parametrize(
    ("query", "name"), [("track_name=x", "artist_name"), ("artist_name=x", "track_name")]
)
def test_lrclib_needs_title_and_artist(anyone, query, name):
    answer = anyone.get(f"{GET}?{query}")

    assert (answer.status_code, answer.text) == (
        400,
        f"Failed to deserialize query string: missing field `{name}`",
    )


@pytest.mark.parametrize("duration", ["0", "3601", "abc"])
def test_lrclib_refuses_a_duration_out_of_range(anyone, duration):
    answer = anyone.get(GET, params={"track_name": "x", "artist_name": "y", "duration": duration})

    message = "duration: must be between 1 and 3600"
    assert said(answer) == (400, {"message": message, "name": "ValidationError", "statusCode": 400})


def all_sheets(sandbox, anyone) -> list[dict]:
    songs = [song for song in sandbox.songs() if song["in_lrclib"]][:160]
    answers = (anyone.get(GET, params=sheet_query(sandbox, song)) for song in songs)
    return [answer.json() for answer in answers if answer.status_code == 200]


def test_lrclib_has_every_kind_of_gap(sandbox, anyone):
    kinds = {
        (sheet["instrumental"], sheet["plainLyrics"] is not None, sheet["syncedLyrics"] is not None)
        for sheet in all_sheets(sandbox, anyone)
    }

    assert kinds == {
        (False, True, True),
        (False, True, False),
        (False, False, True),
        (False, False, False),
        (True, False, False),
    }


def test_lyrics_are_short_and_synced_lines_match_plain_ones(sandbox, anyone):
    sheets = [
        sheet for sheet in all_sheets(sandbox, anyone) if sheet["plainLyrics"] and sheet["syncedLyrics"]
    ]

    for sheet in sheets:
        plain = [line for line in sheet["plainLyrics"].splitlines() if line]
        assert 8 <= len(plain) <= 20
        assert [line[11:] for line in sheet["syncedLyrics"].splitlines()] == plain
        assert sheet["syncedLyrics"][0] == "["


def test_lrclib_searches_by_words(sandbox, anyone):
    song = first(sandbox, in_lrclib=True, language="en")
    sheet = anyone.get(GET, params=sheet_query(sandbox, song)).json()

    by_title = anyone.get(
        SEARCH, params={"track_name": sheet["trackName"], "artist_name": sheet["artistName"]}
    ).json()
    by_words = anyone.get(SEARCH, params={"q": "the"}).json()

    assert sheet in by_title
    assert (faults(by_words, [LRCLIB_SHEET]), len(by_words)) == ([], 20)
    assert anyone.get(SEARCH).json() == []
    assert said(anyone.get(f"{GET}/{sheet['id']}")) == (200, sheet)


def test_names_are_normalised_as_the_server_does():
    assert normalised("  L'Été—Bleuté's  (Live)!") == "lete bleutes live"


def known_to_musicbrainz(sandbox, anyone) -> tuple[dict, dict]:
    for song in sandbox.songs():
        answer = anyone.get(f"/musicbrainz/ws/2/isrc/{song['isrc']}?inc=artist-credits+tags+genres&fmt=json")
        if (
            answer.status_code == 200
            and answer.json()["recordings"][0]["artist-credit"][0]["artist"]["genres"]
        ):
            return song, answer.json()
    raise AssertionError


def test_musicbrainz_finds_genres_by_isrc(sandbox, anyone):
    song, found = known_to_musicbrainz(sandbox, anyone)

    recording = found["recordings"][0]
    artist = recording["artist-credit"][0]["artist"]
    assert (found["isrc"], recording["title"], recording["length"]) == (
        song["isrc"],
        song["title"],
        song["duration_ms"],
    )
    assert [genre["name"] for genre in artist["genres"]] == song["genres"]
    assert [tag["name"] for tag in artist["tags"]] == song["genres"]
    assert (
        anyone.get(f"/musicbrainz/ws/2/artist/{artist['id']}?inc=genres").json()["genres"] == artist["genres"]
    )


def test_musicbrainz_gives_only_what_is_asked_for(sandbox, anyone):
    song, found = known_to_musicbrainz(sandbox, anyone)
    path = f"/musicbrainz/ws/2/recording/{found['recordings'][0]['id']}"

    plain, with_isrcs = anyone.get(path).json(), anyone.get(f"{path}?inc=isrcs").json()

    fields = {"id", "title", "length", "disambiguation", "video", "first-release-date"}
    assert (set(plain), with_isrcs["isrcs"]) == (fields, [song["isrc"]])


def test_musicbrainz_searches_by_isrc_only(sandbox, anyone):
    song, found = known_to_musicbrainz(sandbox, anyone)
    search = "/musicbrainz/ws/2/recording"

    hit = anyone.get(search, params={"query": f"isrc:{song['isrc']}"}).json()
    miss = anyone.get(search, params={"query": "a title"}).json()

    assert [row["id"] for row in hit["recordings"]] == [found["recordings"][0]["id"]]
    assert miss == {"count": 0, "offset": 0, "recordings": []}


@pytest.mark.parametrize("path", ["isrc/XX0000000000", "recording/x", "artist/x"])
def test_musicbrainz_says_what_it_does_not_know(anyone, path):
    help_text = "For usage, please see: https://musicbrainz.org/development/mmd"

    assert said(anyone.get(f"/musicbrainz/ws/2/{path}")) == (404, {"error": "Not Found", "help": help_text})


def test_musicbrainz_may_insist_on_one_request_a_second(http):
    with Sandbox(now=NOON, spaced_musicbrainz=True) as sandbox:
        client = Client(sandbox, http)
        statuses = [client.get("/musicbrainz/ws/2/isrc/x").status_code for _ in range(2)]
        sandbox.advance(1)
        statuses.append(client.get("/musicbrainz/ws/2/isrc/x").status_code)

    assert statuses == [404, 503, 404]


def test_pictures_are_the_same_each_time_and_differ_by_name(anyone):
    one, again = anyone.get("/images/album/a/64.jpg"), anyone.get("/images/album/a/64.jpg")
    other = anyone.get("/images/album/b/64.jpg")

    assert (one.content == again.content, one.content == other.content) == (True, False)
    assert one.headers["Content-Type"] == "image/jpeg"
    assert anyone.get("/images/album/a/641.jpg").status_code == 404
