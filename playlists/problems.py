"""What can keep a playlist from being saved on Spotify, in words."""

from datetime import datetime

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from library.problems import problem_of as problem_of_fetch
from spotify.errors import NotFound, SpotifyError


class Problem(TextChoices):
    """Why a playlist is not on Spotify as it is here."""

    CONSENT = "consent"
    RECONNECT = "reconnect"
    NOT_ALLOWED = "not_allowed"
    SCOPE = "scope"
    QUOTA = "quota"
    BUSY = "busy"
    DOWN = "down"
    REFUSED = "refused"
    MISCONFIGURED = "misconfigured"
    GONE = "gone"
    NOT_YOURS = "not_yours"
    NO_TRACKS = "no_tracks"


class WriteWaits(Exception):
    """The work goes on at `until`, from where it stands."""

    def __init__(self, until: datetime, problem: str = "") -> None:
        super().__init__(problem)
        self.until = until
        self.problem = problem


class WriteFailed(Exception):
    """The work cannot go on before a person does something; `problem` says what it is."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


FOR_THE_LISTENER = (
    Problem.RECONNECT,
    Problem.NOT_ALLOWED,
    Problem.SCOPE,
    Problem.REFUSED,
    Problem.MISCONFIGURED,
    Problem.GONE,
    Problem.NOT_YOURS,
    Problem.NO_TRACKS,
)
"""Nothing helps but a person: trying again is of no use."""

_WORDS: dict[str, tuple[Promise | str, Promise | str]] = {
    Problem.CONSENT: (
        _("Spotify has yet to allow us to save playlists."),
        _("Press “Save to Spotify” and allow it there; then it goes on by itself."),
    ),
    Problem.RECONNECT: (
        _("Spotify no longer accepts our connection to your account."),
        _("Connect Spotify again in the settings, then try again. The playlist is safe here."),
    ),
    Problem.NOT_ALLOWED: (
        _("Your Spotify account is not on the list of this site."),
        _("Ask the person who runs this site to add you to its Spotify app, then try again."),
    ),
    Problem.SCOPE: (
        _("Spotify says that we may not change your playlists."),
        _("Press “Save to Spotify” and allow it there."),
    ),
    Problem.QUOTA: (
        _("This site has used up what Spotify lets it do in a day."),
        _("Nothing to do: it goes on by itself where it stopped."),
    ),
    Problem.BUSY: (
        _("Spotify asked us to wait."),
        _("Nothing to do: it goes on by itself where it stopped."),
    ),
    Problem.DOWN: (
        _("Spotify did not answer."),
        _("Nothing to do: we look at what arrived there and go on from it."),
    ),
    Problem.REFUSED: (
        _("Spotify refused the change and did not say why."),
        _("Try again later. If it stays, tell the person who runs this site."),
    ),
    Problem.MISCONFIGURED: (
        _("Spotify does not accept this site's own credentials."),
        _("Only the person who runs this site can mend that: please tell them."),
    ),
    Problem.GONE: (
        _("You deleted this playlist on Spotify."),
        _("It is still here. You can save it there again as a new one."),
    ),
    Problem.NOT_YOURS: (
        _("The playlist on Spotify belongs to another account."),
        _("We do not touch it. You can save this one as a new playlist in your account."),
    ),
    Problem.NO_TRACKS: (
        _("Spotify's ids of these songs are not known, so it cannot be saved there."),
        _("Download it as a file instead."),
    ),
}


def problem_of(error: SpotifyError) -> Problem:
    """The problem that an error stands for."""
    if isinstance(error, NotFound):
        return Problem.GONE
    return Problem(problem_of_fetch(error).value)


def what_happened(problem: str) -> str:
    """One sentence for the listener; empty for a code that this release does not know."""
    return str(_WORDS.get(problem, ("", ""))[0])


def what_to_do(problem: str) -> str:
    """What the listener can do about it."""
    return str(_WORDS.get(problem, ("", ""))[1])
