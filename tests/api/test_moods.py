"""Tracks with their moods, corrections, and moods over time."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from moods.models import Correction, MainMood
from tests.api.builders import a_track, keep, played
from tests.moods.builders import a_mood, heard, in_library

AT = datetime(2026, 5, 13, 12, 0, tzinfo=UTC)
SHARES = dict.fromkeys(MainMood.values, 0.0)


@pytest.fixture
def library(alice):
    """Three songs with moods and plays: happy 3, sad 2, unknown 1."""
    songs = []
    for title, mood, plays in (("Bright", "happy", 3), ("Rain", "sad", 2), ("Fog", "unknown", 1)):
        track = a_track(title)
        a_mood(track, mood)
        in_library(alice, track)
        heard(alice, track, *(AT - timedelta(hours=hour) for hour in range(plays)))
        songs.append(track)
    return songs


def titles(answer) -> list[str]:
    return [row["title"] for row in answer.json()["results"]]


def test_tracks_come_with_moods_most_played_first(api, library):
    answer = api.get("/api/v1/tracks").json()

    assert [(row["title"], row["listens"], row["mood"]["mood"]) for row in answer["results"]] == [
        ("Bright", 3, "happy"),
        ("Rain", 2, "sad"),
        ("Fog", 1, "unknown"),
    ]
    assert (answer["next"], answer["previous"]) == (None, None)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("mood=sad", ["Rain"]),
        ("mood=unknown", ["Fog"]),
        ("search=bri", ["Bright"]),
        ("sort=title", ["Bright", "Fog", "Rain"]),
        ("source=liked", []),
        ("since=2026-05-13T11:30:00Z", ["Bright", "Rain", "Fog"]),
        ("before=2026-05-13T10:30:00Z", ["Bright"]),
    ],
)
def test_tracks_are_narrowed_and_sorted_as_asked(api, library, query, found):
    assert titles(api.get(f"/api/v1/tracks?{query}")) == found


def test_tracks_go_on_page_by_page_and_back(api, library):
    first = api.get("/api/v1/tracks?page_size=2")
    second = api.get(first.json()["next"])
    back = api.get(second.json()["previous"])

    assert (titles(first), titles(second), titles(back)) == (["Bright", "Rain"], ["Fog"], ["Bright", "Rain"])


@pytest.mark.parametrize("query", ["cursor=abc", "artist_id=999"])
def test_tracks_that_are_nowhere_are_not_found(api, library, query):
    assert api.get(f"/api/v1/tracks?{query}").status_code == 404


@pytest.mark.parametrize("query", ["sort=loudest", "mood=blue", "source=radio", "order=1"])
def test_tracks_asked_for_in_nonsense_are_refused(api, library, query):
    assert api.get(f"/api/v1/tracks?{query}").status_code == 400


def test_track_tells_why_and_when(api, library):
    answer = api.get(f"/api/v1/tracks/{library[0].pk}").json()

    assert (answer["title"], answer["model_mood"], answer["is_excluded"]) == ("Bright", "happy", False)
    assert answer["months"] == [{"month": "2026-05-01", "plays": 3}]


def test_track_of_somebody_else_is_not_there(bobs_api, library):
    addresses = [f"/api/v1/tracks/{library[0].pk}", f"/api/v1/tracks/{library[0].pk}/mood"]

    assert [bobs_api.get(addresses[0]).status_code, bobs_api.delete(addresses[1]).status_code] == [404, 404]


def test_listener_says_how_a_track_feels_and_takes_it_back(alice, api, library):
    address = f"/api/v1/tracks/{library[2].pk}/mood"

    said = api.put(address, {"mood": "calm"}, content_type="application/json")
    assert (said.status_code, said.json()["mood"], said.json()["said"]) == (200, "calm", {"calm": True})
    denied = api.put(address, {"mood": "calm", "applies": False}, content_type="application/json")
    assert denied.json()["said"] == {"calm": False}
    assert [row["applies"] for row in api.get("/api/v1/corrections").json()["results"]] == [False]
    assert api.delete(address).status_code == 204
    assert Correction.objects.count() == 0


@pytest.mark.parametrize("body", [{}, {"mood": "blue"}, {"mood": "calm", "applies": "maybe"}])
def test_word_about_a_track_that_is_none_is_refused(api, library, body):
    answer = api.put(f"/api/v1/tracks/{library[0].pk}/mood", body, content_type="application/json")

    assert (answer.status_code, Correction.objects.count()) == (400, 0)


def test_listener_forgets_all_corrections(api, library):
    api.put(f"/api/v1/tracks/{library[0].pk}/mood", {"mood": "calm"}, content_type="application/json")

    answer = api.post("/api/v1/corrections/reset")

    assert (answer.status_code, Correction.objects.count()) == (204, 0)


def test_moods_name_all_six_with_their_songs(api, library):
    answer = api.get("/api/v1/moods").json()

    assert [(one["mood"], one["tracks"], one["listens"]) for one in answer] == [
        ("happy", 1, 3),
        ("sad", 1, 2),
        ("energetic", 0, 0),
        ("calm", 0, 0),
        ("angry", 0, 0),
        ("romantic", 0, 0),
    ]


def test_mood_lists_its_songs(api, library):
    answer = api.get("/api/v1/moods/sad?by=fit").json()

    assert [song["track"]["title"] for song in answer["songs"]] == ["Rain"]


def test_mood_that_is_none_is_not_found(api, db):
    assert api.get("/api/v1/moods/blue").status_code == 404


def test_summary_compares_today_and_the_month(api, library):
    with time_machine.travel(AT + timedelta(minutes=5)):
        answer = api.get("/api/v1/moods/summary").json()

    assert (answer["today"]["now"]["plays"], answer["month"]["now"]["start"]) == (6, "2026-05-01")
    assert (answer["coverage"]["known_tracks"], answer["coverage"]["known_plays"]) == (2, 5)


def test_timeline_has_every_period_on_the_listeners_clock(alice, api, library):
    alice.time_zone = "Pacific/Kiritimati"  # fourteen hours ahead: it is tomorrow there
    alice.save()

    answer = api.get("/api/v1/moods/timeline?step=day&since=2026-05-12&until=2026-05-15").json()

    assert [(period["start"], period["plays"]) for period in answer["periods"]] == [
        ("2026-05-12", 0),
        ("2026-05-13", 0),
        ("2026-05-14", 6),
        ("2026-05-15", 0),
    ]
    assert answer["periods"][0]["shares"] == SHARES


def test_timeline_of_too_many_periods_is_refused(api, library):
    answer = api.get("/api/v1/moods/timeline?step=day&since=1970-01-01&until=2026-01-01")

    assert [error["field"] for error in answer.json()["errors"]] == ["step"]


@pytest.mark.parametrize(
    "query", ["since=2026-02-01&until=2026-01-01", "since=0001-01-01", "until=9999-12-31", "step=year"]
)
def test_days_that_make_no_sense_are_refused(api, library, query):
    assert api.get(f"/api/v1/moods/timeline?{query}").status_code == 400


def test_clock_has_all_hours_of_the_week(api, library):
    hours = api.get("/api/v1/moods/clock").json()["hours"]

    assert len(hours) == 168
    assert [(hour["weekday"], hour["hour"], hour["plays"]) for hour in hours if hour["plays"]] == [
        (2, 10, 1),
        (2, 11, 2),
        (2, 12, 3),
    ]


def test_map_places_songs_with_a_known_mood(api, library):
    points = api.get("/api/v1/moods/map").json()["points"]

    assert [(point["track_id"], point["plays"], point["mood"]) for point in points] == [
        (library[0].pk, 3, "happy"),
        (library[1].pk, 2, "sad"),
    ]
    assert [point["mood"] for point in api.get("/api/v1/moods/map?mood=sad").json()["points"]] == ["sad"]


@pytest.mark.parametrize(
    "address", ["tracks", "moods", "moods/sad", "moods/summary", "moods/timeline", "moods/clock", "moods/map"]
)
def test_what_did_not_change_is_not_sent_again(api, library, address):
    with time_machine.travel(AT, tick=False):
        tag = api.get(f"/api/v1/{address}")["ETag"]
        again = api.get(f"/api/v1/{address}", headers={"If-None-Match": tag})

    assert again.status_code == 304


@pytest.mark.parametrize("address", ["tracks", "plays", "corrections"])
def test_number_of_queries_does_not_grow_with_rows(alice, api, queries_of, address):
    def with_one_more(title: str) -> int:
        track = keep(alice, a_track(title))
        played(alice, track, AT)
        Correction.objects.create(user=alice, track=track, mood="sad", applies=True)
        return queries_of(lambda: api.get(f"/api/v1/{address}"))

    with_one_more("first")
    counts = [with_one_more(title) for title in ("a", "b", "c")]

    assert len(set(counts)) == 1
