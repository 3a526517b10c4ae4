"""Under which key, and how long, what was drawn of a listener's music is kept for the next visit.

A key holds the revisions that every transaction changes which changes the music, so nothing kept is
ever shown after a change. Names and covers change without one, when Spotify tells more of a track:
they are drawn again after a minute.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from django.core.cache import cache
from django.utils.translation import get_language

from accounts.models import User
from moods.insights.local_time import zone_named
from moods.services.listener_moods import MoodKey

PICTURES_S = 600
NAMES_S = 60

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Keeping:
    """The key of all that one listener's page shows today, and the seconds for `{% cache %}`: 0 is never."""

    key: str
    pictures_s: int
    names_s: int


def keeping_of(user: User, key: MoodKey, *, now: datetime, about: str = "") -> Keeping:
    """How the page of a listener whose music has this key is kept; `about` is all else that it depends on."""
    today = now.astimezone(zone_named(user.time_zone)).date()
    parts = (user.pk, *key, user.time_zone, get_language(), today, about)
    is_certain = key.is_certain
    return Keeping(repr(parts), PICTURES_S * is_certain, NAMES_S * is_certain)


def kept(keeping: Keeping, name: str, make: Callable[[], Told], *, seconds: int) -> Told:
    """What `make` works out, all of it plain JSON, from where it is kept if it is."""
    if not seconds:
        return make()
    key = f"{name}:{sha256(keeping.key.encode()).hexdigest()}"
    found: Told | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, seconds)
    return found
