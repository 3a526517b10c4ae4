"""The Sync page."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from library.overview import sync_overview
from library.tasks import start_sync


@require_safe
def sync_page(request: HttpRequest) -> HttpResponse:
    """What was fetched, what is going on, what is missing and what to do about it."""
    return render(request, "library/sync.html", _overview(request))


@require_safe
def sync_progress(request: HttpRequest) -> HttpResponse:
    """The part of the page that changes while a sync runs."""
    return render(request, "library/sync_status.html", _overview(request))


@require_POST
def sync_now(request: HttpRequest) -> HttpResponse:
    """Start a sync, or let the one that runs go on."""
    user = cast(User, request.user)
    if not hasattr(user, "connection"):
        messages.info(request, _("Connect Spotify first."))
        return redirect("sync")
    start_sync(user, now=timezone.now())
    messages.success(request, _("We are asking Spotify now."))
    return redirect("sync")


def _overview(request: HttpRequest) -> dict[str, object]:
    return {"overview": sync_overview(cast(User, request.user), now=timezone.now())}
