"""Never use this track, or anything by this artist, in a playlist of mine; and take that back."""

from datetime import datetime

from accounts.models import User
from library.models import Artist, Exclusion, Track


def exclude_track(user: User, track: Track, *, now: datetime) -> Exclusion:
    """Leave the track, and what is the same song, out of every playlist."""
    exclusion, _ = Exclusion.objects.get_or_create(user=user, track=track, defaults={"created_at": now})
    return exclusion


def exclude_artist(user: User, artist: Artist, *, now: datetime) -> Exclusion:
    """Leave everything that credits the artist out of every playlist."""
    exclusion, _ = Exclusion.objects.get_or_create(user=user, artist=artist, defaults={"created_at": now})
    return exclusion


def allow_track(user: User, track: Track) -> bool:
    """Use the track again. False when it was not excluded."""
    deleted, _ = Exclusion.objects.for_user(user).filter(track=track).delete()
    return bool(deleted)


def allow_artist(user: User, artist: Artist) -> bool:
    """Use the artist again. False when the artist was not excluded."""
    deleted, _ = Exclusion.objects.for_user(user).filter(artist=artist).delete()
    return bool(deleted)
