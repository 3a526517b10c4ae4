"""Identifiers made from a seed: base-62 ids as Spotify has them, UUIDs, and steady fractions."""

from __future__ import annotations

from hashlib import blake2b
from uuid import UUID

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
SPOTIFY_ID_LENGTH = 22


def _number(*parts: object) -> int:
    text = "\x1f".join(map(str, parts))
    return int.from_bytes(blake2b(text.encode(), digest_size=16).digest(), "big")


def spotify_id(*parts: object) -> str:
    """A 22-character base-62 id that is always the same for the same parts."""
    number, letters = _number(*parts), []
    for _ in range(SPOTIFY_ID_LENGTH):
        number, remainder = divmod(number, 62)
        letters.append(_ALPHABET[remainder])
    return "".join(reversed(letters))


def uuid(*parts: object) -> str:
    """A UUID in its usual text form, always the same for the same parts."""
    return str(UUID(int=_number("uuid", *parts), version=4))


def fraction(*parts: object) -> float:
    """A number in [0, 1), always the same for the same parts and evenly spread over them."""
    return (_number("fraction", *parts) >> 75) / (1 << 53)


def is_base62(text: str) -> bool:
    """Whether the text could be a Spotify id."""
    return len(text) == SPOTIFY_ID_LENGTH and all(letter in _ALPHABET for letter in text)
