"""What can go wrong with Spotify, each failure named after what the caller can do about it."""

from datetime import timedelta


class SpotifyError(Exception):
    """Base of every failure in this package; no message ever carries a token or an address."""


class ReconnectNeeded(SpotifyError):
    """The grant is dead: never retry, keep the history, ask the listener to consent again."""


class AppMisconfigured(SpotifyError):
    """Spotify refuses this app's own credentials or request: the operator has to act."""


class TokenExpired(SpotifyError):
    """The access token was refused (401): refresh once and repeat once, then reconnect.

    A cover upload without its scope is refused this way too.
    """


class Forbidden(SpotifyError):
    """Refused for no stated reason (403): endpoint closed, not your playlist, no Premium."""


class NotAllowListed(SpotifyError):
    """The listener is not on the app's list of users: ask the person who runs it."""


class ScopeMissing(SpotifyError):
    """The grant does not cover this call: ask for consent again."""


class NotFound(SpotifyError):
    """Gone, taken down, or never visible to this app (404)."""


class RejectedRequest(SpotifyError):
    """Spotify calls the request wrong (400 and other 4xx): repeating it cannot help."""


class RateLimited(SpotifyError):
    """Too many requests (429): leave this family of endpoints alone for `retry_after`.

    `retry_after` is None when Spotify named no usable wait: see `fallback_wait`.
    """

    def __init__(self, retry_after: timedelta | None, family: str) -> None:
        super().__init__(retry_after, family)
        self.retry_after = retry_after
        self.family = family

    def __str__(self) -> str:
        return f"{self.family}: too many requests, retry after {self.retry_after}"


class QuotaExceeded(RateLimited):
    """The daily quota of this family of endpoints is spent, for every listener of the app."""


class SpotifyUnavailable(SpotifyError):
    """No usable answer: 5xx, network, deadline, size cap, redirect or a body that is not JSON.

    A write may have had its effect all the same: read back before repeating one.
    """


_FIRST_FALLBACK = timedelta(seconds=60)
_LONGEST_FALLBACK = timedelta(hours=1)


def fallback_wait(consecutive: int) -> timedelta:
    """Return the wait after the n-th 429 in a row without a usable Retry-After, n from 0.

    60 s doubled each time, at most one hour.
    """
    doublings = min(max(consecutive, 0), 6)
    return min(_FIRST_FALLBACK * (1 << doublings), _LONGEST_FALLBACK)
