"""What can keep a library from being fetched, as the Sync page tells it."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from spotify.errors import (
    AppMisconfigured,
    NotAllowListed,
    QuotaExceeded,
    RateLimited,
    ReconnectNeeded,
    ScopeMissing,
    SpotifyError,
    SpotifyUnavailable,
    TokenExpired,
)


class Problem(TextChoices):
    """Why a fetch did not go through."""

    RECONNECT = "reconnect"
    NOT_ALLOWED = "not_allowed"
    SCOPE = "scope"
    QUOTA = "quota"
    BUSY = "busy"
    DOWN = "down"
    REFUSED = "refused"
    MISCONFIGURED = "misconfigured"


FOR_THE_LISTENER = (Problem.RECONNECT, Problem.NOT_ALLOWED, Problem.MISCONFIGURED)
"""Nothing helps but a person: trying again is of no use."""

_BY_ERROR: tuple[tuple[type[SpotifyError], Problem], ...] = (
    (ReconnectNeeded, Problem.RECONNECT),
    (TokenExpired, Problem.RECONNECT),
    (NotAllowListed, Problem.NOT_ALLOWED),
    (ScopeMissing, Problem.SCOPE),
    (QuotaExceeded, Problem.QUOTA),
    (RateLimited, Problem.BUSY),
    (SpotifyUnavailable, Problem.DOWN),
    (AppMisconfigured, Problem.MISCONFIGURED),
)

_WORDS: dict[str, tuple[Promise | str, Promise | str]] = {
    Problem.RECONNECT: (
        _("Spotify no longer accepts our connection to your account."),
        _("Connect Spotify again in the settings. Your history stays."),
    ),
    Problem.NOT_ALLOWED: (
        _("Your Spotify account is not on the list of this site."),
        _("Ask the person who runs this site to add you to its Spotify app, then sync again."),
    ),
    Problem.SCOPE: (
        _("You have not allowed this part to be read."),
        _("Connect Spotify again in the settings and allow it, if you want it here."),
    ),
    Problem.QUOTA: (
        _("This site has used up what Spotify lets it ask in a day."),
        _("Nothing to do: it goes on by itself where it stopped."),
    ),
    Problem.BUSY: (
        _("Spotify asked us to wait."),
        _("Nothing to do: it goes on by itself where it stopped."),
    ),
    Problem.DOWN: (
        _("Spotify did not answer."),
        _("Nothing to do: we ask again soon. What was fetched is safe."),
    ),
    Problem.REFUSED: (
        _("Spotify refused to give this out and did not say why."),
        _("Sync again later. If it stays, tell the person who runs this site."),
    ),
    Problem.MISCONFIGURED: (
        _("Spotify does not accept this site's own credentials."),
        _("Only the person who runs this site can mend that: please tell them."),
    ),
}


def problem_of(error: SpotifyError) -> Problem:
    """The problem that an error stands for."""
    for kind, problem in _BY_ERROR:
        if isinstance(error, kind):
            return problem
    return Problem.REFUSED


def what_happened(problem: str) -> str:
    """One sentence for the listener; empty for a code that this release does not know."""
    return str(_WORDS.get(problem, ("", ""))[0])


def what_to_do(problem: str) -> str:
    """What the listener can do about it."""
    return str(_WORDS.get(problem, ("", ""))[1])
