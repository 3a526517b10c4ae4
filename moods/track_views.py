"""The library, a track's page, and what a listener says about a track."""

from typing import cast

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.models import User
from library.models import LibraryTrack, TrackArtist
from library.services.exclusions import allow_artist, allow_track, exclude_artist, exclude_track
from moods.forms import CorrectionForm, TracksForm
from moods.overviews.keeping import keeping_of
from moods.overviews.lines import lines_of_library
from moods.overviews.said import said_page
from moods.overviews.track import track_page
from moods.overviews.tracks import tracks_page
from moods.services.corrections import (
    correct_mood,
    reset_corrections,
    set_mood,
    undo_corrections,
    use_corrections,
)
from moods.services.listener_moods import mood_key
from moods.wording import mood_name

LARGEST_ID = 2**63 - 1
"""What the database can hold; an address may say more."""


@require_safe
def tracks(request: HttpRequest) -> HttpResponse:
    """The whole library."""
    form, user = TracksForm(request.GET), cast(User, request.user)
    wanted = form.wanted()
    query = request.GET.copy()
    query.pop("page", None)
    keeping = keeping_of(user, mood_key(user), now=timezone.now(), about=request.GET.urlencode())
    page = SimpleLazyObject(lambda: tracks_page(user, wanted, query=query.urlencode()))
    context = {"form": form, "wanted": wanted, "page": page, "keeping": keeping}
    return render(request, "moods/tracks.html", context)


@require_safe
def track(request: HttpRequest, pk: int) -> HttpResponse:
    """One track of the listener's library."""
    page = track_page(cast(User, request.user), _row(request, pk))
    return render(request, "moods/track.html", {"page": page, "page_mood": page.mood.mood})


@require_GET
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """A row of a list with the moods to choose from."""
    return _line(request, _row(request, pk), is_open=True)


@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """The track is, or is not, of a mood."""
    row, form = _row(request, pk), CorrectionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the moods."))
        return _back(request, row)
    (mood, applies), user, now = form.said, cast(User, request.user), timezone.now()
    if applies:
        set_mood(user, row.track, mood=mood, now=now)
        said = _("For you it sounds %(mood)s now. Your other songs learn from what you say.")
    else:
        correct_mood(user, row.track, mood=mood, applies=False, now=now)
        said = _("For you it does not sound %(mood)s. Your other songs learn from what you say.")
    messages.success(request, said % {"mood": mood_name(mood)})
    return _line(request, row) if _wants_line(request) else _back(request, row)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """What the listener said of the track is forgotten."""
    row = _row(request, pk)
    undo_corrections(cast(User, request.user), row.track, now=timezone.now())
    messages.success(request, _("Taken back."))
    return _line(request, row) if _wants_line(request) else _back(request, row)


@require_POST
def exclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Never use the track in a playlist."""
    row = _row(request, pk)
    exclude_track(cast(User, request.user), row.track, now=timezone.now())
    messages.success(request, _("It is never used in your playlists from now on."))
    return _back(request, row)


@require_POST
def allow(request: HttpRequest, pk: int) -> HttpResponse:
    """Use the track again."""
    row = _row(request, pk)
    allow_track(cast(User, request.user), row.track)
    messages.success(request, _("It may be used in your playlists again."))
    return _back(request, row)


@require_POST
def exclude_artist_of(request: HttpRequest, pk: int, artist: int) -> HttpResponse:
    """Never use an artist of the track."""
    row, credit = _row(request, pk), _credit(pk, artist)
    exclude_artist(cast(User, request.user), credit.artist, now=timezone.now())
    messages.success(
        request, _("%(artist)s is never used in your playlists from now on.") % {"artist": credit.artist}
    )
    return _back(request, row)


@require_POST
def allow_artist_of(request: HttpRequest, pk: int, artist: int) -> HttpResponse:
    """Use an artist of the track again."""
    row, credit = _row(request, pk), _credit(pk, artist)
    allow_artist(cast(User, request.user), credit.artist)
    messages.success(
        request, _("%(artist)s may be used in your playlists again.") % {"artist": credit.artist}
    )
    return _back(request, row)


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """Everything the listener said, newest first."""
    return render(request, "moods/corrections.html", {"page": said_page(cast(User, request.user))})


@require_POST
def use(request: HttpRequest) -> HttpResponse:
    """Whether the listener's moods follow the corrections."""
    wanted = request.POST.get("use") == "yes"
    use_corrections(cast(User, request.user), use=wanted)
    said = _("Your corrections count.") if wanted else _("Your corrections are kept but do not count.")
    messages.success(request, said)
    return redirect("corrections")


@require_POST
def reset(request: HttpRequest) -> HttpResponse:
    """Forget every correction."""
    gone = reset_corrections(cast(User, request.user), now=timezone.now())
    said = ngettext("%(count)s correction forgotten.", "%(count)s corrections forgotten.", gone)
    messages.success(request, said % {"count": gone})
    return redirect("corrections")


def _row(request: HttpRequest, pk: int) -> LibraryTrack:
    if pk > LARGEST_ID:
        raise Http404
    credited = Prefetch("track__credits", TrackArtist.objects.select_related("artist"))
    rows = LibraryTrack.objects.for_user(cast(User, request.user)).prefetch_related(credited)
    return get_object_or_404(rows.select_related("track__album", "track__mood"), track=pk)


def _credit(track_id: int, artist_id: int) -> TrackArtist:
    if artist_id > LARGEST_ID:
        raise Http404
    return get_object_or_404(TrackArtist.objects.select_related("artist"), track=track_id, artist=artist_id)


def _wants_line(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _line(request: HttpRequest, row: LibraryTrack, *, is_open: bool = False) -> HttpResponse:
    (line,) = lines_of_library(cast(User, request.user), [row])
    return render(request, "moods/track_line.html", {"line": line, "is_open": is_open, "partial": True})


def _back(request: HttpRequest, row: LibraryTrack) -> HttpResponse:
    """To where the listener came from on this site, else to the track."""
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        return redirect(target)
    return redirect("track", pk=row.track_id)
