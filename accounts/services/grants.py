"""Take in, give back and mark what a listener allows us to do on Spotify."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import Connection, User
from accounts.services.audit import Audited, record_audit
from accounts.services.hooks import Event, announce

KEEP_WIDER_UNTIL = timedelta(days=30)


class AccountTaken(Exception):
    """The Spotify account already belongs to another person here."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What one consent brought: the tokens and what they are good for.

    `account_id` is Spotify's immutable id (its user id where it gives none). `scopes` is what was
    really granted. `authorized_at` is the moment of the consent.
    """

    account_id: str
    spotify_user_id: str
    display_name: str
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: timedelta
    scopes: frozenset[str]
    authorized_at: datetime


def connect_spotify(user: User, grant: Grant) -> Connection:
    """Store the grant as the listener's only one; it ends whatever was wrong with the one before.

    A narrower grant does not replace a good wider one: signing in asks for less than saving
    playlists needs. Raises AccountTaken when the Spotify account is another person's.
    """
    try:
        with transaction.atomic():
            return _stored(user, grant)
    except IntegrityError as clash:
        raise AccountTaken from clash


def disconnect_spotify(user: User, *, now: datetime) -> bool:
    """Delete the grant, tokens and all, at once. False when there was none."""
    with transaction.atomic():
        deleted, _ = Connection.objects.of_user(user.pk).delete()
        if deleted:
            record_audit(Audited.SPOTIFY_DISCONNECTED, now=now, user=user)
    return bool(deleted)


def mark_not_allowed(user: User, *, now: datetime) -> bool:
    """Note that the listener is not on the Spotify app's list. False when it was no active grant."""
    active = Connection.objects.usable().of_user(user.pk)
    marked = active.update(state=Connection.State.NOT_ALLOWED, broken_at=now)
    if marked:
        record_audit(Audited.SPOTIFY_NOT_ALLOWED, now=now, user=user)
    return bool(marked)


def ask_to_reconnect(user: User, *, now: datetime) -> bool:
    """Have the listener consent again, as the person who runs the site decides."""
    usable = Connection.objects.usable().of_user(user.pk)
    with transaction.atomic():
        asked = usable.update(
            state=Connection.State.NEEDS_RECONNECT,
            broken_at=now,
            broken_why=Connection.Broken.ASKED,
            refresh_lease=None,
        )
        if asked:
            record_audit(Audited.SPOTIFY_BROKEN, now=now, user=user, why=Connection.Broken.ASKED.value)
            announce(user, Event.RECONNECT_NEEDED, {"why": Connection.Broken.ASKED.value}, now=now)
    return bool(asked)


def release_lease(connection: Connection) -> bool:
    """Let the next caller refresh at once. False when nobody held the lease."""
    held = Connection.objects.filter(pk=connection.pk).exclude(refresh_lease=None)
    return bool(held.update(refresh_lease=None, refresh_leased_until=None))


def purge_broken_tokens(*, now: datetime) -> int:
    """Delete the tokens of grants that have been broken for seven days. The number of grants."""
    quarantined = Connection.objects.quarantined_before(now - timedelta(days=7))
    nothing = dict.fromkeys(("access_token", "refresh_token"), "")
    return quarantined.update(**nothing, token_version=F("token_version") + 1)


def _stored(user: User, grant: Grant) -> Connection:
    held = Connection.objects.select_for_update().of_user(user.pk).first()
    if held is not None and _is_worth_more(held, grant):
        return held
    connection, _ = Connection.objects.update_or_create(user=user, defaults=_row(held, grant))
    record_audit(Audited.SPOTIFY_CONNECTED, now=grant.authorized_at, user=user, scopes=sorted(grant.scopes))
    return connection


def _is_worth_more(held: Connection, grant: Grant) -> bool:
    return (
        held.account_id == grant.account_id
        and held.state == Connection.State.ACTIVE
        and bool(held.refresh_token)
        and grant.scopes < set(held.scopes)
        and held.expires_at - grant.authorized_at > KEEP_WIDER_UNTIL
    )


def _row(held: Connection | None, grant: Grant) -> dict[str, Any]:
    return {
        "account_id": grant.account_id,
        "spotify_user_id": grant.spotify_user_id,
        "display_name": grant.display_name,
        "state": Connection.State.ACTIVE,
        "access_token": grant.access_token,
        "access_expires_at": grant.authorized_at + grant.expires_in,
        "refresh_token": grant.refresh_token,
        "scopes": sorted(grant.scopes),
        "authorized_at": grant.authorized_at,
        "token_version": held.token_version + 1 if held else 0,
        "refresh_lease": None,
        "refresh_leased_until": None,
        "broken_at": None,
        "broken_why": "",
        "notices_sent": [],
    }
