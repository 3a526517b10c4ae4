"""What every template may know about the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Whether this is the demo, whether Spotify can be used, whether people may sign up."""
    return {
        "demo": settings.DEMO,
        "spotify_available": bool(settings.SPOTIFY_CLIENT_ID),
        "registration_open": settings.REGISTRATION_OPEN,
        "site_url": settings.SITE_URL,
    }
