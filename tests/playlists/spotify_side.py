"""A listener whose playlists live in the sandbox's Spotify, and what is there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

import playlists.tasks  # noqa: F401  # Registers the kinds of jobs, as a worker does.
from accounts.models import User
from jobs.models import Job
from jobs.running import run_claimed
from jobs.services import start_job
from library.models import Track
from playlists.models import Playlist, Version
from playlists.recipes import Recipe
from playlists.services.publishing import ask_to_publish
from playlists.services.saving import Content, Line, add_version
from sandbox import Sandbox
from tests.outside import NOW, connect

LISTENER = "nina"
"""Has nothing on Spotify but what a test puts there."""


def connect_listener(user: User, sandbox: Sandbox) -> None:
    """Let `user` be that listener; the token is good by the clock that jobs read."""
    connect(user, sandbox, LISTENER, now=timezone.now())


def a_playlist(user: User, tracks: Sequence[Track], *, name: str = "Calm", **fields: Any) -> Playlist:
    """A playlist of these tracks, here only."""
    recipe = Recipe(mood="calm", tracks=max(1, min(200, len(tracks))))
    values = {"name": name, "recipe": recipe.as_json(), "created_at": NOW, "updated_at": NOW, **fields}
    playlist = Playlist.objects.create(user=user, **values)
    note = {"kinds": {"familiar": len(tracks)}}
    lines = [Line(track.pk) for track in tracks]
    add_version(playlist, Content(lines, note), reason=Version.Reason.BUILT, now=NOW)
    return playlist


def run_job(kind: str, playlist: Playlist, **args: Any) -> Job:
    """Do a job of the playlist at once; the row as it is afterwards."""
    arguments = {"playlist_id": str(playlist.pk), **args}
    job = start_job(kind, user=playlist.user, key=str(playlist.pk), args=arguments)
    Job.objects.filter(pk=job.pk).update(run_after=datetime.min.replace(tzinfo=NOW.tzinfo), args=arguments)
    run_claimed(job.pk)
    job.refresh_from_db()
    playlist.refresh_from_db()
    return job


def publish(playlist: Playlist) -> Job:
    """Ask for it on Spotify and do the job once."""
    ask_to_publish(playlist, now=NOW)
    return run_job("playlists.publish", playlist)


def there(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The listener's playlists on Spotify."""
    return sandbox.playlists(LISTENER)


def uris(tracks: Sequence[Track]) -> list[str]:
    """The tracks as Spotify calls them."""
    return [track.spotify_uri for track in tracks]


def calls(sandbox: Sandbox) -> list[str]:
    """The kinds of requests so far."""
    return [request.kind for request in sandbox.journal()]
