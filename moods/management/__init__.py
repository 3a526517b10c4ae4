"""Commands of the moods app."""
