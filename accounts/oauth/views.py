"""Going to Spotify and coming back."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.oauth.arriving import store_arrival
from accounts.oauth.failures import Failure, failure_page
from accounts.oauth.flow import PROVIDER, SpotifyFlow
from accounts.oauth.provider import SpotifyProvider

LOOPBACK_ALIASES = {"localhost", "::1"}
View = Callable[..., HttpResponse]

_start = OAuth2LoginView.adapter_view(SpotifyFlow)


@login_not_required
def oauth2_login(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Ask with a button (GET), then go to Spotify (POST)."""
    if not settings.SPOTIFY_CLIENT_ID:
        return failure_page(request, Failure.NOT_SET_UP)
    if _is_loopback_alias(request):
        return HttpResponseRedirect(settings.SITE_URL + request.get_full_path())
    if request.method == "POST" and not get_account_adapter(request).may_try_to_sign_in(request):
        return failure_page(request, Failure.THROTTLED)
    response: HttpResponse = _start(request, *args, **kwargs)
    return response


@login_not_required
def oauth2_callback(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Back from Spotify: find or make the person, sign them in, keep the grant, fetch the library."""
    if not settings.SPOTIFY_CLIENT_ID:
        return failure_page(request, Failure.NOT_SET_UP)
    flow = SpotifyFlow(request)
    response: HttpResponse = OAuth2CallbackView.adapter_view(flow)(request, *args, **kwargs)
    return store_arrival(request, flow) or response


@require_POST
def allow_saving(request: HttpRequest) -> HttpResponse:
    """Ask for what saving playlists needs, when a listener first wants to save one."""
    return _ask(request, extra=settings.SPOTIFY_WRITE_SCOPES)


@require_POST
def reconnect(request: HttpRequest) -> HttpResponse:
    """Have the listener consent again to what they had allowed: the six months start anew."""
    return _ask(request, extra=[])


def _ask(request: HttpRequest, *, extra: list[str]) -> HttpResponse:
    if not settings.SPOTIFY_CLIENT_ID:
        return failure_page(request, Failure.NOT_SET_UP)
    user = request.user
    assert isinstance(user, User)  # LoginRequiredMiddleware lets nobody else in.
    connection = user.connection_or_none()
    held = connection.scopes if connection else []
    provider: SpotifyProvider = get_adapter(request).get_provider(request, PROVIDER)
    scopes = sorted({*settings.SPOTIFY_READ_SCOPES, *held, *extra})
    return provider.ask_for(request, scopes=scopes, next_url=_next(request))


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse("settings")


def _is_loopback_alias(request: HttpRequest) -> bool:
    """Whether the visitor came by a name of this machine that Spotify will not send them back to.

    The cookie of `localhost` does not come along to 127.0.0.1, so the answer would find no session.
    """
    visited = urlsplit(f"//{request.get_host()}").hostname
    return visited in LOOPBACK_ALIASES and visited != urlsplit(settings.SITE_URL).hostname
