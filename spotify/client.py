"""The Web API endpoints this product uses, one method each, typed in and out."""

import base64
from collections.abc import Sequence

from spotify.reading import (
    artist_of,
    flags_of,
    page_of,
    playlist_of,
    playlist_page_of,
    profile_of,
    recently_played_of,
    saved_entry,
    snapshot_of,
    track_of,
    tracks_found,
    whole,
)
from spotify.sending import Gate, OpenGate, Sender
from spotify.types import (
    Artist,
    Page,
    PlaylistEntry,
    PlaylistSummary,
    Profile,
    RecentlyPlayed,
    SavedEntry,
    TimeRange,
    TrackRef,
)

PAGE_SIZE = 50
"""Entries of one page: the most Spotify gives anywhere."""

LARGEST_CHANGE = 100
"""Tracks that one call may add, set or remove."""

LARGEST_COVER_BYTES = 256 * 1024
"""Size of a cover after base64; about 190 KB of JPEG."""

_LARGEST_LOOKUP = 40
_SUMMARY_FIELDS = (
    "id,uri,name,description,owner(id,display_name),public,collaborative,snapshot_id,"
    "items(total),tracks(total)"
)


class SpotifyClient:
    """One listener's Spotify, for one job; keep it within one thread.

    Every method sends one request, raises SpotifyError when it fails, and repeats nothing.
    """

    def __init__(self, access_token: str, *, api_url: str, gate: Gate | None = None) -> None:
        self._sender = Sender(access_token, api_url=api_url, gate=gate or OpenGate())

    def __repr__(self) -> str:
        return f"SpotifyClient({self._sender!r})"

    def me(self) -> Profile:
        """Return the listener; raises NotAllowListed for one who is not on the app's list."""
        return whole(self._sender.me(), profile_of)

    def recently_played(self) -> RecentlyPlayed:
        """Return the whole window of the last 50 plays.

        Never with `after`: without the overlap a gap could not be seen.
        """
        return recently_played_of(self._sender.current_user_recently_played(limit=PAGE_SIZE))

    def saved_tracks(self, offset: int = 0) -> Page[SavedEntry]:
        """Return liked songs, newest first."""
        answer = self._sender.current_user_saved_tracks(limit=PAGE_SIZE, offset=offset)
        return page_of(answer, saved_entry, offset=offset)

    def top_tracks(self, time_range: TimeRange, offset: int = 0) -> Page[TrackRef]:
        """Return the listener's top tracks, dearest first; empty from offset 50 on."""
        answer = self._sender.current_user_top_tracks(limit=PAGE_SIZE, offset=offset, time_range=time_range)
        return page_of(answer, track_of, offset=offset)

    def top_artists(self, time_range: TimeRange, offset: int = 0) -> Page[Artist]:
        """Return the listener's top artists, dearest first; empty from offset 50 on."""
        answer = self._sender.current_user_top_artists(limit=PAGE_SIZE, offset=offset, time_range=time_range)
        return page_of(answer, artist_of, offset=offset)

    def my_playlists(self, offset: int = 0) -> Page[PlaylistSummary]:
        """Return playlists the listener owns or follows; deletion shows only as absence."""
        answer = self._sender.current_user_playlists(limit=PAGE_SIZE, offset=offset)
        return page_of(answer, playlist_of, offset=offset)

    def playlist(self, playlist_id: str) -> PlaylistSummary:
        """Return one playlist; an unchanged `snapshot_id` means unchanged entries."""
        answer = self._sender.playlist(playlist_id, fields=_SUMMARY_FIELDS)
        return whole(answer, playlist_of)

    def playlist_items(self, playlist_id: str, offset: int = 0) -> Page[PlaylistEntry]:
        """Return entries in order; raises Forbidden unless the listener owns or shares it."""
        answer = self._sender.playlist_items(playlist_id, limit=PAGE_SIZE, offset=offset)
        return playlist_page_of(answer, offset=offset)

    def track(self, track_id: str) -> TrackRef:
        """Return one track; needed only for ids that came without names."""
        return whole(self._sender.track(track_id), track_of)

    def artist(self, artist_id: str) -> Artist:
        """Return one artist; its quota is among the smallest."""
        return whole(self._sender.artist(artist_id), artist_of)

    def search_isrc(self, isrc: str) -> tuple[TrackRef, ...]:
        """Return up to ten tracks with this ISRC; empty when Spotify knows none."""
        answer = self._sender.search(f"isrc:{isrc}", limit=10, type="track")
        return whole(answer, tracks_found)

    def create_playlist(self, name: str, *, description: str, public: bool) -> PlaylistSummary:
        """Create an empty playlist; not idempotent, and `public=False` is ignored by Spotify.

        After SpotifyUnavailable look for it with my_playlists before creating it again.
        """
        answer = self._sender.current_user_playlist_create(name, public=public, description=description)
        return whole(answer, playlist_of)

    def add_items(self, playlist_id: str, uris: Sequence[str], *, position: int | None = None) -> str:
        """Insert 1 to 100 URIs before `position`, or append them; return the new snapshot id.

        spotipy would send a bare list, which the documented endpoint does not take.
        """
        body: dict[str, object] = {"uris": _counted(uris, least=1, most=LARGEST_CHANGE)}
        if position is not None:
            body["position"] = position
        return whole(self._sender.call("POST", _items(playlist_id), body=body), snapshot_of)

    def replace_items(self, playlist_id: str, uris: Sequence[str]) -> str:
        """Make up to 100 URIs the whole content, none clears it; return the new snapshot id."""
        body = {"uris": _counted(uris, least=0, most=LARGEST_CHANGE)}
        return whole(self._sender.call("PUT", _items(playlist_id), body=body), snapshot_of)

    def reorder_items(
        self,
        playlist_id: str,
        *,
        range_start: int,
        insert_before: int,
        range_length: int,
        snapshot_id: str | None,
    ) -> str:
        """Move `range_length` entries before the position `insert_before`; return the snapshot id.

        Positions count from 0 in the order of `snapshot_id`, before the move.
        """
        answer = self._sender.playlist_reorder_items(
            playlist_id,
            range_start,
            insert_before,
            range_length=range_length,
            snapshot_id=snapshot_id,
        )
        return whole(answer, snapshot_of)

    def remove_items(self, playlist_id: str, uris: Sequence[str], *, snapshot_id: str | None) -> str:
        """Remove every occurrence of 1 to 100 URIs; return the new snapshot id."""
        counted = _counted(uris, least=1, most=LARGEST_CHANGE)
        body: dict[str, object] = {"items": [{"uri": uri} for uri in counted]}
        if snapshot_id is not None:
            body["snapshot_id"] = snapshot_id
        return whole(self._sender.call("DELETE", _items(playlist_id), body=body), snapshot_of)

    def change_details(
        self,
        playlist_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        public: bool | None = None,
    ) -> None:
        """Change what is not None; `public=False` is answered with success and ignored."""
        self._sender.playlist_change_details(playlist_id, name=name, description=description, public=public)

    def upload_cover(self, playlist_id: str, jpeg: bytes) -> None:
        """Set the cover, shown some time later; raises ValueError over about 190 KB.

        Without the scope for it Spotify answers 401, which is raised as TokenExpired.
        """
        encoded = base64.b64encode(jpeg).decode("ascii")
        if len(encoded) > LARGEST_COVER_BYTES:
            raise ValueError(f"cover of {len(jpeg)} bytes is too large")
        self._sender.playlist_upload_cover_image(playlist_id, encoded)

    def remove_playlist(self, playlist_id: str) -> None:
        """Take the playlist out of the listener's library, the only delete there is."""
        self._sender.call("DELETE", "me/library", uris=f"spotify:playlist:{playlist_id}")

    def library_contains(self, uris: Sequence[str]) -> tuple[bool, ...]:
        """Tell for each of 1 to 40 URIs, in order, whether it is in the listener's library."""
        joined = ",".join(_counted(uris, least=1, most=_LARGEST_LOOKUP))
        answer = self._sender.call("GET", "me/library/contains", uris=joined)
        return flags_of(answer, count=len(uris))


def _items(playlist_id: str) -> str:
    return f"playlists/{playlist_id}/items"


def _counted(uris: Sequence[str], *, least: int, most: int) -> list[str]:
    """Return the URIs as a list; raises ValueError when there are too few or too many."""
    if not least <= len(uris) <= most:
        raise ValueError(f"{len(uris)} URIs, where {least} to {most} are allowed")
    return list(uris)
