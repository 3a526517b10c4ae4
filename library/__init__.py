"""What a listener played and keeps: tracks, plays, liked songs, playlists, and how they got here."""
