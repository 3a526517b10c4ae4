"""How many of Spotify's titles stand together on a page before a link leads back to Spotify."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

LARGEST_SET = 20
"""Of titles or names: https://developer.spotify.com/documentation/design."""


def in_sets(rows: Sequence[T]) -> list[list[T]]:
    """The rows in order, no more than Spotify's rules allow in one set."""
    return [list(rows[at : at + LARGEST_SET]) for at in range(0, len(rows), LARGEST_SET)]
