"""What becomes of playlists when their listener disconnects Spotify."""

from accounts.models import User
from playlists.models import Playlist
from playlists.services.publishing import forget_there
from playlists.services.writing import keep


def unlink_playlists(user: User) -> int:
    """Forget which playlists on Spotify are ours; what was built stays here. The number of them."""
    linked = list(Playlist.objects.of_user(user).on_spotify())
    for playlist in linked:
        forget_there(playlist)
        keep(
            playlist,
            state=Playlist.State.LOCAL,
            writing_version=None,
            problem="",
            waits_until=None,
            failures=0,
        )
    return len(linked)
