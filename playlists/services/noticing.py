"""Notice, from what syncing found, that a playlist of ours was changed on Spotify by hand."""

from django.db.models import Exists, OuterRef

from library.models import OwnPlaylist
from playlists.models import Playlist


def notice_hand_edits() -> int:
    """Mark playlists that a sync saw in a state that is not the one we left. The number of them.

    What was changed is read, and kept, when the playlist is refreshed.
    """
    seen = OwnPlaylist.objects.filter(
        user=OuterRef("user"), spotify_id=OuterRef("spotify_id"), read_at__gt=OuterRef("updated_at")
    ).exclude(read_snapshot_id=OuterRef("snapshot_id"))
    settled = Playlist.objects.kept().filter(state=Playlist.State.PUBLISHED, writing_version=None)
    return settled.filter(Exists(seen)).update(state=Playlist.State.EDITED)
