"""Commands about playlists."""
