"""How long a browser stays signed in: two weeks after the last visit, thirty days in all."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

LONGEST = timedelta(days=30)
NOTE_EVERY = timedelta(hours=1)
"""A visit moves the end of the two weeks (SESSION_COOKIE_AGE) at most so often: reading is not writing."""

_BEGAN_AT, _VISITED_AT = "began_at", "visited_at"


def begin_with_sign_in(request: HttpRequest, **sent: Any) -> None:
    """Count the thirty days from this sign-in; receives Django's `user_logged_in`."""
    _begin(request.session, now=timezone.now())


def keep_session(session: SessionBase, *, now: datetime) -> bool:
    """Note a visit. False when the session has lasted its thirty days and must end.

    A session that does not know when it began begins now.
    """
    if _BEGAN_AT not in session:
        _begin(session, now=now)
        return True
    if now - _moment(session, _BEGAN_AT) >= LONGEST:
        return False
    if now - _moment(session, _VISITED_AT) >= NOTE_EVERY:
        session[_VISITED_AT] = now.timestamp()
    return True


def _begin(session: SessionBase, *, now: datetime) -> None:
    session[_BEGAN_AT] = session[_VISITED_AT] = now.timestamp()


def _moment(session: SessionBase, name: str) -> datetime:
    return datetime.fromtimestamp(session[name], tz=UTC)
