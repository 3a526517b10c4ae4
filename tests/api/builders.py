"""Rows of a listener's library, as small as they can be."""

from datetime import datetime

from accounts.models import User
from library.models import LibraryTrack, Play, Track
from tests.library.builders import a_play, a_track

__all__ = ["a_track", "keep", "played"]


def keep(user: User, track: Track, **changes) -> Track:
    """Put `track` into the listener's library."""
    LibraryTrack.objects.create(user=user, track=track, **changes)
    return track


def played(user: User, track: Track, at: datetime, **changes) -> Play:
    """One listen of `track`, ended `at`."""
    return a_play(user, track, at, **changes)
