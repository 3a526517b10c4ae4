"""The share card: choose a month, look at it, take it as a picture."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from moods.forms import ShareForm
from moods.insights.heard import heard_by
from moods.overviews.share import card_of_month, shareable_months
from moods.sharing.card import card_png


@require_safe
def share(request: HttpRequest) -> HttpResponse:
    """The card of a month, with what may be changed about it."""
    months = shareable_months(heard_by(cast(User, request.user)))
    form = ShareForm(request.GET, months=months)
    return render(request, "moods/share.html", {"form": form, "wanted": form.wanted() if months else None})


@require_safe
def share_card(request: HttpRequest) -> HttpResponse:
    """The card as PNG; for the listener's own eyes, and for a minute in their browser's cache."""
    user = cast(User, request.user)
    heard = heard_by(user)
    months = shareable_months(heard)
    if not months:
        raise Http404
    wanted = ShareForm(request.GET, months=months).wanted()
    card = card_of_month(user, heard, wanted.month, with_songs=wanted.with_songs)
    headers = {"Cache-Control": "private, max-age=60"}
    if "download" in request.GET:
        headers["Content-Disposition"] = f'attachment; filename="moodsite-{wanted.month:%Y-%m}.png"'
    return HttpResponse(card_png(card, wanted.shape), content_type="image/png", headers=headers)
