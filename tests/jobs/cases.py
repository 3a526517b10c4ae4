"""A piece of work of every kind: what must be there before, and what it may write outside."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from accounts.models import User, WebhookDelivery
from accounts.services.hooks import Event, announce, make_webhook
from jobs.models import Job
from jobs.running import run_claimed
from library.services.counting import count_again
from library.services.importing.receiving import expect_download
from moods.services.corrections import correct_mood
from moodsite.exporting.keeping import ask_for_export
from playlists.models import Playlist
from playlists.recipes import Recipe
from playlists.services.publishing import ask_to_publish
from playlists.tasks import start_looking_beyond
from sandbox import Sandbox
from tests.accounts.test_webhooks import Listening
from tests.library.builders import a_play, a_track
from tests.library.importing.builders import upload
from tests.library.imports.builders import plays
from tests.moods.builders import some_features, songs_of_the_sandbox
from tests.outside import NOW, connect
from tests.playlists.builders import fill_library, songs_of
from tests.playlists.spotify_side import LISTENER, a_playlist

Args = dict[str, Any]


@dataclass
class Scene:
    """Who and what a piece of work meets."""

    alice: User
    sandbox: Sandbox
    listening: Listening

    @property
    def written(self) -> list[str]:
        """What was written outside so far, in a fixed order."""
        asked = [one.kind for one in self.sandbox.journal() if one.method != "GET" and one.kind != "token"]
        return sorted(asked + ["webhook"] * len(self.listening.heard))


@dataclass(frozen=True)
class Case:
    """One kind of job: `prepare` makes its arguments; `writes` is all that it may write outside.

    Two rows of one import or one delivery never live beside each other: there the message of one
    arrives twice.
    """

    kind: str
    prepare: Callable[[Scene], Args]
    writes: tuple[str, ...] = ()
    is_of_user: bool = False
    is_delivered_twice: bool = False


def _at_spotify(scene: Scene) -> Args:
    connect(scene.alice, scene.sandbox, "sam")
    bare = a_track("Bare", spotify_id=scene.sandbox.songs()[0]["id"])
    a_play(scene.alice, bare, NOW - timedelta(days=400))
    count_again(scene.alice, [bare.pk])
    return {}


def _unused_track(scene: Scene) -> Args:
    a_track("Nobody's", created_at=NOW - timedelta(days=9))
    return {}


def _import(scene: Scene) -> Args:
    return {"import_id": upload(scene.alice, plays(40)).pk}


def _sample(scene: Scene) -> Args:
    connect(scene.alice, scene.sandbox, "rosa")
    return {"import_id": expect_download(scene.alice, file_name="my_spotify_data.zip", now=NOW).pk}


def _export(scene: Scene) -> Args:
    fill_library(scene.alice, songs_of(scene.sandbox, 5))
    return {"export_id": ask_for_export(scene.alice, now=NOW).pk}


def _asked(source: str) -> Callable[[Scene], Args]:
    def prepare(scene: Scene) -> Args:
        songs_of_the_sandbox(scene.alice, scene.sandbox.songs()[:8])
        return {"source": source}

    return prepare


def _stale(scene: Scene) -> Args:
    songs = songs_of_the_sandbox(scene.alice, scene.sandbox.songs()[:8])
    for track in songs:
        some_features(track)
    correct_mood(scene.alice, songs[0], mood="calm", applies=True, now=NOW)
    return {}


def _playlist(scene: Scene) -> Playlist:
    connect(scene.alice, scene.sandbox, LISTENER)
    playlist = a_playlist(scene.alice, fill_library(scene.alice, songs_of(scene.sandbox, 20))[:5])
    ask_to_publish(playlist, now=NOW)
    return playlist


def _to_publish(scene: Scene) -> Args:
    return {"playlist_id": str(_playlist(scene).pk)}


def _published(scene: Scene) -> Args:
    args = _to_publish(scene)
    done("playlists.publish", scene.alice, args)
    scene.sandbox.clear_journal()
    return {**args, "asked_at": NOW.isoformat()}


def _to_restore(scene: Scene) -> Args:
    args = _published(scene)
    done("playlists.refresh", scene.alice, args)
    scene.sandbox.clear_journal()
    return {**args, "number": 1}


def _to_remove(scene: Scene) -> Args:
    playlist_id = _published(scene)["playlist_id"]
    Playlist.objects.update(deleted_at=NOW)
    return {"playlist_id": playlist_id}


def _to_suggest(scene: Scene) -> Args:
    for track in fill_library(scene.alice, songs_of(scene.sandbox, 60)):
        some_features(track, matched_by="spotify_id")
    recipe = Recipe(mood="calm", tracks=20, discovery=0.5, beyond=True)
    started = start_looking_beyond(scene.alice, recipe, now=NOW)
    assert started is not None
    args: Args = started.args
    started.delete()
    return args


def _user(scene: Scene) -> Args:
    _at_spotify(scene)
    return {"user_id": scene.alice.pk}


def _to_tell(scene: Scene) -> Args:
    make_webhook(scene.alice, url=scene.listening.url, events=Event.values, now=NOW)
    announce(scene.alice, Event.IMPORT_FINISHED, {"import": 1}, now=NOW)
    return {"delivery_id": str(WebhookDelivery.objects.get().pk)}


def _left_for_a_year(scene: Scene) -> Args:
    _at_spotify(scene)
    User.objects.update(date_joined=NOW - timedelta(days=800), last_login=NOW - timedelta(days=800))
    return {}


_A_NEW_PLAYLIST = ("add_items", "cover", "create_playlist", "details")
_A_CHANGED_PLAYLIST = ("add_items", "remove_items")

CASES = (
    Case("library.sync", _at_spotify, is_of_user=True),
    Case("library.changes", _at_spotify, is_of_user=True),
    Case("library.poll", _at_spotify, is_of_user=True),
    Case("library.details", _at_spotify, is_of_user=True),
    Case("library.retention", _unused_track),
    Case("library.import", _import, is_of_user=True, is_delivered_twice=True),
    Case("moodsite.sample", _sample, is_of_user=True),
    Case("moodsite.export", _export, is_of_user=True),
    Case("moods.enrich", _asked("reccobeats")),
    Case("moods.classify", _stale),
    Case(
        "playlists.publish",
        _to_publish,
        ("add_items", "cover", "create_playlist", "details"),
        is_of_user=True,
    ),
    Case("playlists.refresh", _published, _A_CHANGED_PLAYLIST, is_of_user=True),
    Case("playlists.restore", _to_restore, _A_CHANGED_PLAYLIST, is_of_user=True),
    Case("playlists.remove", _to_remove, ("remove_playlist",), is_of_user=True),
    Case("playlists.suggest", _to_suggest, is_of_user=True),
    Case("accounts.leave_spotify", _user),
    Case("accounts.delete", _user),
    Case("accounts.housekeeping", _left_for_a_year),
    Case("accounts.webhook", _to_tell, ("webhook",), is_of_user=True, is_delivered_twice=True),
)


def start(kind: str, user: User | None, args: Args) -> Job:
    """The same work asked for once more, beside what is under way."""
    return Job.objects.create(kind=kind, user=user, args=args, run_after=NOW - timedelta(seconds=1))


def carry_out(job: Job) -> str:
    """Have a worker do it to its end, whatever it has to wait for; how it ended."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        Job.objects.filter(pk=job.pk, state="queued").update(run_after=NOW - timedelta(seconds=1))
        run_claimed(job.pk)
        found = Job.objects.filter(pk=job.pk).first()
        if found is None or not found.is_live:
            return found.state if found else "gone"
        time.sleep(0.02)
    return f"endless: {found.state} {found.error}"


def done(kind: str, user: User | None, args: Args) -> str:
    """Ask for it and do it."""
    return carry_out(start(kind, user, args))


@contextmanager
def a_scene(alice: User, sandbox: Sandbox) -> Iterator[Scene]:
    """The scene before anything happened."""
    listening = Listening()
    try:
        yield Scene(alice, sandbox, listening)
    finally:
        listening.stop()
