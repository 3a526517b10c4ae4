"""Songs that left a playlist: those taken out by hand, which stay out until allowed again, and the rest."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from playlists.models import Entry, Playlist, Version

VERSIONS_BACK = 10
MOST_RESTED = 100


@dataclass(frozen=True, slots=True)
class Left:
    """A track that is not in the current version: since when, and the `Version.Reason` or "removed"."""

    track_id: int
    at: datetime
    reason: str


def removals_of(playlist: Playlist) -> list[Left]:
    """What the listener took out by hand, the latest first; refreshes do not put it back."""
    rows = playlist.removals.order_by("-at", "-pk").values_list("track_id", "at")
    return [Left(track_id, at, "removed") for track_id, at in rows]


def left_lately(playlist: Playlist) -> list[Left]:
    """What was in one of the last ten versions and may come back, the latest to leave first."""
    versions = list(playlist.versions.newest_first()[:VERSIONS_BACK])
    held = _tracks_by_version(versions)
    gone = set(playlist.removals.values_list("track_id", flat=True)) | set(held[versions[0].pk])
    found: list[Left] = []
    for newer, older in pairwise(versions):
        for track_id in held[older.pk]:
            if track_id not in gone and track_id not in held[newer.pk]:
                gone.add(track_id)
                found.append(Left(track_id, newer.created_at, newer.reason))
    return found[:MOST_RESTED]


def allow_again(playlist: Playlist, track_id: int) -> bool:
    """Let a track that was taken out by hand come back with a refresh. False where it was not."""
    deleted, _ = playlist.removals.filter(track=track_id).delete()
    return bool(deleted)


def _tracks_by_version(versions: list[Version]) -> dict[int, dict[int, None]]:
    """The tracks of each version in order, in one query."""
    held: dict[int, dict[int, None]] = {version.pk: {} for version in versions}
    rows = Entry.objects.of_versions(list(held)).order_by("position")
    for version_id, track_id in rows.values_list("version_id", "track_id"):
        held[version_id][track_id] = None
    return held
