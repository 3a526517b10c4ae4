"""Find listeners who have not been here for a year, whose Spotify data is not needed any more."""

from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import User

IDLE_AFTER = timedelta(days=365)
"""Spotify's terms let data be kept as long as it is needed; by then the grant has been dead for months."""
AT_ONCE = 100


def idle_listeners(now: datetime) -> list[User]:
    """Connected listeners whose last visit, or whose joining if they never came back, is a year ago."""
    moment = now - IDLE_AFTER
    unseen = Q(last_seen_at__lt=moment) | Q(last_seen_at=None, date_joined__lt=moment)
    return list(User.objects.filter(unseen, connection__isnull=False).order_by("pk")[:AT_ONCE])
