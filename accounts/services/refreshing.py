"""Keep one listener's access token fresh: one refresh at a time, whoever asks, in any process.

A lease in the row lets one caller ask Spotify, outside of any transaction; the answer is stored only
while the tokens are still the ones it was asked with. The others wait for the row, briefly.

A process that dies between Spotify's answer and the store leaves a lease that ends by itself. Where
Spotify rotates refresh tokens the new one is then lost, Spotify calls the old one dead, and the
listener is asked to reconnect: loudly, never a silent dead grant.
"""

import logging
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts.fields import Unreadable, bind
from accounts.models import Connection
from accounts.quota import Priority, QuotaGate
from accounts.services.audit import Audited, record_audit
from accounts.services.fleet import (
    TryLater,
    admit_refresh,
    believe_again,
    breaker_is_open,
    count_refresh,
    is_refusing_everybody,
    stop_believing,
)
from accounts.services.hooks import Event, announce
from spotify.errors import NotAllowListed, RateLimited, ReconnectNeeded
from spotify.tokens import TokenEndpoint
from spotify.types import TokenAnswer

logger = logging.getLogger(__name__)

FRESH_FOR = timedelta(seconds=60)
LEASE = timedelta(seconds=30)
"""Twice the deadline of the request it protects (spotify.exchange.Limits)."""

LONGEST_WAIT_S = 5.0
LOOK_EVERY_S = 0.05
_FAMILY = "token"


class NotConnected(ReconnectNeeded):
    """The listener never connected Spotify, or disconnected it."""


@dataclass(frozen=True, slots=True)
class Access:
    """An access token that is good for at least a minute, and the version it was read at."""

    token: str = field(repr=False)
    version: int


def fresh_access(user_id: int, *, now: datetime) -> Access:
    """The listener's access token, refreshed first when it has less than a minute left.

    Call it outside of a transaction. Raises NotConnected, ReconnectNeeded, NotAllowListed, TryLater,
    RateLimited, SpotifyUnavailable or AppMisconfigured.
    """
    connection = _usable_connection(user_id, now=now)
    if connection.access_expires_at - now > FRESH_FOR:
        return _access(connection)
    return _refreshed(connection, now=now)


def expire_access(user_id: int, *, version: int, now: datetime) -> None:
    """Distrust the access token that was read at `version`: Spotify refused it."""
    read = Connection.objects.of_user(user_id).filter(token_version=version)
    read.update(access_expires_at=now)


def _usable_connection(user_id: int, *, now: datetime) -> Connection:
    connection = Connection.objects.of_user(user_id).order_by("pk").first()
    if connection is None:
        raise NotConnected("Spotify is not connected")
    if connection.state == Connection.State.NOT_ALLOWED:
        raise NotAllowListed("the listener is not on the app's list")
    if connection.state != Connection.State.ACTIVE:
        raise ReconnectNeeded("the listener has to connect Spotify again")
    if _is_unreadable(connection):
        _mark_broken(connection, why=Connection.Broken.UNREADABLE, now=now)
        raise ReconnectNeeded("no key opens the stored tokens")
    return connection


def _access(connection: Connection) -> Access:
    return Access(connection.access_token, connection.token_version)


def _is_unreadable(connection: Connection) -> bool:
    return isinstance(connection.refresh_token, Unreadable) or not connection.refresh_token


def _refreshed(connection: Connection, *, now: datetime) -> Access:
    lease = uuid.uuid4()
    # Inside somebody's transaction a rotated token could be rolled back, and lost.
    with transaction.atomic(durable=True):
        free = Connection.objects.at_version(connection.pk, connection.token_version).free_to_refresh(now)
        claimed = free.update(refresh_lease=lease, refresh_leased_until=now + LEASE)
    if not claimed:
        return _awaited(connection, now=now)
    try:
        return _asked(connection, lease=lease, now=now)
    finally:
        Connection.objects.held_by(lease).update(refresh_lease=None, refresh_leased_until=None)


def _awaited(connection: Connection, *, now: datetime) -> Access:
    """What the one who refreshes comes back with; bounded, so that no worker hangs on another."""
    give_up_at = time.monotonic() + LONGEST_WAIT_S
    while time.monotonic() < give_up_at:
        current = _usable_connection(connection.user_id, now=now)
        if current.token_version != connection.token_version:
            return _access(current)
        if current.refresh_lease is None:
            raise TryLater(now + LEASE, "the refresh of the listener's token did not succeed")
        time.sleep(LOOK_EVERY_S)
    raise TryLater(now + LEASE, "somebody else is refreshing the listener's token")


def _asked(connection: Connection, *, lease: uuid.UUID, now: datetime) -> Access:
    admit_refresh(connection.user_id, now=now)
    try:
        answer = _answer_of_spotify(connection.refresh_token, now=now)
    except ReconnectNeeded as refusal:
        return _judged(connection, refusal=refusal, now=now)
    believe_again()
    return _stored(connection, answer, lease=lease, now=now)


def _answer_of_spotify(refresh_token: str, *, now: datetime) -> TokenAnswer:
    gate = QuotaGate(priority=Priority.POLL, now=now)
    gate.admit(_FAMILY)
    count_refresh(now)
    try:
        return token_endpoint().refresh(refresh_token)
    except RateLimited as limit:
        gate.report_block(_FAMILY, wait=limit.retry_after, quota=False)
        raise


def token_endpoint() -> TokenEndpoint:
    """Spotify's token endpoint for this site's app."""
    return TokenEndpoint(
        settings.SPOTIFY_ACCOUNTS_URL,
        client_id=settings.SPOTIFY_CLIENT_ID,
        client_secret=settings.SPOTIFY_CLIENT_SECRET,
    )


def _stored(connection: Connection, answer: TokenAnswer, *, lease: uuid.UUID, now: datetime) -> Access:
    asked_with = Connection.objects.at_version(connection.pk, connection.token_version).held_by(lease)
    user_id = connection.user_id
    stored = asked_with.update(
        access_token=bind(answer.access_token, user_id=user_id),
        access_expires_at=now + answer.expires_in,
        refresh_token=bind(answer.refresh_token or connection.refresh_token, user_id=user_id),
        scopes=sorted(answer.scopes) or connection.scopes,
        token_version=F("token_version") + 1,
        refresh_lease=None,
        refresh_leased_until=None,
    )
    if stored:
        return Access(answer.access_token, connection.token_version + 1)
    # The listener reconnected or disconnected meanwhile: what is in the row counts.
    return _access(_usable_connection(connection.user_id, now=now))


def _judged(connection: Connection, *, refusal: ReconnectNeeded, now: datetime) -> Access:
    """What a refusal means, which depends on what happened while we asked."""
    current = _usable_connection(connection.user_id, now=now)
    if current.token_version != connection.token_version:
        return _access(current)
    if now >= connection.expires_at:
        _mark_broken(connection, why=Connection.Broken.EXPIRED, now=now)
        raise refusal
    if breaker_is_open():
        raise stop_believing(now) from refusal
    _mark_broken(connection, why=Connection.Broken.REFUSED, now=now)
    if is_refusing_everybody(now):
        raise stop_believing(now) from refusal
    raise refusal


def _mark_broken(connection: Connection, *, why: Connection.Broken, now: datetime) -> None:
    """Ask for a new consent; the tokens stay for a week, never sent, in case Spotify was wrong."""
    read = Connection.objects.usable().at_version(connection.pk, connection.token_version)
    marked = read.update(state=Connection.State.NEEDS_RECONNECT, broken_at=now, broken_why=why)
    if marked:
        logger.warning("the grant of listener %s needs to be renewed: %s", connection.user_id, why.value)
        record_audit(Audited.SPOTIFY_BROKEN, now=now, user=connection.user, why=why.value)
        announce(connection.user, Event.RECONNECT_NEEDED, {"why": why.value}, now=now)
