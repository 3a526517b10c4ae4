"""A typed client of the Spotify Web API as a new Development Mode app sees it."""
