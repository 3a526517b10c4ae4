"""What a listener never wants in a playlist, and taking that back."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from library.models import Exclusion
from library.services.exclusions import allow_artist, allow_track
from moods.overviews.excluded import excluded_page
from moods.track_views import LARGEST_ID


@require_safe
def excluded(request: HttpRequest) -> HttpResponse:
    """Every track and artist that is never used."""
    return render(request, "moods/excluded.html", {"page": excluded_page(cast(User, request.user))})


@require_POST
def allow(request: HttpRequest, pk: int) -> HttpResponse:
    """Use a track or an artist again."""
    if pk > LARGEST_ID:
        raise Http404
    user = cast(User, request.user)
    exclusion = get_object_or_404(Exclusion.objects.for_user(user).select_related("track", "artist"), pk=pk)
    if exclusion.track is not None:
        allow_track(user, exclusion.track)
    elif exclusion.artist is not None:
        allow_artist(user, exclusion.artist)
    messages.success(request, _("It may be used in your playlists again."))
    return redirect("excluded")
