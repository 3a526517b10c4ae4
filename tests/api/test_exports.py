"""Take everything away, and bring it to another account."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import AuditEvent, User
from accounts.serializers import CHOICES
from accounts.services import delete_account
from jobs.models import Job
from jobs.running import run_claimed
from library.import_tasks import start_import_here
from library.models import Artist, Exclusion, Gap, HistoryImport, Play, SavedTrack, Track, TrackArtist
from library.services.counting import count_whole_library
from library.services.importing.receiving import receive_download
from moods.models import ArtistGenres, Correction, LyricsSignal, TrackFeatures, TrackMood
from moods.services.listener_moods import library_moods
from moodsite.export_tasks import look_after_exports
from moodsite.exporting.kinds import KINDS
from moodsite.models import Export, ExportPart
from playlists.models import Entry, Playlist, Removal, Suggestion, Version
from tests.api.builders import a_track, played
from tests.library.importing.builders import upload
from tests.moods.builders import a_mood
from tests.outside import connect

AT = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def exported(client) -> bytes:
    """Have everything written, and fetch it."""
    answer = client.post("/api/v1/exports")
    assert answer.status_code == 202, answer.content
    assert run_claimed(Job.objects.live().of_kind("moodsite.export").get().pk) == "done"
    fetched = client.get(f"{answer['Location']}/download")
    return b"".join(fetched.streaming_content)


def taken_in(user: User, content: bytes, name: str = "moodsite-export.zip") -> HistoryImport:
    """Upload an export as `user` and have it read."""
    history_import = receive_download(user, [content], file_name=name, now=datetime.now(UTC))
    if history_import.is_live:
        job = start_import_here(history_import)
        while job.is_live and run_claimed(job.pk) != "skipped":
            job.refresh_from_db()
    history_import.refresh_from_db()
    return history_import


@pytest.fixture
def history(alice) -> None:
    """A listener with something of everything."""
    User.objects.filter(pk=alice.pk).update(
        time_zone="Asia/Kathmandu", language="de", allow_explicit=False, use_corrections=False
    )
    tracks = [
        a_track(f"Song {n}", f"Artist {n % 3}", spotify_id=f"Song{n}".ljust(22, "0") if n % 2 else None)
        for n in range(6)
    ]
    for number, track in enumerate(tracks):
        artist, _ = Artist.objects.get_or_create(name=track.artist_name, spotify_id=None)
        TrackArtist.objects.create(track=track, artist=artist)
        a_mood(track, "sad" if number % 2 else "happy")
        played(alice, track, AT + timedelta(hours=number))
        played(alice, track, AT + timedelta(days=1, hours=number), ms_played=1000, skipped=True)
    played(alice, tracks[0], AT, repeat_no=1)
    played(alice, tracks[1], AT + timedelta(days=2), ms_played=None, source="api", reported_at=AT)
    SavedTrack.objects.create(user=alice, track=tracks[2], added_at=AT)
    Correction.objects.create(user=alice, track=tracks[0], mood="calm", applies=True, created_at=AT)
    Exclusion.objects.create(user=alice, track=tracks[5], created_at=AT)
    guest = Artist.objects.create(name="Guest", spotify_id="Guest".ljust(22, "0"))
    TrackArtist.objects.create(track=tracks[0], artist=guest, position=1)
    for artist in (Artist.objects.get(name="Artist 1"), guest):
        Exclusion.objects.create(user=alice, artist=artist, created_at=AT)
    found = {"source": "reccobeats", "aim": "sad>calm", "seeds": [tracks[1].spotify_id], "found_at": AT}
    Suggestion.objects.create(user=alice, track=a_track("New", spotify_id="New".ljust(22, "0")), **found)
    Gap.objects.create(user=alice, from_at=AT, to_at=AT + timedelta(hours=5), found_at=AT)
    recipe = {"version": 1, "mood": "sad", "tracks": 5, "without_tracks": [tracks[4].pk]}
    recipe |= {"without_artists": [guest.pk], "apart": [tracks[2].pk]}
    playlist = Playlist.objects.create(user=alice, name="=SUM(A1)", description="blue", recipe=recipe)
    for number in (1, 2):
        version = Version.objects.create(
            playlist=playlist, number=number, reason="built", note={"kinds": {"familiar": 2}}, created_at=AT
        )
        for position, track in enumerate(tracks[number:]):
            reason = {"code": "finished", "numbers": {"share": 0.9}}
            Entry.objects.create(version=version, position=position, track=track, reasons=[reason])
    Removal.objects.create(playlist=playlist, track=tracks[0], at=AT)
    count_whole_library(alice)


def named(recipe: dict[str, object]) -> dict[str, object]:
    """A recipe that names tracks and artists as people do."""
    tracks, artists = Track.objects.in_bulk(), Artist.objects.in_bulk()
    titles = {name: [tracks[pk].title for pk in recipe[name]] for name in ("without_tracks", "apart")}
    return {**recipe, **titles, "without_artists": [artists[pk].name for pk in recipe["without_artists"]]}


def moods(user: User) -> dict[int, int]:
    """The mood of each track of the library."""
    seen = library_moods(user)
    return dict(zip(seen.track_ids.tolist(), seen.states.tolist(), strict=True))


def told(user: User) -> dict[str, object]:
    """All that a listener would miss, named by what it is and not by row numbers."""
    name = ("track__spotify_id", "track__title", "track__artist_name")
    plays = Play.objects.filter(user=user).order_by("played_at", "track__title", "ms_played", "repeat_no")
    playlists = Playlist.objects.filter(user=user)
    return {
        "choices": [getattr(User.objects.get(pk=user.pk), name) for name in CHOICES],
        "plays": list(
            plays.values_list(
                *name, "played_at", "reported_at", "ms_played", "repeat_no", "source", "skipped"
            )
        ),
        "saved": list(SavedTrack.objects.filter(user=user).values_list(*name, "added_at")),
        "corrections": list(
            Correction.objects.filter(user=user).values_list(*name, "mood", "applies", "created_at")
        ),
        "exclusions": list(
            Exclusion.objects.filter(user=user)
            .order_by("pk")
            .values_list("track__title", "artist__name", "created_at")
        ),
        "suggestions": list(
            Suggestion.objects.filter(user=user).values_list(*name, "source", "aim", "seeds", "found_at")
        ),
        "gaps": list(Gap.objects.filter(user=user).values_list("from_at", "to_at", "found_at", "closed_at")),
        "playlists": [(one.name, one.description, named(one.recipe), one.created_at) for one in playlists],
        "versions": list(
            Version.objects.filter(playlist__user=user)
            .order_by("number")
            .values_list("playlist__name", "number", "reason", "note", "created_at")
        ),
        "entries": list(
            Entry.objects.filter(version__playlist__user=user)
            .order_by("version__number", "position")
            .values_list("version__number", "position", *name, "locked", "by_hand", "reasons")
        ),
        "removals": list(Removal.objects.filter(playlist__user=user).values_list(*name, "at")),
    }


def test_everything_taken_away_is_there_in_another_account(alice, bob, api, history):
    taken = taken_in(bob, exported(api))

    assert (taken.state, taken.plays_added) == ("done", 14)
    assert told(bob) == told(alice)
    assert moods(bob) == moods(alice)


def test_everything_taken_away_is_there_on_a_moodsite_that_knew_nothing_of_it(alice, bob, api, history):
    content, before = exported(api), told(alice)
    delete_account(alice.pk, now=datetime.now(UTC))
    Track.objects.all().delete(), Artist.objects.all().delete()

    taken = taken_in(bob, content)

    assert (taken.state, taken.plays_added) == ("done", 14)
    assert told(bob) == before


def test_what_moods_rest_on_is_in_it_with_where_it_comes_from(alice, api, history):
    track, artist = Track.objects.get(title="Song 0"), Artist.objects.get(name="Artist 0")
    said = {"source": "reccobeats", "status": "hit", "source_ref": "ref", "fetched_at": AT}
    TrackFeatures.objects.create(track=track, energy=0.5, matched_by="isrc", **said)
    LyricsSignal.objects.create(track=track, language="en", scores={"values": [1]}, **said)
    ArtistGenres.objects.create(artist=artist, genres=["folk"], **said)

    archive = zipfile.ZipFile(io.BytesIO(exported(api)))

    lines = [json.loads(archive.read(f"data/{kind}-0001.jsonl")) for kind in ("features", "lyrics", "genres")]
    told = {**said, "fetched_at": "2026-05-01T12:00:00Z"}
    assert [{name: line[name] for name in said} for line in lines] == [told] * 3
    assert (lines[0]["energy"], lines[0]["matched_by"]) == (0.5, "isrc")
    assert (lines[1]["scores"], lines[2]["genres"]) == ({"values": [1]}, ["folk"])


def test_export_taken_in_twice_is_there_once(alice, bob, api, history):
    content = exported(api)
    taken_in(bob, content)

    again = taken_in(bob, content)

    assert (again.state, again.plays_added) == ("done", 0)
    assert again.report["members"]["1"]["verdicts"] == {"already_known": 14}
    assert told(bob) == told(alice)


def test_choices_made_here_stand_and_those_that_do_not_exist_are_none(alice, bob, api, history):
    User.objects.filter(pk=bob.pk).update(time_zone="Europe/Berlin")
    User.objects.filter(pk=alice.pk).update(time_zone="Asia/Tokyo", language="xx")

    taken_in(bob, exported(api))

    bob.refresh_from_db()
    assert (bob.time_zone, bob.language, bob.allow_explicit) == ("Europe/Berlin", "", False)


def test_own_export_changes_nothing(alice, api, history):
    before = told(alice)

    taken_in(alice, exported(api))

    assert told(alice) == before


def test_export_goes_on_where_a_kill_stopped_it(alice, bob, api, history, monkeypatch):
    monkeypatch.setattr("moodsite.restoring.plays.BATCH_ROWS", 4)
    monkeypatch.setattr("jobs.running.UNIT", timedelta(0))
    content = exported(api)

    taken = taken_in(bob, content)

    assert (taken.state, taken.rows_read, taken.plays_added) == ("done", 14, 14)
    assert told(bob) == told(alice)


def test_export_of_an_empty_account_can_be_taken_in(bob, api):
    assert taken_in(bob, exported(api)).state == "done"


def test_export_has_each_kind_as_lines_and_as_a_table(api, history):
    archive = zipfile.ZipFile(io.BytesIO(exported(api)))

    assert archive.testzip() is None
    names = archive.namelist()
    assert [f"tables/{kind.name}.csv" for kind in KINDS] == [name for name in names if name.endswith(".csv")]
    manifest = json.loads(archive.read("moodsite.json"))
    assert (manifest["format"], manifest["version"], manifest["counts"]["plays"]) == (
        "moodsite-export",
        1,
        14,
    )
    assert len(archive.read("data/plays-0001.jsonl").splitlines()) == 14
    assert json.loads(archive.read("profile.json"))["username"] == "alice"


def test_songs_from_beyond_the_library_are_in_it_with_where_they_come_from(alice, bob, api):
    new, seed = a_track("New", "Artist", spotify_id="New".ljust(22, "0")), "Seed".ljust(22, "0")
    told = {"aim": ">calm", "source": "reccobeats", "seeds": [seed], "found_at": AT}
    for user in (alice, bob):
        Suggestion.objects.create(user=user, track=new, **told)

    archive = zipfile.ZipFile(io.BytesIO(exported(api)))

    line = json.loads(archive.read("data/suggestions-0001.jsonl"))
    track = json.loads(archive.read("data/tracks-0001.jsonl"))
    (row,) = csv.DictReader(io.StringIO(archive.read("tables/suggestions.csv").decode()))
    assert line == {"track_id": new.pk, **told, "found_at": "2026-05-01T12:00:00Z"}
    assert (track["id"], track["title"], track["artist_name"]) == (new.pk, "New", "Artist")
    assert row == {
        "track_id": str(new.pk),
        "aim": ">calm",
        "source": "reccobeats",
        "seeds": f'["{seed}"]',
        "found_at": "2026-05-01T12:00:00+00:00",
        "track__spotify_id": new.spotify_id,
        "track__title": "New",
        "track__artist_name": "Artist",
    }


@pytest.mark.parametrize(
    "changes", [{"aim": "calm"}, {"aim": ">hungry"}, {"source": "radio"}, {"seeds": ["a b"]}, {"track_id": 9}]
)
def test_songs_from_beyond_the_library_that_no_search_finds_are_not_taken_in(bob, changes):
    track = {"id": 1, "title": "a", "artist_name": "b", "spotify_id": None}
    good = {"track_id": 1, "source": "reccobeats", "aim": ">calm", "found_at": "2026-05-01T12:00:00Z"}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("moodsite.json", json.dumps({"format": "moodsite-export", "version": 1}))
        archive.writestr("data/tracks-0001.jsonl", json.dumps(track))
        archive.writestr("data/suggestions-0001.jsonl", json.dumps({**good, **changes}))

    assert taken_in(bob, file.getvalue()).state == "done"
    assert not Suggestion.objects.for_user(bob).exists()


def test_formula_in_a_table_is_harmless(api, history):
    archive = zipfile.ZipFile(io.BytesIO(exported(api)))

    (row,) = csv.DictReader(io.StringIO(archive.read("tables/playlists.csv").decode()))
    line = json.loads(archive.read("data/playlists-0001.jsonl"))
    assert (row["name"], line["name"]) == ("'=SUM(A1)", "=SUM(A1)")


def test_export_holds_no_secret(alice, api, history, sandbox):
    connection = connect(alice, sandbox, "noor")

    archive = zipfile.ZipFile(io.BytesIO(exported(api)))

    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    secrets = [str(connection.access_token), str(connection.refresh_token), alice.password]
    secrets += [token.digest for token in alice.api_tokens.all()]
    assert [secret for secret in secrets if secret in everything] == []


def test_large_export_is_cut_into_files_and_parts(alice, bob, api, history, monkeypatch):
    monkeypatch.setattr("moodsite.exporting.writing.ROWS_PER_FILE", 5)
    monkeypatch.setattr("moodsite.exporting.parts.PART_BYTES", 500)

    content = exported(api)

    files = [
        name for name in zipfile.ZipFile(io.BytesIO(content)).namelist() if name.startswith("data/plays")
    ]
    assert files == ["data/plays-0001.jsonl", "data/plays-0002.jsonl", "data/plays-0003.jsonl"]
    assert ExportPart.objects.count() == -(-len(content) // 500)
    taken_in(bob, content)
    assert told(bob) == told(alice)


def test_asking_twice_writes_one_export(alice, api):
    answers = [api.post("/api/v1/exports") for _ in range(2)]

    assert [answer["Location"] for answer in answers] == [answers[0]["Location"]] * 2
    assert Job.objects.of_kind("moodsite.export").count() == 1


def test_fourth_export_of_a_day_must_wait(api):
    answers = [api.post("/api/v1/exports") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]


def test_export_cannot_be_fetched_before_it_is_ready(api):
    address = api.post("/api/v1/exports")["Location"]

    assert (api.get(address).json()["state"], api.get(f"{address}/download").status_code) == ("waiting", 409)


def test_export_is_noted_in_the_audit_log(alice, api):
    exported(api)

    assert AuditEvent.objects.filter(user=alice, kind="exported").count() == 1


def test_export_is_forgotten_after_a_week_and_failed_when_nobody_writes_it(alice, api):
    api.post("/api/v1/exports")
    Job.objects.update(state="failed")
    now = datetime.now(UTC)

    look_after_exports(now)
    assert [export.state for export in Export.objects.all()] == ["failed"]
    look_after_exports(now + timedelta(days=8))
    assert Export.objects.count() == 0


def test_page_lists_exports_and_sends_them(client, alice):
    client.force_login(alice)

    assert client.get("/settings/export/").status_code == 200
    assert client.post("/settings/export/new/").url == "/settings/export/"
    run_claimed(Job.objects.get().pk)
    export = Export.objects.get()
    assert f"/settings/export/{export.pk}/" in client.get("/settings/export/list/").content.decode()
    fetched = client.get(f"/settings/export/{export.pk}/")
    assert fetched["Content-Disposition"].startswith('attachment; filename="moodsite-export-')
    assert len(b"".join(fetched.streaming_content)) == export.size == int(fetched["Content-Length"])


def test_page_refuses_a_fourth_export_of_a_day_in_words(client, alice):
    client.force_login(alice)
    for _ in range(4):
        last = client.post("/settings/export/new/", follow=True)

    assert "three exports today" in last.content.decode()


def test_export_of_a_later_release_is_refused_in_words(bob):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("moodsite.json", json.dumps({"format": "moodsite-export", "version": 99}))

    taken = taken_in(bob, file.getvalue())

    assert (taken.state, taken.problem) == (
        "failed",
        "This export was written by another release of Moodsite: update this one first.",
    )


def test_broken_lines_are_counted_and_the_others_kept(bob):
    good = {"id": 1, "title": "a", "artist_name": "b", "spotify_id": None}
    play = {"track_id": 1, "played_at": "2026-05-01T12:00:00Z", "source": "extended", "ms_played": 40_000}
    lines = [
        json.dumps(play),
        "nonsense",
        json.dumps({**play, "track_id": 2}),
        json.dumps({**play, "played_at": "1999-01-01T00:00:00Z"}),
        json.dumps({**play, "source": "radio"}),
        json.dumps({**play, "ms_played": -1}),
        json.dumps({**play, "played_at": "2026-05-01T12:00:00"}),
        json.dumps({**play, "note": "\0"}),
        '{"track_id": 1e400}',
        "[" * 10_000,
    ]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("moodsite.json", json.dumps({"format": "moodsite-export", "version": 1}))
        archive.writestr("data/tracks-0001.jsonl", json.dumps(good) + "\n{}\n")
        archive.writestr("data/plays-0001.jsonl", "\n".join(lines))

    taken = taken_in(bob, file.getvalue())

    assert taken.report["members"]["1"]["verdicts"] == {"play": 1, "invalid": 9}
    assert (taken.state, Play.objects.count()) == ("done", 1)


def test_explanations_that_cannot_be_said_are_left_out(alice, bob, api, history):
    Version.objects.update(note={"notices": [{"code": "made_up"}, 7, {"code": "no_history", "numbers": {}}]})
    Entry.objects.update(reasons=[{"code": "likely_mood", "numbers": {}}, 5, {}])

    taken_in(bob, exported(api))

    assert Version.objects.filter(playlist__user=bob, number=1).get().note == {
        "notices": [{"code": "no_history", "numbers": {}}]
    }
    assert {tuple(entry.reasons) for entry in Entry.objects.filter(version__playlist__user=bob)} == {()}


def test_nothing_shared_is_taken_from_somebodys_file(alice, bob, api, history):
    content = exported(api)
    Play.objects.filter(user=alice).delete()
    before = list(TrackMood.objects.order_by("pk").values())

    taken_in(bob, content)

    assert list(TrackMood.objects.order_by("pk").values()) == before


def test_account_deleted_while_an_import_runs_leaves_nothing(alice, api, history):
    waiting = upload(alice, exported(api), "moodsite-export.zip")
    job = start_import_here(waiting)
    delete_account(alice.pk, now=datetime.now(UTC))

    assert run_claimed(job.pk) == "skipped"
    assert (User.objects.count(), Play.objects.count(), Playlist.objects.count(), Export.objects.count()) == (
        0,
    ) * 4
