"""Open sources of sound, words and genres: plain clients whose every outcome is a value."""
