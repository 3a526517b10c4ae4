"""Limits on what one visitor may ask of us: signing in, and the API. The counter cannot be raced."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.counting import Ticket, give_back, take_call
from accounts.models import User
from accounts.redis_counting import CounterGone, give_back_redis, take_redis_call

if TYPE_CHECKING:  # The framework loads this module while it loads its views.
    from rest_framework.views import APIView

SIGN_INS = 20
SIGN_IN_WINDOW = timedelta(hours=1)

RATES = {
    "anonymous": (60, timedelta(minutes=1)),
    "listener": (300, timedelta(minutes=1)),
    "import": (5, timedelta(days=1)),
    "export": (3, timedelta(days=1)),
    "playlist_write": (30, timedelta(hours=1)),
}
"""Requests in a window, by scope; a view names the last three in `throttle_scope`."""


def allow(key: str, *, limit: int, window: timedelta, now: datetime) -> timedelta:
    """Count one request under `key`. Zero when it is within the limit; otherwise how long to wait."""
    return _take(_service(key), limit=limit, window=window, now=now).wait


class SignInAttempt:
    """One try to sign in from one address, counted until it turns out to be right."""

    def __init__(self, address: str) -> None:
        self._service = _service(f"sign-in:{address}")
        self._ticket: Ticket | None = None

    def begin(self, *, now: datetime) -> bool:
        """Count it; False when there were too many."""
        self._ticket = _take(self._service, limit=SIGN_INS, window=SIGN_IN_WINDOW, now=now)
        return self._ticket.is_admitted

    def undo(self) -> None:
        """It was the right person: do not hold it against them."""
        if self._ticket is not None and self._ticket.is_admitted:
            _give_back(self._service, self._ticket)


class ListenerThrottle(BaseThrottle):
    """So many requests a minute for each listener, or for each address that is not signed in."""

    _wait = timedelta(0)

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Whether this request is within the limit."""
        scope, who = self._scope(request, view)
        if scope not in RATES:
            return True
        limit, window = RATES[scope]
        self._wait = allow(f"api:{scope}:{who}", limit=limit, window=window, now=timezone.now())
        return not self._wait

    def wait(self) -> float:
        """Seconds until the next request may come."""
        return self._wait.total_seconds()

    def _scope(self, request: Request, view: "APIView") -> tuple[str, str]:
        if isinstance(request.user, User):
            return "listener", str(request.user.pk)
        return "anonymous", str(self.get_ident(request))


class ScopedThrottle(ListenerThrottle):
    """A further limit for what is costly: the view's `throttle_scope`, for requests that write."""

    def _scope(self, request: Request, view: "APIView") -> tuple[str, str]:
        _, who = super()._scope(request, view)
        scope = "" if request.method in {"GET", "HEAD", "OPTIONS"} else getattr(view, "throttle_scope", "")
        return scope or "", who


def _service(key: str) -> str:
    # Addresses are personal: what is kept for a while cannot be read back.
    return key.split(":", 1)[0] + ":" + salted_hmac("accounts.throttling", key).hexdigest()


def _take(service: str, *, limit: int, window: timedelta, now: datetime) -> Ticket:
    if settings.REDIS_URL:
        try:
            return take_redis_call(service, limit=limit, window=window)
        except CounterGone:
            pass
    return take_call(service, limit=limit, window=window, now=now)


def _give_back(service: str, ticket: Ticket) -> None:
    if not ticket.mark.isdigit():
        try:
            give_back_redis(service, mark=ticket.mark)
        except CounterGone:
            return
        return
    give_back(service, mark=ticket.mark)
