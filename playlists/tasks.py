"""Jobs that bring playlists to Spotify and keep them fresh, and the ticks that start them."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.services import on_disconnect
from jobs.kinds import GiveUp, Postpone, Report, Run, every_tick, job_kind
from jobs.models import Job
from jobs.services import hurry_job
from jobs.starting import enqueue
from moods.looks import source_of_new_songs
from playlists.models import Playlist
from playlists.problems import WriteFailed, WriteWaits, what_happened
from playlists.recipes import Recipe
from playlists.services.leaving import unlink_playlists
from playlists.services.managing import purge_deleted, remove_there
from playlists.services.noticing import notice_hand_edits
from playlists.services.publishing import publish_playlist
from playlists.services.refreshing import claim_due_refreshes, refresh_playlist
from playlists.services.searching import SUGGEST, aim_key, search_key, search_of
from playlists.services.suggesting import forget_old_suggestions, forget_suggestions, look_beyond
from playlists.services.suggestions import looks_beyond
from playlists.services.versions import restore_version

PUBLISH, REFRESH = "playlists.publish", "playlists.refresh"
RESTORE, REMOVE = "playlists.restore", "playlists.remove"

SOON = timedelta(hours=1)
"""So long before a refresh songs are looked for, which takes half a minute."""

on_disconnect(unlink_playlists)
on_disconnect(forget_suggestions)


@job_kind(PUBLISH)
def publish(run: Run, *, playlist_id: str) -> Report:
    """Bring a playlist to Spotify as it is here."""
    return _with_words(publish_playlist, _kept(playlist_id), run=run)


@job_kind(REFRESH)
def refresh(run: Run, *, playlist_id: str, asked_at: str) -> Report:
    """Refresh a playlist here and on Spotify."""
    moment = datetime.fromisoformat(asked_at)
    return _with_words(refresh_playlist, _kept(playlist_id), run=run, asked_at=moment)


@job_kind(RESTORE)
def restore(run: Run, *, playlist_id: str, number: int, asked_at: str) -> Report:
    """Go back to an earlier version, here and on Spotify."""
    moment = datetime.fromisoformat(asked_at)
    return _with_words(restore_version, _kept(playlist_id), run=run, number=number, asked_at=moment)


@job_kind(REMOVE)
def remove(run: Run, *, playlist_id: str) -> Report:
    """Delete a playlist on Spotify too."""
    deleted = Playlist.objects.deleted().with_user().filter(pk=playlist_id).order_by("pk").first()
    return _with_words(remove_there, deleted, run=run)


@job_kind(SUGGEST)
def suggest(run: Run, *, aim: str) -> Report:
    """Look for songs beyond the library of the job's listener."""
    user = User.objects.filter(pk=run.user_id, is_active=True).first() if run.user_id else None
    if user is None:
        return {}
    return look_beyond(user, aim=aim, client=source_of_new_songs(), run=run, now=timezone.now())


def start_publishing(playlist: Playlist, *, now: datetime) -> Job:
    """Start bringing it to Spotify, or let what waits go on at once."""
    return _started(PUBLISH, playlist, now=now)


def start_refreshing(playlist: Playlist, *, now: datetime) -> Job:
    """Start a refresh, or let what waits go on at once."""
    return _started(REFRESH, playlist, now=now, asked_at=now.isoformat())


def start_restoring(playlist: Playlist, *, number: int, now: datetime) -> Job:
    """Start going back to an earlier version."""
    return _started(RESTORE, playlist, now=now, number=number, asked_at=now.isoformat())


def start_removing(playlist: Playlist, *, now: datetime) -> Job:
    """Start deleting it on Spotify."""
    return _started(REMOVE, playlist, now=now)


def start_looking_beyond(user: User, recipe: Recipe, *, now: datetime) -> Job | None:
    """Look for songs beyond the library where the recipe asks for them and it was not done lately."""
    if not looks_beyond(recipe) or not search_of(user, recipe).is_due(now):
        return None
    return enqueue(SUGGEST, user=user, key=search_key(user, recipe), args={"aim": aim_key(recipe)})


def live_job(playlist: Playlist) -> Job | None:
    """What is being done with the playlist, or waits to be."""
    jobs = Job.objects.live().for_user(playlist.user).newest_first()
    return next((job for job in jobs if job.key == str(playlist.pk)), None)


@every_tick
def start_allowed_publishing(now: datetime) -> int:
    """Start what waited for the listener's consent and has it now. The number of jobs."""
    allowed = Playlist.objects.newly_allowed()
    for playlist in allowed:
        start_publishing(playlist, now=now)
    return len(allowed)


@every_tick
def start_due_refreshes(now: datetime) -> int:
    """Start the refreshes whose time has come. The number of them."""
    due = claim_due_refreshes(now)
    for playlist in due:
        start_refreshing(playlist, now=now)
    return len(due)


@every_tick
def look_beyond_before_refreshes(now: datetime) -> int:
    """Look for songs for playlists that want some and are refreshed soon. The number of searches."""
    soon = Playlist.objects.due_at(now + SOON).with_user()
    recipes = [(playlist.user, Recipe.from_json(playlist.recipe)) for playlist in soon.beyond()]
    return sum(start_looking_beyond(user, recipe, now=now) is not None for user, recipe in recipes)


@every_tick
def notice_edits(now: datetime) -> int:
    """Mark what a sync saw changed on Spotify. The number of playlists."""
    return notice_hand_edits()


@every_tick
def forget_suggested(now: datetime) -> int:
    """Forget what was found beyond libraries and never used. The number of suggestions."""
    return forget_old_suggestions(now)


@every_tick
def forget_deleted(now: datetime) -> int:
    """Forget playlists whose time to be brought back is over. The number of them."""
    return purge_deleted(now)


def _kept(playlist_id: str) -> Playlist | None:
    return Playlist.objects.kept().with_user().filter(pk=playlist_id).order_by("pk").first()


def _started(kind: str, playlist: Playlist, *, now: datetime, **args: Any) -> Job:
    told = {"playlist_id": str(playlist.pk), **args}
    job = enqueue(kind, user=playlist.user, key=str(playlist.pk), args=told)
    hurry_job(job, now=now)
    return job


def _with_words(service: Any, playlist: Playlist | None, *, run: Run, **args: Any) -> Report:
    """What the service did; its own ways of stopping become those of a job. Nothing for a missing row."""
    if playlist is None:
        return {}
    try:
        report: Report = service(playlist, run=run, now=timezone.now(), **args)
    except WriteWaits as wait:
        raise Postpone(wait.until, wait.problem) from wait
    except WriteFailed as failure:
        raise GiveUp(what_happened(failure.problem)) from failure
    return report
