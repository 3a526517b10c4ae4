"""Write down what must stay traceable about a person's account."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import TextChoices

from accounts.models import AuditEvent, User

KEPT = timedelta(days=365)


class Audited(TextChoices):
    """What is worth a line in the audit log."""

    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_FAILED = "sign_in_failed"
    SPOTIFY_CONNECTED = "spotify_connected"
    SPOTIFY_DISCONNECTED = "spotify_disconnected"
    SPOTIFY_BROKEN = "spotify_broken"
    SPOTIFY_NOT_ALLOWED = "spotify_not_allowed"
    RECONNECT_NOTICE = "reconnect_notice"
    TOKEN_MADE = "token_made"  # noqa: S105  # nosec B105
    TOKEN_ELSEWHERE = "token_elsewhere"  # noqa: S105  # nosec B105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105  # nosec B105
    EXPORTED = "exported"
    IMPORTED = "imported"
    ACCOUNT_DELETED = "account_deleted"
    KEYS_ROTATED = "keys_rotated"
    SEEN_BY_STAFF = "seen_by_staff"
    ACTED_BY_STAFF = "acted_by_staff"


def record_audit(kind: Audited, *, now: datetime, user: User | None = None, **detail: Any) -> AuditEvent:
    """Add one line to the audit log. `detail` is JSON and never holds a secret."""
    return AuditEvent.objects.create(kind=kind, user=user, detail=detail, at=now)


def forget_old_audit(*, now: datetime) -> int:
    """Delete lines older than a year. The number of them."""
    deleted, _ = AuditEvent.objects.filter(at__lt=now - KEPT).delete()
    return deleted
