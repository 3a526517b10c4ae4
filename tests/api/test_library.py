"""Plays, syncs, gaps, imports and exclusions."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from jobs.models import Job
from library.models import Artist, Exclusion, Gap, HistoryImport, Play, SyncRun, TrackArtist
from tests.api.builders import a_track, keep, played
from tests.library.importing.builders import imported, read, upload
from tests.outside import connect

AT = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
ROW = {
    "ts": "2026-05-01T12:00:00Z",
    "ms_played": 200_000,
    "master_metadata_track_name": "Blue Hour",
    "master_metadata_album_artist_name": "Nila Ost",
    "master_metadata_album_album_name": "Tides",
    "spotify_track_uri": "spotify:track:BlueHour00000000000000",
}


def send(client, address, body=None):
    return client.post(address, json.dumps(body), content_type="application/json")


def a_file(content: object = (ROW,), name: str = "Streaming_History_Audio_2026_0.json") -> io.BytesIO:
    file = io.BytesIO(json.dumps(content).encode())
    file.name = name
    return file


def test_plays_tell_what_when_and_how_long(alice, api):
    track = a_track("Blue Hour", spotify_id="BlueHour00000000000000")
    play = played(alice, track, AT)

    assert api.get("/api/v1/plays").json()["results"] == [
        {
            "id": play.pk,
            "played_at": "2026-05-01T12:00:00Z",
            "ms_played": 200_000,
            "source": "extended",
            "skipped": None,
            "track": {
                "id": track.pk,
                "title": "Blue Hour",
                "artist": "Nila Ost",
                "album": "",
                "spotify_url": "https://open.spotify.com/track/BlueHour00000000000000",
            },
        }
    ]


def test_plays_are_narrowed_as_asked(alice, api):
    first, second = a_track("a"), a_track("b")
    played(alice, first, AT)
    played(alice, second, AT + timedelta(hours=1), source=Play.Source.API, ms_played=None)

    def found(query: str) -> list[str]:
        return [row["track"]["title"] for row in api.get(f"/api/v1/plays?{query}").json()["results"]]

    assert found("since=2026-05-01T12:30:00Z") == ["b"]
    assert found("before=2026-05-01T12:30:00Z") == ["a"]
    assert found("source=api") == ["b"]
    assert found(f"track_id={first.pk}") == ["a"]


def test_sync_needs_a_connection(api):
    answer = send(api, "/api/v1/syncs")

    assert (answer.status_code, answer.json()["detail"]) == (409, "Connect Spotify first.")


def test_sync_is_started_and_can_be_followed(alice, api, sandbox):
    connect(alice, sandbox, "noor")

    answer = send(api, "/api/v1/syncs")

    assert answer.status_code == 202
    followed = api.get(answer["Location"]).json()
    assert (followed["kind"], followed["state"], followed["id"]) == (
        "library.sync",
        "queued",
        answer.json()["id"],
    )
    assert [row["kind"] for row in api.get("/api/v1/jobs").json()["results"]] == ["library.sync"]


def test_syncs_say_how_they_went(alice, api):
    run = SyncRun.objects.create(
        user=alice, kind="full", state="failed", problem="reconnect", started_at=AT, finished_at=AT
    )

    expected = {
        "id": run.pk,
        "kind": "full",
        "state": "failed",
        "step": "",
        "counts": {},
        "problem": "Spotify no longer accepts our connection to your account.",
        "waits_until": None,
        "started_at": "2026-05-01T12:00:00Z",
        "finished_at": "2026-05-01T12:00:00Z",
    }
    assert api.get("/api/v1/syncs").json()["results"] == [expected]
    assert api.get(f"/api/v1/syncs/{run.pk}").json() == expected


def test_gaps_say_from_when_to_when(alice, api):
    gap = Gap.objects.create(user=alice, from_at=AT, to_at=AT + timedelta(hours=2), found_at=AT)

    assert api.get("/api/v1/gaps").json()["results"] == [
        {
            "id": gap.pk,
            "from_at": "2026-05-01T12:00:00Z",
            "to_at": "2026-05-01T14:00:00Z",
            "found_at": "2026-05-01T12:00:00Z",
            "closed_at": None,
        }
    ]


def test_download_is_uploaded_and_can_be_followed(alice, api):
    answer = api.post("/api/v1/imports", {"file": a_file()})

    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    assert Job.objects.for_user(alice).of_kind("library.import").count() == 1
    read(HistoryImport.objects.get())
    done = api.get(answer["Location"]).json()
    assert (done["state"], done["plays_added"], done["report"]["verdicts"]) == ("done", 1, {"play": 1})


def test_file_that_is_no_download_is_told_so_and_counts_for_nothing(api):
    answers = [api.post("/api/v1/imports", {"file": io.BytesIO(b"hello")}) for _ in range(6)]

    assert [(answer.status_code, answer.json()["state"]) for answer in answers] == [(202, "failed")] * 6


def test_sixth_upload_of_a_day_must_wait(api):
    answers = [api.post("/api/v1/imports", {"file": a_file()}) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [202] * 5 + [429]
    assert int(answers[-1]["Retry-After"]) > 0


@pytest.mark.parametrize("body", [{}, {"file": "text"}])
def test_upload_without_a_file_is_refused(api, body):
    assert api.post("/api/v1/imports", body).status_code == 400


def test_upload_that_is_too_large_is_refused_before_and_after_it_is_read(api, settings):
    settings.UPLOAD_MAX_BYTES = 10
    read_through = api.post("/api/v1/imports", {"file": a_file()})
    settings.UPLOAD_MAX_BYTES = -70_000
    at_once = api.post("/api/v1/imports", {"file": a_file()})

    assert [read_through.status_code, at_once.status_code] == [413, 413]
    assert HistoryImport.objects.count() == 0


def test_same_upload_under_the_same_key_is_one_import(api):
    answers = [
        api.post("/api/v1/imports", {"file": a_file()}, headers={"Idempotency-Key": "one"}) for _ in range(2)
    ]

    assert [answer["Location"] for answer in answers] == [answers[0]["Location"]] * 2
    assert HistoryImport.objects.count() == 1


def test_other_upload_under_the_same_key_is_refused(api):
    api.post("/api/v1/imports", {"file": a_file()}, headers={"Idempotency-Key": "one"})

    answer = api.post("/api/v1/imports", {"file": a_file([])}, headers={"Idempotency-Key": "one"})

    assert answer.status_code == 422


def test_import_is_cancelled_once(alice, api):
    waiting = upload(alice, [ROW])
    address = f"/api/v1/imports/{waiting.pk}/cancel"

    answers = [api.post(address), api.post(address)]

    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[0].json()["state"] == "cancelled"


def test_rows_that_were_not_taken_come_as_csv(alice, api):
    done = imported(alice, [ROW, {**ROW, "ts": "=cmd|' /C calc'!A0"}])

    answer = api.get(f"/api/v1/imports/{done.pk}/rejected")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("Streaming_History_Audio")


def test_record_of_an_import_is_deleted_and_its_plays_stay(alice, api):
    done = imported(alice, [ROW])

    assert api.delete(f"/api/v1/imports/{done.pk}").status_code == 204
    assert (HistoryImport.objects.count(), Play.objects.count()) == (0, 1)


def test_track_and_artist_are_kept_out_and_let_in_again(alice, api):
    track = keep(alice, a_track("a"))
    artist = Artist.objects.create(name="Nila Ost")
    TrackArtist.objects.create(track=track, artist=artist)

    out = send(api, "/api/v1/exclusions", {"track_id": track.pk}).json()
    send(api, "/api/v1/exclusions", {"artist_id": artist.pk})

    found = api.get("/api/v1/exclusions").json()["results"]
    assert [
        (row["track"] and row["track"]["id"], row["artist"] and row["artist"]["name"]) for row in found
    ] == [
        (None, "Nila Ost"),
        (track.pk, None),
    ]
    assert api.get(f"/api/v1/exclusions/{out['id']}").json() == out
    assert api.delete(f"/api/v1/exclusions/{out['id']}").status_code == 204
    assert [exclusion.artist for exclusion in Exclusion.objects.all()] == [artist]


def test_what_is_not_in_the_library_cannot_be_kept_out(bob, api):
    track = keep(bob, a_track("a"))

    answers = [send(api, "/api/v1/exclusions", body) for body in ({"track_id": track.pk}, {"artist_id": 1})]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize("body", [{}, {"track_id": 1, "artist_id": 1}, {"track_id": "x"}, [], "x", None])
def test_exclusion_of_nothing_or_of_two_is_refused(api, body):
    assert send(api, "/api/v1/exclusions", body).status_code == 400


@pytest.mark.parametrize("rows", ["syncs", "gaps", "imports", "exclusions", "jobs"])
def test_number_of_queries_does_not_grow_with_rows(alice, api, queries_of, rows):
    def with_one_more(number: int) -> int:
        at = AT + timedelta(days=number)
        SyncRun.objects.create(user=alice, kind="full", state="done", started_at=at, finished_at=at)
        Gap.objects.create(user=alice, from_at=at, to_at=at + timedelta(hours=1))
        HistoryImport.objects.create(user=alice, file_name="x", state="done")
        Exclusion.objects.create(user=alice, track=a_track(str(number)))
        Job.objects.create(user=alice, kind="x")
        return queries_of(lambda: api.get(f"/api/v1/{rows}"))

    with_one_more(0)
    counts = [with_one_more(number) for number in (1, 2, 3)]

    assert len(set(counts)) == 1
