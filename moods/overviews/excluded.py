"""The page of what a listener never wants in a playlist."""

from dataclasses import dataclass

from accounts.models import User
from library.models import Exclusion
from spotify.sets import in_sets


@dataclass(frozen=True, slots=True)
class ExcludedPage:
    """Artists and tracks that are never used, newest first, in sets as Spotify's rules allow."""

    artists: list[list[Exclusion]]
    tracks: list[list[Exclusion]]

    @property
    def is_empty(self) -> bool:
        """Whether everything may be used."""
        return not self.artists and not self.tracks


def excluded_page(user: User) -> ExcludedPage:
    """The page of one listener."""
    rows = list(Exclusion.objects.for_user(user).newest_first())
    return ExcludedPage(
        artists=in_sets([row for row in rows if row.artist is not None]),
        tracks=in_sets([row for row in rows if row.track is not None]),
    )
