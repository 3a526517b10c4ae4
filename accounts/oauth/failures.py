"""Why signing in with Spotify did not work, in words and with what to do about it."""

from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus

from allauth.socialaccount.providers.base import ProviderException
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from spotify.errors import Forbidden, NotAllowListed, RateLimited, SpotifyError


@dataclass(frozen=True, slots=True)
class Words:
    """What the page says: a title, what it means and what to do; the HTTP status it comes with."""

    title: str | Promise
    text: str | Promise
    status: HTTPStatus = HTTPStatus.UNAUTHORIZED
    can_retry: bool = True


class Failure(Enum):
    """Each way in which it can fail."""

    REFUSED = Words(
        _("You did not allow access to Spotify"),
        _(
            "Nothing was changed. You can try again, or use Moodsite without Spotify: sign up with "
            "a name and import your Spotify download."
        ),
    )
    NOT_ALLOWED = Words(
        _("Your Spotify account is not on this site's list yet"),
        _(
            "Spotify lets each site work for a few listeners only. Ask the person who runs this "
            "site to add the name and e-mail address of your Spotify account, then try again. Until "
            "then you can sign up with a name and import your Spotify download."
        ),
        status=HTTPStatus.FORBIDDEN,
    )
    SPOTIFY_DOWN = Words(
        _("Spotify does not answer properly at the moment"),
        _(
            "This is on Spotify's side and usually over in a few minutes. Nothing was changed. "
            "Please try again later."
        ),
    )
    BUSY = Words(
        _("Spotify asks us to wait"),
        _("Too many requests came from this site. Please try again in a few minutes."),
    )
    STALE = Words(
        _("This sign-in could not be completed"),
        _(
            "It was started in another browser, took longer than ten minutes, or was already used. "
            "Please start again."
        ),
    )
    MISCONFIGURED = Words(
        _("This site is not set up correctly for Spotify"),
        _(
            "Spotify does not accept this site's own credentials. Please tell the person who runs "
            "it. Until then you can sign up with a name and import your Spotify download."
        ),
        can_retry=False,
    )
    NOT_SET_UP = Words(
        _("Spotify is not set up on this site"),
        _(
            "The person who runs it has not connected it to Spotify yet. You can sign up with a "
            "name and import your Spotify download."
        ),
        status=HTTPStatus.NOT_FOUND,
        can_retry=False,
    )
    TAKEN = Words(
        _("This Spotify account belongs to another account here"),
        _("Sign out and continue with Spotify to use that account, or connect a different Spotify account."),
        status=HTTPStatus.CONFLICT,
        can_retry=False,
    )
    OTHER_ACCOUNT = Words(
        _("You use a different Spotify account here"),
        _(
            "Your history belongs to the Spotify account you connected first. Sign in to Spotify "
            "with that one and try again."
        ),
        status=HTTPStatus.CONFLICT,
    )
    THROTTLED = Words(
        _("Too many attempts"),
        _("Please wait a little before you try to sign in again."),
        status=HTTPStatus.TOO_MANY_REQUESTS,
        can_retry=False,
    )


class SignInFailed(ProviderException):
    """Spotify answered, but not with a listener: `failure` says what to tell the person."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.name)
        self.failure = failure


def failure_of(problem: SpotifyError) -> Failure:
    """What an error of the Spotify client means at sign-in."""
    if isinstance(problem, RateLimited):
        return Failure.BUSY
    if isinstance(problem, (NotAllowListed, Forbidden)):
        return Failure.NOT_ALLOWED
    return Failure.SPOTIFY_DOWN


def failure_page(request: HttpRequest, failure: Failure, *, next_url: str = "") -> HttpResponse:
    """The page that says so."""
    words = failure.value
    context = {"failure": failure.name.lower(), "words": words, "next_url": next_url}
    return render(request, "socialaccount/authentication_error.html", context, status=words.status)
