"""Personal tokens for the API: made once, shown once, kept as a fingerprint."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.counting import take_call
from accounts.models import ApiToken, User
from accounts.services.audit import Audited, record_audit

PREFIX = "moodsite_"
READ, WRITE = "read", "write"
SCOPES = (READ, WRITE)
LONGEST_LIFE = timedelta(days=365)
MOST_TOKENS = 50
_SHOWN_LETTERS = len(PREFIX) + 4
_NOTE_USE_EVERY = timedelta(minutes=1)
MOST_ADDRESSES = 20
"""Remembered for each token, and noted in a day."""
_SEEN_LETTERS = 24
_DAY = timedelta(days=1)


class TokenRefused(ValueError):
    """The token may not be made like this; the message says why."""


def make_token(
    user: User, *, name: str, scopes: Collection[str], life: timedelta, now: datetime
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is shown to the listener now and never again.

    Raises TokenRefused for an unknown scope, a life over 365 days, or one token too many.
    """
    if not scopes or not set(scopes) <= set(SCOPES):
        raise TokenRefused("A token is for reading, writing, or both.")
    if not timedelta(0) < life <= LONGEST_LIFE:
        raise TokenRefused("A token is good for one day at least and 365 days at most.")
    if ApiToken.objects.of_user(user).valid_at(now).count() >= MOST_TOKENS:
        raise TokenRefused("Revoke a token first: there are too many.")
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(
            user=user,
            name=name[:80],
            prefix=secret[:_SHOWN_LETTERS],
            digest=fingerprint(secret),
            scopes=sorted(set(scopes)),
            created_at=now,
            expires_at=now + life,
        )
        record_audit(Audited.TOKEN_MADE, now=now, user=user, token=token.pk, scopes=token.scopes)
    return token, secret


def revoke_token(token: ApiToken, *, now: datetime) -> bool:
    """Let it open no door any more. False when it was revoked before."""
    with transaction.atomic():
        revoked = ApiToken.objects.unrevoked().filter(pk=token.pk).update(revoked_at=now)
        if revoked:
            record_audit(Audited.TOKEN_REVOKED, now=now, user=token.user, token=token.pk)
    return bool(revoked)


def token_of(secret: str, *, now: datetime, address: str = "") -> ApiToken | None:
    """The valid token that has this secret and whose listener may sign in; its use is noted.

    The use is written at most once a minute, so that reading does not mean writing; an `address` that
    it was not used from lately is noted at once.
    """
    valid = ApiToken.objects.valid_at(now).select_related("user")
    token = valid.filter(digest=fingerprint(secret), user__is_active=True).order_by("pk").first()
    if token is None:
        return None
    if token.last_used_at is None or now - token.last_used_at >= _NOTE_USE_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    if address:
        _note_address(token, address, now=now)
    return token


def _note_address(token: ApiToken, address: str, *, now: datetime) -> None:
    """Remember a new address as a fingerprint that only this site can make, and leave a trace of it.

    Whoever comes from ever new addresses fills no log: so many a day are noted and no more.
    """
    seen = salted_hmac("accounts.tokens", f"{token.pk}:{address}").hexdigest()[:_SEEN_LETTERS]
    if seen in token.seen_from:
        return
    if not take_call(f"token-address:{token.pk}", limit=MOST_ADDRESSES, window=_DAY, now=now).is_admitted:
        return
    as_read = ApiToken.objects.filter(pk=token.pk, seen_from=token.seen_from)
    with transaction.atomic():
        if as_read.update(seen_from=[*token.seen_from, seen][-MOST_ADDRESSES:]):
            record_audit(Audited.TOKEN_ELSEWHERE, now=now, user=token.user, token=token.pk)


def fingerprint(secret: str) -> str:
    """SHA-256 in hexadecimal: enough for a secret of 256 random bits, which nobody can guess."""
    return sha256(secret.encode()).hexdigest()
