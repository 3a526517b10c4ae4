"""Tell a listener in good time that the permission ends, and at once when it does not work."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from accounts.models import Connection, User
from accounts.services.audit import Audited, record_audit

NOTICE_DAYS = (30, 7, 1)
"""Days before a grant's end at which its listener is told; each once."""


class NoticeKind(Enum):
    """What the listener should do about it."""

    RECONNECT_NOW = "reconnect_now"
    NOT_ALLOWED = "not_allowed"
    RECONNECT_SOON = "reconnect_soon"


@dataclass(frozen=True, slots=True)
class Notice:
    """What to show a listener about their connection; `days_left` until the permission ends."""

    kind: NoticeKind
    days_left: int


def notice_for(user: User, *, now: datetime) -> Notice | None:
    """What to tell the listener now, or None when the connection is well or there is none."""
    connection = Connection.objects.of_user(user.pk).order_by("pk").first()
    if connection is None:
        return None
    days_left = connection.days_left(now)
    if connection.state == Connection.State.NEEDS_RECONNECT or now >= connection.expires_at:
        return Notice(NoticeKind.RECONNECT_NOW, 0)
    if connection.state == Connection.State.NOT_ALLOWED:
        return Notice(NoticeKind.NOT_ALLOWED, days_left)
    if connection.expires_at - now <= timedelta(days=NOTICE_DAYS[0]):
        return Notice(NoticeKind.RECONNECT_SOON, days_left)
    return None


def note_due_notices(*, now: datetime) -> int:
    """Write down, once each, that a grant came within 30, 7 or 1 days of its end. How many were new."""
    ending = Connection.objects.usable().ending_by(now + timedelta(days=NOTICE_DAYS[0])).by_age()
    return sum(_note(connection, now=now) for connection in ending.iterator())


def _note(connection: Connection, *, now: datetime) -> int:
    left = connection.expires_at - now
    due = [days for days in NOTICE_DAYS if left <= timedelta(days=days)]
    fresh = [days for days in due if days not in connection.notices_sent]
    if not fresh:
        return 0
    seen = Connection.objects.at_version(connection.pk, connection.token_version)
    unchanged = seen.filter(notices_sent=connection.notices_sent)
    if not unchanged.update(notices_sent=[*connection.notices_sent, *fresh]):
        return 0
    record_audit(Audited.RECONNECT_NOTICE, now=now, user=connection.user, days=min(fresh))
    return 1
