"""Remove what came from Spotify's API when a listener disconnects; downloads are theirs and stay."""

from django.db import transaction

from accounts.models import User
from library.models import DeadLetter, Gap, OwnPlaylist, Play, PollSchedule, SavedTrack, SyncRun, TopTrack
from library.services.counting import count_whole_library
from library.services.holding import hold_library


def forget_spotify_library(user: User) -> dict[str, int]:
    """Delete plays, likes, top lists, playlists and schedule that the API gave; the counts by kind.

    Disconnect first: then an answer that is still under way is not stored any more. Plays of a
    download stay, without the stamp that the API had for them. Safe to repeat.
    """
    with transaction.atomic():
        hold_library(user)
        rows = {
            "plays": Play.objects.for_user(user).from_api(),
            "likes": SavedTrack.objects.filter(user=user),
            "top_tracks": TopTrack.objects.filter(user=user),
            "playlists": OwnPlaylist.objects.filter(user=user),
            "gaps": Gap.objects.for_user(user),
            "dead_letters": DeadLetter.objects.for_user(user),
            "syncs": SyncRun.objects.for_user(user),
            "schedules": PollSchedule.objects.filter(user=user),
        }
        counts = {kind: found.count() for kind, found in rows.items()}
        for found in rows.values():
            found.delete()
        Play.objects.for_user(user).exclude(reported_at=None).update(reported_at=None)
        count_whole_library(user)
    return counts
