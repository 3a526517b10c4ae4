"""The list of playlists, and one of them."""

import uuid
from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from jobs.services import cancel_job
from playlists.exporting import FORMATS, exported_tracks, links
from playlists.forms import DetailsForm, ScheduleForm
from playlists.models import Playlist, Version
from playlists.recipes import LARGEST_ID, Recipe
from playlists.services.comparing import changes_between
from playlists.services.managing import (
    KEPT_DELETED,
    bring_back,
    delete_playlist,
    duplicate_playlist,
    rename_playlist,
)
from playlists.services.publishing import ask_to_publish
from playlists.services.refreshing import plan_refresh, set_schedule
from playlists.services.removals import allow_again
from playlists.showing import show_playlists, show_version
from playlists.showing_changes import show_changes, show_left
from playlists.states import state_of
from playlists.tasks import (
    live_job,
    start_publishing,
    start_refreshing,
    start_removing,
    start_restoring,
)

NEAR = timedelta(seconds=30)
"""Work that goes on within this time is worth waiting for on the page."""


@require_safe
def playlists_page(request: HttpRequest) -> HttpResponse:
    """All of the listener's playlists with their state."""
    user = _listener(request)
    deleted = Playlist.objects.deleted().of_user(user).newest_first()
    context = {"cards": show_playlists(user), "deleted": deleted, "kept_days": KEPT_DELETED.days}
    return render(request, "playlists/playlists.html", context)


@require_safe
def playlist_page(request: HttpRequest, playlist_id: uuid.UUID) -> HttpResponse:
    """One playlist: its songs, its curve, what can be done with it."""
    return _page(request, _own(request, playlist_id))


@require_safe
def playlist_status(request: HttpRequest, playlist_id: uuid.UUID) -> HttpResponse:
    """The part of the page that changes while work goes on; the whole page when it is done."""
    context = _status(_own(request, playlist_id))
    response = render(request, "playlists/status.html", context)
    if not context["is_live"]:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def publish(request: HttpRequest, playlist_id: uuid.UUID) -> HttpResponse:
    """Bring it to Spotify, or ask for the permission that this needs."""
    playlist, now = _own(request, playlist_id), timezone.now()
    ask_to_publish(playlist, now=now)
    if not playlist.problem:
        start_publishing(playlist, now=now)
    return redirect(playlist)


@require_http_methods(["GET", "POST"])
def refresh(request: HttpRequest, playlist_id: uuid.UUID) -> HttpResponse:
    """What a refresh would change (GET); do it (POST)."""
    playlist, now = _own(request, playlist_id), timezone.now()
    if request.method == "POST":
        start_refreshing(playlist, now=now)
        return redirect(playlist)
    plan = plan_refresh(playlist, now=now)
    kept = len(plan.content.lines) - sum(change.kind == "added" for change in plan.changes)
    context = {
        "playlist": playlist,
        "change_sets": show_changes(_listener(request), plan.changes),
        "kept": kept,
        "page_mood": playlist.recipe.get("mood") or "mixed",
    }
    return render(request, "playlists/refresh.html", context)


@require_POST
def change_details(request: HttpRequest, playlist_id: uuid.UUID) -> HttpResponse:
    """Rename and describe it."""
    playlist, now = _own(request, playlist_id), timezone.now()
    form = DetailsForm(request.POST)
    if not form.is_valid():
        return _page(request, playlist, details_form=form)
    if rename_playlist(playlist, **form.cleaned_data, now=now):
        start_publishing(playlist, now=now)
    messages.success(request, _("Saved."))
    return redirect(playlist)


@require_POST
def change_schedule(request: HttpRequest, playlist_id: uuid.UUID) -> HttpResponse:
    """Say when it refreshes by itself."""
    playlist = _own(request, playlist_id)
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        return _page(request, playlist, schedule_form=form)
    set_schedule(playlist, **form.cleaned_data, now=timezone.now())
    messages.success(request, _("Saved."))
    return redirect(playlist)


@require_http_methods(["GET", "POST"])
def version(request: HttpRequest, playlist_id: uuid.UUID, number: int) -> HttpResponse:
    """An earlier version next to the current one (GET); go back to it (POST)."""
    playlist = _own(request, playlist_id)
    chosen = get_object_or_404(playlist.versions, number=number)
    if request.method == "POST":
        start_restoring(playlist, number=number, now=timezone.now())
        return redirect(playlist)
    newest = playlist.newest_version()
    changes = changes_between(newest.track_ids(), chosen.track_ids())
    context = {
        "playlist": playlist,
        "version": chosen,
        "is_newest": chosen == newest,
        "change_sets": show_changes(_listener(request), changes),
        "listing": show_version(_listener(request), chosen, Recipe.from_json(playlist.recipe)),
        "page_mood": playlist.recipe.get("mood") or "mixed",
    }
    return render(request, "playlists/version.html", context)


@require_safe
def left(request: HttpRequest, playlist_id: uuid.UUID) -> HttpResponse:
    """The songs that are no longer in it."""
    playlist = _own(request, playlist_id)
    mood = playlist.recipe.get("mood") or "mixed"
    context = {"playlist": playlist, "left": show_left(playlist), "page_mood": mood}
    return render(request, "playlists/left.html", context)


@require_POST
def let_back(request: HttpRequest, playlist_id: uuid.UUID, track_id: int) -> HttpResponse:
    """Let a song come back that was taken out by hand."""
    playlist = _own(request, playlist_id)
    if track_id > LARGEST_ID or not allow_again(playlist, track_id):
        raise Http404
    messages.success(request, _("It may come back with the next refresh."))
    return redirect("playlist-left", playlist.pk)


@require_safe
def export(request: HttpRequest, playlist_id: uuid.UUID, ending: str) -> HttpResponse:
    """The playlist as a file."""
    playlist = _own(request, playlist_id)
    if ending not in FORMATS:
        raise Http404
    chosen = FORMATS[ending]
    text = chosen.write(playlist, exported_tracks(playlist.newest_version()))
    response = HttpResponse(text, content_type=f"{chosen.media_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="playlist-{str(playlist.pk)[:8]}.{ending}"'
    return response


@require_POST
def duplicate(request: HttpRequest, playlist_id: uuid.UUID) -> HttpResponse:
    """Make a copy of it, here."""
    playlist = _own(request, playlist_id)
    name = _("%(name)s, copy") % {"name": playlist.name}
    return redirect(duplicate_playlist(playlist, name=name, now=timezone.now()))


@require_POST
def delete(request: HttpRequest, playlist_id: uuid.UUID) -> HttpResponse:
    """Put it away; on Spotify too where that is wished."""
    playlist, now = _own(request, playlist_id), timezone.now()
    job = live_job(playlist)
    if job is not None:
        cancel_job(job, now=now)
    delete_playlist(playlist, now=now)
    if request.POST.get("where") == "there" and playlist.spotify_id:
        start_removing(playlist, now=now)
    messages.success(request, _("The playlist is deleted. You can bring it back for thirty days."))
    return redirect("playlists")


@require_POST
def undelete(request: HttpRequest, playlist_id: uuid.UUID) -> HttpResponse:
    """Bring a deleted playlist back."""
    deleted = Playlist.objects.deleted().of_user(_listener(request))
    playlist = get_object_or_404(deleted, pk=playlist_id)
    bring_back(playlist, now=timezone.now())
    messages.success(request, _("The playlist is back."))
    return redirect(playlist)


def _listener(request: HttpRequest) -> User:
    return cast(User, request.user)


def _own(request: HttpRequest, playlist_id: uuid.UUID) -> Playlist:
    return get_object_or_404(Playlist.objects.for_user(_listener(request)), pk=playlist_id)


def _page(request: HttpRequest, playlist: Playlist, **shown: Any) -> HttpResponse:
    user = _listener(request)
    newest: Version = playlist.newest_version()
    recipe = Recipe.from_json(playlist.recipe)
    details = {"name": playlist.name, "description": playlist.description}
    context = {
        **_status(playlist),
        "listing": show_version(user, newest, recipe),
        "version": newest,
        "versions": playlist.versions.newest_first(),
        "links": links(playlist, exported_tracks(newest)),
        "endings": list(FORMATS),
        "details_form": DetailsForm(initial=details),
        "schedule_form": ScheduleForm.of(playlist),
        "page_mood": recipe.mood or "mixed",
        "connected": user.connection_or_none() is not None,
    }
    return render(request, "playlists/playlist.html", {**context, **shown})


def _status(playlist: Playlist) -> dict[str, Any]:
    job, state = live_job(playlist), state_of(playlist)
    is_near = job is not None and job.run_after < timezone.now() + NEAR
    return {
        "playlist": playlist,
        "state": state,
        "job": job,
        "is_live": is_near or (state.is_working and job is None),
    }
