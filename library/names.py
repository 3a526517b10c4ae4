"""What artist and title say of a track that has no id."""

from hashlib import sha256

LONGEST_TITLE = 1000
LONGEST_NAME = 500


def name_key(artist: str, title: str) -> str:
    """The SHA-256 of artist and title exactly as written, in hexadecimal."""
    return sha256(f"{artist}\n{title}".encode()).hexdigest()
