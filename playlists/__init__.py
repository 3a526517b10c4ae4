"""What to play next: mood playlists and journeys, kept fresh, with every version kept."""
