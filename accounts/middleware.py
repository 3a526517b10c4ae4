"""Sessions that end in time; each request in its listener's time zone, and a note that they were here."""

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User
from accounts.services import Audited, record_audit
from accounts.services.preferences import note_visit
from accounts.sessions import keep_session

GetResponse = Callable[[HttpRequest], HttpResponse]


def session_limits(get_response: GetResponse) -> GetResponse:
    """Sign out whose session has lasted its thirty days, however often they came."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user, now = request.user, timezone.now()
        if isinstance(user, User) and not keep_session(request.session, now=now):
            record_audit(Audited.SIGNED_OUT, now=now, user=user, why="session_ended")
            logout(request)
        return get_response(request)

    return middleware


def listener_time_zone(get_response: GetResponse) -> GetResponse:
    """Show days and hours as the signed-in listener lives them; UTC for everybody else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return get_response(request)
        note_visit(user, now=timezone.now())
        with timezone.override(user.time_zone or "UTC"):
            return get_response(request)

    return middleware
