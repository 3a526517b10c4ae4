"""Build, keep, change, refresh, publish, go back, take away."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from jobs.models import Job
from jobs.running import run_claimed
from playlists.models import Playlist
from playlists.recipes import RANGES, Recipe
from playlists.serializers import RecipeSerializer
from tests.api.builders import a_track, keep, played
from tests.moods.builders import a_mood
from tests.outside import connect

AT = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
HAPPY = {"mood": "happy", "tracks": 5}
LISTS = "/api/v1/playlists"


def send(client, address, body=None, **headers):
    return client.post(address, json.dumps(body), content_type="application/json", headers=headers)


def done(answer) -> str:
    """Do the job that an answer names; the state it ends in."""
    assert answer.status_code == 202, answer.content
    return run_claimed(Job.objects.get(pk=answer.json()["id"]).pk)


@pytest.fixture
def songs(alice):
    """Twelve happy songs that alice played."""
    tracks = []
    for number in range(12):
        id_ = f"Song{number:02}".ljust(22, "0")
        track = keep(
            alice,
            a_track(f"Song {number}", f"Artist {number}", duration_ms=200_000, spotify_id=id_),
            plays=2,
            listens=2,
        )
        a_mood(track, "happy")
        played(alice, track, AT + timedelta(days=number))
        tracks.append(track)
    return tracks


@pytest.fixture
def kept(api, songs) -> str:
    """The address of a kept playlist."""
    return send(api, LISTS, {"recipe": HAPPY, "name": "Sun"})["Location"]


def test_preview_shows_a_list_and_keeps_nothing(api, songs):
    answers = [send(api, f"{LISTS}/preview", {"recipe": HAPPY}).json() for _ in range(2)]

    assert answers[0] == answers[1]
    assert (len(answers[0]["tracks"]), answers[0]["matching"], answers[0]["total"]) == (5, 12, 12)
    assert answers[0]["draft"]["shown"] == [row["track"]["id"] for row in answers[0]["tracks"]]
    assert Playlist.objects.count() == 0


def test_preview_keeps_what_is_locked_and_leaves_out_what_was_dropped(api, songs):
    first = send(api, f"{LISTS}/preview", {"recipe": HAPPY}).json()["draft"]
    draft = {**first, "revision": 1, "locked": first["shown"][:1], "dropped": first["shown"][1:2]}

    again = send(api, f"{LISTS}/preview", {"recipe": HAPPY, "draft": draft}).json()

    shown = [row["track"]["id"] for row in again["tracks"]]
    assert shown[0] == first["shown"][0]
    assert first["shown"][1] not in shown
    assert again["tracks"][0]["locked"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "recipe"),
        ({"recipe": []}, "recipe"),
        ({"recipe": "sad"}, "recipe"),
        ({"recipe": {"mood": "blue", "tracks": 5}}, "recipe.mood"),
        ({"recipe": {"mood": "sad", "minutes": -5}}, "recipe.minutes"),
        ({"recipe": {"mood": "sad", "minutes": 10_000}}, "recipe.minutes"),
        ({"recipe": {"mood": "sad", "tracks": 201}}, "recipe.tracks"),
        ({"recipe": {"mood": "sad", "minutes": 5, "loudness": 3}}, "recipe.loudness"),
        ({"recipe": {"mood": "sad", "minutes": 5, "without_tracks": [10**30]}}, "recipe.without_tracks"),
        ({"recipe": HAPPY, "draft": {"locked": ["x"]}}, "draft.locked.0"),
        ({"recipe": HAPPY, "draft": {"shown": [2**62]}}, "recipe.tracks"),
    ],
)
def test_list_that_cannot_be_built_is_refused_in_words(api, songs, body, field):
    answer = send(api, f"{LISTS}/preview", body)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_recipe_is_described_with_the_ranges_that_hold():
    fields = RecipeSerializer().fields
    described = {
        name: (field.min_value, field.max_value)
        for name, field in fields.items()
        if hasattr(field, "min_value")
    }
    described.pop("version")

    assert described == RANGES
    assert set(fields) == {"version", *Recipe.__slots__}


def test_list_is_kept_under_a_name_with_the_order_it_was_shown_in(api, songs):
    shown = [song.pk for song in songs[:4]]
    body = {
        "recipe": HAPPY,
        "name": "Sun",
        "description": "warm",
        "draft": {"shown": shown, "is_arranged": True},
    }

    answer = send(api, LISTS, body)

    told = answer.json()
    assert answer.status_code == 201
    assert (told["name"], told["description"], told["version"], told["track_count"]) == ("Sun", "warm", 1, 4)
    assert [row["track"]["id"] for row in told["tracks"]] == shown
    assert api.get(answer["Location"]).json() == told
    assert [row["name"] for row in api.get(LISTS).json()["results"]] == ["Sun"]


def test_list_of_nothing_is_not_kept(api, db):
    answer = send(api, LISTS, {"recipe": HAPPY})

    assert (answer.status_code, Playlist.objects.count()) == (409, 0)
    assert answer.json()["detail"]


def test_same_key_keeps_one_playlist(api, songs):
    answers = [send(api, LISTS, {"recipe": HAPPY}, **{"Idempotency-Key": "one"}) for _ in range(2)]

    assert answers[0]["Location"] == answers[1]["Location"]
    assert Playlist.objects.count() == 1


def test_playlist_is_renamed_and_rescheduled(api, kept):
    answer = api.patch(
        kept, {"name": "Moon", "schedule": "weekly", "schedule_weekday": 4}, content_type="application/json"
    )

    told = answer.json()
    assert (told["name"], told["schedule"], told["schedule_hour"], told["schedule_weekday"]) == (
        "Moon",
        "weekly",
        6,
        4,
    )
    assert told["next_refresh_at"] is not None
    paused = api.patch(kept, {"paused": True}, content_type="application/json").json()
    assert (paused["paused"], paused["schedule"], paused["next_refresh_at"]) == (True, "weekly", None)


@pytest.mark.parametrize("body", [{"name": ""}, {"schedule": "hourly"}, {"schedule_hour": 24}, {"paused": 7}])
def test_change_that_cannot_be_is_refused(api, kept, body):
    assert api.patch(kept, body, content_type="application/json").status_code == 400


def test_refresh_is_shown_before_it_is_done(api, kept):
    plan = api.get(f"{kept}/refresh").json()["changes"]

    assert {change["kind"] for change in plan} <= {"added", "removed", "moved"}
    assert done(send(api, f"{kept}/refresh")) == "done"
    assert [row["reason"] for row in api.get(f"{kept}/versions").json()["results"]] == ["refreshed", "built"]


def test_playlist_goes_back_to_an_earlier_version(api, kept):
    first = [row["track"]["id"] for row in api.get(kept).json()["tracks"]]
    done(send(api, f"{kept}/refresh"))

    assert done(send(api, f"{kept}/restore", {"version": 1})) == "done"

    told = api.get(kept).json()
    assert ([row["track"]["id"] for row in told["tracks"]], told["version"]) == (first, 3)


@pytest.mark.parametrize(("body", "status"), [({"version": 99}, 404), ({"version": "x"}, 400), ({}, 400)])
def test_version_that_is_not_there_cannot_be_restored(api, kept, body, status):
    assert send(api, f"{kept}/restore", body).status_code == status


def test_publishing_needs_the_listeners_permission(api, kept):
    answer = send(api, f"{kept}/publish")

    assert (answer.status_code, answer.json()["code"]) == (409, "consent")
    assert api.get(kept).json()["state"] == "local"


def test_playlist_is_published_by_a_job(alice, api, kept, sandbox):
    connect(alice, sandbox, "noor", now=datetime.now(UTC))

    answer = send(api, f"{kept}/publish")

    assert answer.status_code == 202
    assert api.get(answer["Location"]).json()["kind"] == "playlists.publish"
    assert api.get(kept).json()["state"] == "publishing"


@pytest.mark.parametrize(
    ("query", "kind", "start"),
    [
        ("", "text/csv", "position,title,artists"),
        ("?format=csv", "text/csv", "position,title,artists"),
        ("?format=txt", "text/plain", "https://open.spotify.com/track/Song"),
        ("?format=jspf", "application/json", '{"playlist"'),
        ("?format=m3u", "audio/x-mpegurl", "#EXTM3U"),
    ],
)
def test_playlist_is_taken_away_as_a_file(api, kept, query, kind, start):
    answer = api.get(f"{kept}/export{query}")

    assert answer["Content-Type"] == f"{kind}; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="playlist.')
    assert "".join(answer.content.decode().split()).startswith("".join(start.split()))


def test_playlist_is_copied(api, kept):
    copy = send(api, f"{kept}/duplicate", {"name": "Copy"})

    told, original = copy.json(), api.get(kept).json()
    assert (copy.status_code, told["name"], told["tracks"]) == (201, "Copy", original["tracks"])


def test_playlist_is_deleted_and_brought_back(api, kept):
    assert api.delete(kept).status_code == 204
    assert api.get(kept).status_code == 404
    assert send(api, f"{kept}/bring-back").json()["name"] == "Sun"
    assert api.get(kept).status_code == 200
    assert send(api, f"{kept}/bring-back").status_code == 404


def test_playlist_is_deleted_on_spotify_too_by_a_job(api, kept):
    Playlist.objects.update(spotify_id="there")

    answer = api.delete(f"{kept}?on_spotify=true")

    assert (answer.status_code, answer.json()["kind"]) == (202, "playlists.remove")


def test_renaming_tells_spotify_by_a_job(api, kept):
    Playlist.objects.update(spotify_id="there")

    api.patch(kept, {"name": "Moon"}, content_type="application/json")

    assert [job.kind for job in Job.objects.all()] == ["playlists.publish"]


def test_ready_made_recipes_can_be_sent_back(api, songs):
    recipes = [one["recipe"] for one in api.get(f"{LISTS}/ready-made").json()]

    statuses = [send(api, f"{LISTS}/preview", {"recipe": recipe}).status_code for recipe in recipes]
    assert statuses == [200] * len(recipes)


def test_playlist_of_somebody_else_is_not_there(bobs_api, kept):
    asked = [
        bobs_api.get(kept),
        bobs_api.patch(kept, {}, content_type="application/json"),
        bobs_api.delete(kept),
        *(bobs_api.get(f"{kept}/{word}") for word in ("refresh", "versions", "export")),
        *(send(bobs_api, f"{kept}/{word}", {"version": 1}) for word in ("refresh", "publish", "restore")),
        *(send(bobs_api, f"{kept}/{word}", {"name": "x"}) for word in ("duplicate", "bring-back")),
    ]

    assert [answer.status_code for answer in asked] == [404] * len(asked)


def test_number_of_queries_does_not_grow_with_rows(api, songs, queries_of):
    def with_one_more() -> int:
        send(api, LISTS, {"recipe": HAPPY})
        return queries_of(lambda: api.get(LISTS))

    with_one_more()
    counts = [with_one_more() for _ in range(3)]

    assert len(set(counts)) == 1
