"""The outside world in tests: when it is, and how a listener comes to be connected to it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings

from accounts.models import Connection, User
from sandbox import Sandbox

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
"""The moment at which the sandbox's clock stands still."""


def connect(user: User, sandbox: Sandbox, listener: str, *, now: datetime = NOW, **grant: Any) -> Connection:
    """Let `user` be the sandbox's `listener`, with a grant given at `now`."""
    tokens = sandbox.grant(listener, client_id=settings.SPOTIFY_CLIENT_ID, **grant)
    return Connection.objects.create(
        user=user,
        account_id=f"account-of-{listener}",
        spotify_user_id=listener,
        display_name=listener.title(),
        access_token=tokens["access_token"],
        access_expires_at=now + timedelta(seconds=tokens["expires_in"]),
        refresh_token=tokens["refresh_token"],
        scopes=tokens["scope"].split(),
        authorized_at=now,
    )
