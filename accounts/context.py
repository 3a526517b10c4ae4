"""What every page may know about the listener's account."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from accounts.services import notice_for


def listener(request: HttpRequest) -> dict[str, Any]:
    """`connection_notice`: what to tell about Spotify, asked for only where a page shows it.

    `time_zone_url`: where the browser reports its time zone, while the listener has none.
    """
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    known = {"connection_notice": SimpleLazyObject(lambda: notice_for(user, now=timezone.now()))}
    return known if user.time_zone else {**known, "time_zone_url": reverse("settings_time_zone")}
