"""Call Spotify for a listener: with a token that is fresh, through the gate, one repeat after a 401."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.conf import settings

from accounts.models import User
from accounts.quota import Priority, QuotaGate
from accounts.services.grants import mark_not_allowed
from accounts.services.refreshing import Access, expire_access, fresh_access
from spotify.client import SpotifyClient
from spotify.errors import NotAllowListed, TokenExpired

T = TypeVar("T")


def client_for(user: User, *, now: datetime, priority: Priority | None = None) -> SpotifyClient:
    """A client that calls Spotify as `user`, behind the quota gate; good for about a minute or more.

    Call it outside of a transaction. `priority` None means by endpoint. Raises what the caller can
    act on: NotConnected and ReconnectNeeded (ask the listener), NotAllowListed (ask the person who
    runs the site), TryLater and RateLimited (put the work back), SpotifyUnavailable (retry),
    AppMisconfigured (the operator's fault).
    """
    return _client(fresh_access(user.pk, now=now), now=now, priority=priority)


def call_spotify(
    user: User,
    call: Callable[[SpotifyClient], T],
    *,
    now: datetime,
    priority: Priority | None = None,
) -> T:
    """What `call` answers, given a client of `user`; after a 401 one refresh and one repeat.

    Raises the same as `client_for`, and TokenExpired when even a new token is refused. A listener
    who is not on the app's list is marked so before NotAllowListed goes on.
    """
    access = fresh_access(user.pk, now=now)
    try:
        return _call(user, call, access=access, now=now, priority=priority)
    except TokenExpired:
        expire_access(user.pk, version=access.version, now=now)
    return _call(user, call, access=fresh_access(user.pk, now=now), now=now, priority=priority)


def _call(
    user: User,
    call: Callable[[SpotifyClient], T],
    *,
    access: Access,
    now: datetime,
    priority: Priority | None,
) -> T:
    try:
        return call(_client(access, now=now, priority=priority))
    except NotAllowListed:
        mark_not_allowed(user, now=now)
        raise


def _client(access: Access, *, now: datetime, priority: Priority | None) -> SpotifyClient:
    gate = QuotaGate(now=now, priority=priority)
    return SpotifyClient(access.token, api_url=settings.SPOTIFY_API_URL, gate=gate)
