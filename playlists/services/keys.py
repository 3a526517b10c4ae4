"""The entries of a version as Spotify knows them."""

from collections.abc import Collection, Sequence

from library.models import Track
from playlists.models import Entry, Version

_TRACK, _HERE = "spotify:track:", "here:"


def key_of(track: Track) -> str:
    """The track's URI; a key of our own where Spotify does not know it."""
    return track.spotify_uri or f"{_HERE}{track.pk}"


def entries_by_key(version: Version) -> list[tuple[str, Entry]]:
    """All entries in order, each with its key."""
    entries = version.entries.select_related("track").order_by("position")
    return [(key_of(entry.track), entry) for entry in entries]


def sendable(keys: Sequence[str], *, refused: Collection[str]) -> list[str]:
    """Those keys that Spotify takes."""
    return [key for key in keys if is_track(key) and key not in refused]


def is_track(uri: str) -> bool:
    """Whether it is a track of Spotify's, not an episode, a local file or a track known here only."""
    return uri.startswith(_TRACK)


def track_ids_by_uri(uris: Collection[str]) -> dict[str, int]:
    """Row ids of the tracks that the catalogue has."""
    spotify_ids = [uri.removeprefix(_TRACK) for uri in uris if is_track(uri)]
    found = Track.objects.filter(spotify_id__in=spotify_ids).values_list("spotify_id", "pk")
    return {f"{_TRACK}{spotify_id}": pk for spotify_id, pk in found}
