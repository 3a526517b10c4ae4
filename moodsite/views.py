"""The landing page, the addresses that tell a machine how we are, and the page when something broke."""

import sys
from secrets import compare_digest

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.defaults import bad_request, server_error
from prometheus_client import CONTENT_TYPE_LATEST

from moods.pictures.examples import examples
from moods.pictures.states import STATES
from moodsite.health import readiness
from moodsite.metrics import exposition

COME_BACK_AFTER_S = 10
LOOPBACK = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}


@login_not_required
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What Moodsite is; people who are signed in go home."""
    if request.user.is_authenticated:
        return redirect("home")
    return render(request, "landing.html", {"example": examples()})


@login_not_required
@require_safe
def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component with example values, for whoever works on them; not there in production."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "styleguide.html", {"moods": STATES, "example": examples()})


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """How a phone installs the site; a template, so that its icons have the names they are served under."""
    return render(request, "manifest.webmanifest", content_type="application/manifest+json")


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Whether this process answers."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether all that it needs works; 503 names what does not."""
    found = readiness(timezone.now())
    return JsonResponse(found.as_json(), status=200 if found.is_ready else 503)


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus: for who has METRICS_TOKEN, or where none is set for this machine only."""
    if not _may_read_metrics(request):
        return HttpResponseForbidden("Send METRICS_TOKEN as a bearer token.", content_type="text/plain")
    return HttpResponse(exposition(timezone.now()), content_type=CONTENT_TYPE_LATEST)


def broken(request: HttpRequest) -> HttpResponse:
    """The page after an error of ours; where only the database is away, say when to come back."""
    page = server_error(request)
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        page.status_code = 503
        page.headers["Retry-After"] = str(COME_BACK_AFTER_S)
    return page


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page after a request that sent more than any form of ours does; anything else is no person's."""
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        return render(request, "413.html", status=413)
    return bad_request(request, exception)


def _may_read_metrics(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        offered = request.headers.get("Authorization", "").encode()
        return compare_digest(offered, f"Bearer {settings.METRICS_TOKEN}".encode())
    # A proxy on this machine calls from loopback, too, but says for whom.
    return "X-Forwarded-For" not in request.headers and request.META["REMOTE_ADDR"] in LOOPBACK
