import pytest
from django.utils import timezone

from playlists.models import Removal
from playlists.services.publishing import ask_to_publish
from playlists.services.versions import restore_here
from tests.outside import NOW
from tests.playlists.builders import a_song, fill_library, songs_of
from tests.playlists.spotify_side import a_playlist, connect_listener, publish, run_job, there, uris

pytestmark = pytest.mark.django_db


@pytest.fixture
def tracks(alice, sandbox):
    connect_listener(alice, sandbox)
    return fill_library(alice, songs_of(sandbox, 40))


@pytest.fixture
def refreshed(alice, sandbox, tracks):
    """Ten songs on Spotify, refreshed once."""
    playlist = a_playlist(alice, tracks[:10])
    publish(playlist)
    run_job("playlists.refresh", playlist, asked_at=timezone.now().isoformat())
    return playlist


def restore(playlist, number: int, asked_at: str):
    return run_job("playlists.restore", playlist, number=number, asked_at=asked_at)


def test_restore_brings_an_earlier_version_back_here_and_on_spotify(refreshed, sandbox, tracks):
    job = restore(refreshed, 1, timezone.now().isoformat())

    newest = refreshed.newest_version()
    assert (job.state, there(sandbox)[0]["uris"]) == ("done", uris(tracks[:10]))
    assert (newest.number, newest.reason, newest.note["restored_from"]) == (3, "restored", 1)
    assert newest.track_ids() == [track.pk for track in tracks[:10]]


def test_restore_asked_for_once_happens_once(refreshed):
    asked_at = timezone.now().isoformat()

    for _ in range(2):
        restore(refreshed, 1, asked_at)

    assert refreshed.versions.count() == 3


def test_restore_keeps_what_was_edited_by_hand_as_a_version(refreshed, sandbox, tracks):
    sandbox.edit_playlist(refreshed.spotify_id, add=uris(tracks[30:31]))
    by_hand = there(sandbox)[0]["uris"]

    restore(refreshed, 1, timezone.now().isoformat())

    reasons = list(refreshed.versions.order_by("number").values_list("reason", flat=True))
    assert reasons == ["built", "refreshed", "edited_on_spotify", "restored"]
    edited = refreshed.versions.get(number=3).entries.order_by("position").select_related("track")
    assert [entry.track.spotify_uri for entry in edited] == by_hand
    assert there(sandbox)[0]["uris"] == uris(tracks[:10])


@pytest.mark.parametrize("kind", ["remove_items", "add_items", "playlist"])
def test_restore_survives_answers_that_do_not_come(refreshed, sandbox, tracks, kind):
    sandbox.fail(kind, lose_answer=True)

    restore(refreshed, 1, timezone.now().isoformat())

    assert there(sandbox)[0]["uris"] == uris(tracks[:10])
    assert refreshed.versions.count() == 3


def test_restore_here_lets_what_was_taken_out_come_back(alice):
    tracks = fill_library(alice, [a_song(number) for number in range(3)])
    playlist = a_playlist(alice, tracks)
    Removal.objects.create(playlist=playlist, track=tracks[0])

    restore_here(playlist, number=1, now=NOW)

    assert Removal.objects.count() == 0
    assert playlist.writing_version is None


def test_restore_happens_here_while_the_playlist_waits_for_consent(alice, sandbox, tracks):
    connection = alice.connection_or_none()
    connection.scopes = ["user-library-read"]
    connection.save(update_fields=["scopes"])
    playlist = a_playlist(alice, tracks[:10])
    ask_to_publish(playlist, now=NOW)

    job = restore(playlist, 1, timezone.now().isoformat())

    assert (job.state, playlist.problem, there(sandbox)) == ("done", "consent", [])
    assert playlist.writing_version == playlist.newest_version().number == 2
